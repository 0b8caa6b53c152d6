import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLike, parseLike } from '../../src/query/like.ts';

describe('parseLike', () => {
  it('joins literals and repeated %', () => {
    expect(parseLike('a\\%b%%_c', '\\')).toEqual([
      { type: 'literal', text: 'a%b' },
      { type: 'any' },
      { type: 'one' },
      { type: 'literal', text: 'c' },
    ]);
  });

  it('has no answer for a lone escape at the end, and no escapes without an escape character', () => {
    expect(parseLike('a\\', '\\')).toBeNull();
    expect(parseLike('a\\', '')).toEqual([{ type: 'literal', text: 'a\\' }]);
  });
});

describe('compileLike', () => {
  it('agrees with a regular expression', () => {
    const letters = (from: string[]) => fc.string({ unit: fc.constantFrom(...from), maxLength: 12 });
    fc.assert(
      fc.property(letters(['a', 'b', '😀', '\n']), letters(['a', 'b', '😀', '%', '_']), (text, pattern) => {
        const source = pattern.replaceAll('%', '[\\s\\S]*').replaceAll('_', '[\\s\\S]');
        expect(compileLike(pattern, '', false)(text)).toBe(new RegExp(`^${source}$`, 'u').test(text));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('ignores case where asked', () => {
    expect(compileLike('%ÄB_', '', true)('xäBc')).toBe(true);
    expect(compileLike('%ÄB_', '', false)('xäBc')).toBe(false);
  });

  it('takes no time to speak of on patterns that make backtracking explode', () => {
    const pattern = `${'%a'.repeat(30)}%b`;
    const started = performance.now();
    expect(compileLike(pattern, '', false)('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
