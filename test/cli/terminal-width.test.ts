import { expect, test } from 'vitest';
import { terminalWidth } from '../../src/cli/terminal-width.ts';

test('a terminal that does not know its width gets the usual one', () => {
  expect(terminalWidth({ columns: 132 })).toBe(132);
  expect(terminalWidth({ columns: 0 })).toBe(80);
  expect(terminalWidth({})).toBe(80);
});
