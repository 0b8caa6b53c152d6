/** What safety costs: ratios within a round, their medians, and the verdict. */
import { expect, it } from 'vitest';
import { renderOverhead } from '../../bench/overhead.mjs';

function round(number: number, times: Record<string, number>, pass = 'measured') {
  return Object.entries(times).map(([variant, ms]) => ({
    variant,
    round: number,
    pass,
    ms,
    cpuMs: 2 * ms,
    recycled: variant === 'plain' ? 0 : 3,
    peakRssBytes: 100 * 2 ** 20,
  }));
}

const records = [
  ...round(0, { plain: 1, together: 100 }, 'warm-up'),
  ...round(1, { plain: 1000, together: 1010 }),
  ...round(2, { plain: 2000, together: 2040 }),
  ...round(3, { plain: 1000, together: 1100 }),
];

it('compares within a round and takes medians', () => {
  const text = renderOverhead(records);
  expect(text).toContain('| nothing of it (`--recycle-after 0`) | 1000 |  |  |  | 0 | 100 MiB |');
  expect(text).toContain('| 1100 | +2.0 % | +1.0 % to +10.0 % | +2.0 % | 3 | 100 MiB |');
  expect(text).toContain('Together they cost +2.0 % of the time; the goal is 3 % at most: kept.');
});

it('says when the goal is missed', () => {
  const dear = [...round(1, { plain: 1000, together: 1040 })];
  expect(renderOverhead(dear)).toContain('Together they cost +4.0 % of the time; the goal is 3 % at most: missed.');
});
