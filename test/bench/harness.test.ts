/** The frame of the micro-benchmarks, its guard, and its table of lanes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaint, expectedRatio, isBehind, mismatches } from '../../bench/micro/guard.mjs';
import { better, measurePair } from '../../bench/micro/harness.mjs';
import { row } from '../../bench/micro/lane-table.mjs';

const brief = { warmUpMs: 2, passMs: 0.2, budgetMs: 10 };

function spin(rounds: number): number {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum + Math.imul(i, i)) | 0;
  return sum;
}

describe('measuring a pair', () => {
  it('tells a loop from one with fifty times the work', async () => {
    const lane = { rows: 1000, kernel: () => spin(20_000), reference: () => spin(1_000_000) };
    const { kernelNs, referenceNs, ratio } = await measurePair(lane, brief);
    expect(ratio).toBeGreaterThan(5);
    expect(ratio).toBeCloseTo(referenceNs / kernelNs);
  });

  it('prepares before every call and waits for those that take time', async () => {
    const log: string[] = [];
    await measurePair(
      {
        rows: 1,
        prepare: () => log.push('prepare'),
        kernel: () => Promise.resolve(log.push('kernel')),
        reference: () => log.push('reference'),
      },
      { ...brief, warmUpMs: 0, budgetMs: 0 },
    );
    expect(log.slice(0, 4)).toEqual(['prepare', 'kernel', 'prepare', 'reference']);
    expect(log.filter((entry) => entry === 'prepare')).toHaveLength(log.length / 2);
  });

  it('believes the better of two measurements', () => {
    expect(better({ ratio: 2 }, { ratio: 3 })).toEqual({ ratio: 3 });
    expect(better({ ratio: 2 }, { ratio: 1 })).toEqual({ ratio: 2 });
  });
});

describe('guard', () => {
  const lane = { group: 'decode', name: 'integer' };
  const exact = { group: 'state', name: 'sum', doesMore: 'exact' };

  it.each([
    ['four fifths of what was recorded', lane, 3.2, { integer: 4 }],
    ['a fifth behind the loop', lane, 0.8, { integer: 0.9 }],
    ['far behind the loop, for a reason', exact, 0.16, { sum: 0.17 }],
    ['not recorded', lane, 0.1, {}],
  ])('lets pass what is %s', (_name, at, ratio, recorded) => expect(isBehind(at, ratio, recorded)).toBe(false));

  it.each([
    ['less than that', lane, 3.19, { integer: 4 }],
    ['more than a fifth behind the loop, whatever was recorded', lane, 0.79, { integer: 0.5 }],
    ['more than a fifth behind its own record', exact, 0.13, { sum: 0.17 }],
  ])('stops what is %s', (_name, at, ratio, recorded) => expect(isBehind(at, ratio, recorded)).toBe(true));

  it('says which kernel lost how much', () => {
    expect(complaint(lane, { ratio: 1.5 }, { integer: 3 })).toBe(
      'decode, integer: 1.50 times the speed of the plain loop, 50 % less than 3.00: at most 20 % is allowed',
    );
  });

  it('names lanes and records that have no counterpart', () => {
    expect(mismatches([lane], { sum: 1 })).toEqual([
      'integer has no recorded ratio',
      'sum is recorded, but there is no such lane',
    ]);
    expect(mismatches([lane], { integer: 1 })).toEqual([]);
    expect(expectedRatio(lane, {})).toBeUndefined();
  });
});

it('holds a ratio for every lane, each name once', async () => {
  const { lanes } = await import('../../bench/micro/lanes/table.mjs');
  const { ratios } = JSON.parse(readFileSync(new URL('../../bench/micro/expected.json', import.meta.url), 'utf8'));
  expect(mismatches(lanes, ratios)).toEqual([]);
  expect(new Set(lanes.map(({ name }: { name: string }) => name)).size).toBe(lanes.length);
});

it('prints what a row costs beside what the loop takes', () => {
  const measured = { kernelNs: 2, referenceNs: 8, ratio: 4, medianRatio: 3, bytesPerRow: 6 };
  expect(row({ group: 'decode', name: 'integer' }, measured, 4.2)).toMatch(
    /^decode +integer +2\.00 +3\.00 +8\.00 +4\.00 +4\.20 +\(median 3\.00\)$/,
  );
});
