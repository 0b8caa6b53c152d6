import { expect, it } from 'vitest';
import { parseInterval, printInterval } from '../../src/query/interval.ts';

it.each([
  ['5 minutes', 0, 300_000_000n, '5 minutes'],
  ['1h30m', 0, 5_400_000_000n, '1 hour 30 minutes'],
  ['1 day, 2 hours', 0, 93_600_000_000n, '1 day 2 hours'],
  ['01:30:00.5', 0, 5_400_500_000n, '1 hour 30 minutes 500000 microseconds'],
  ['-1.5 hours', 0, -5_400_000_000n, '-1 hours -30 minutes'],
  ['1 year 2 mons', 14, 0n, '14 months'],
  ['250ms', 0, 250_000n, '250000 microseconds'],
  ['0 seconds', 0, 0n, '0 seconds'],
])('%s', (text, months, micros, printed) => {
  const interval = parseInterval(text);
  expect(interval).toEqual({ months, micros });
  if (interval !== null) expect(printInterval(interval)).toBe(printed);
});

it.each(['', '5', 'minutes', '5 parsecs', '0.5 months', '5 minutes ago', '1e9 days'])('%j is none', (text) => {
  expect(parseInterval(text)).toBeNull();
});
