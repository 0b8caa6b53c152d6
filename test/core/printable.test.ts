import { describe, expect, it } from 'vitest';
import { excerpt, printable } from '../../src/core/printable.ts';

describe('printable', () => {
  it('escapes what steers a terminal and keeps the rest', () => {
    expect(printable('a\tb\r\n\u001b[31mred\u0007 \u009b2J \u202eabc \u0000 é 日本 😀 \\ "')).toBe(
      'a\\tb\\r\\n\\x1b[31mred\\x07 \\x9b2J \\u202eabc \\x00 é 日本 😀 \\ "',
    );
    expect(printable('\ud800x\udc00')).toBe('\\ud800x\\udc00');
  });

  it('cuts long text', () => {
    expect(excerpt('abcdef', 6)).toBe('abcdef');
    expect(excerpt('abcdefg', 6)).toBe('abcdef...');
    expect(excerpt('\u001b\u001b', 5)).toBe('\\x1b\\...');
  });
});
