import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { UsageError } from '../../src/core/errors.ts';

test.each([
  ['15', 15_000],
  ['0.5', 500],
  ['500ms', 500],
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['2 min 5 s', 125_000],
  ['1d', 86_400_000],
])('"%s" is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'soon', '-3s', '5 weeks', '1h30'])('"%s" is refused with a remedy', (text) => {
  expect(() => parseDuration(text)).toThrow(
    new UsageError(`Cannot read duration "${text}": write a number and a unit, as in "30s" or "1h30m"`),
  );
});

test.each([
  [0, '0 ms'],
  [849.6, '850 ms'],
  [999.7, '1.00 s'],
  [2350, '2.35 s'],
  [9_999, '10.0 s'],
  [12_340, '12.3 s'],
  [59_999, '1 min'],
  [125_000, '2 min 5 s'],
  [3_599_999, '1 h'],
  [3_720_000, '1 h 2 min'],
  [90_000_000, '1 d 1 h'],
])('%d milliseconds print as "%s"', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
