/** Sums are exact: rounded once, at the end, whatever the order and the magnitudes. */
import { describe, expect, it } from 'vitest';
import type { Aggregate } from '../../src/aggregates/aggregate.ts';
import { avg } from '../../src/aggregates/avg.ts';
import { sum } from '../../src/aggregates/sum.ts';
import type { SqlType, Value } from '../../src/core/value.ts';
import { exactSum } from '../differential/exact-sum.ts';
import { Random } from '../support/random.ts';
import { planOf, rowsOf } from './aggregation.ts';

function answer(aggregate: Aggregate, type: SqlType, values: readonly Value[]): Value {
  const resolved = aggregate.resolve([type], false);
  if (resolved === null) throw new Error(`${aggregate.name} does not take ${type}`);
  const rows = rowsOf(
    planOf(aggregate, resolved, false, false),
    values.map((value) => ({ key: null, value })),
  );
  return rows[0]?.[0] ?? null;
}

describe('the sum of doubles', () => {
  it.each([
    [Array<number>(10).fill(0.1), 1],
    [[0.1, 0.2, 0.3], 0.6],
    [[1e300, 1, -1e300], 1],
    [[1e308, 1e308, -1e308, -1e308, 2.5], 2.5],
    [[5e-324, 1e300, 5e-324, -1e300], 1e-323],
    [[9007199254740992, 1, 1], 9007199254740994],
    [[9007199254740992, 1], 9007199254740992],
    [[9007199254740994, 1], 9007199254740996],
    [[1, 2 ** -53], 1],
    [[1, 2 ** -53, 2 ** -200], 1 + 2 ** -52],
    [[2 ** -1022, -(2 ** -1074)], 2 ** -1022 - 2 ** -1074],
    [[1.7976931348623157e308, -1.7976931348623157e308], 0],
    [[-0, -0], 0],
  ])('of %j is %d', (values, expected) => {
    const found = answer(sum, 'double', values);
    expect(found === 0 ? 0 : found).toBe(expected);
    expect(exactSum(values)).toBe(expected);
  });

  it('agrees with arithmetic on wide integers for random values', () => {
    const random = new Random(7);
    for (let round = 0; round < 60; round++) {
      const values = random.many(1, 200, () => randomDouble(random));
      expect(answer(sum, 'double', values)).toBe(exactSum(values));
    }
  });
});

describe('the sum of integers', () => {
  it('does not wrap at 64 bits', () => {
    const high = 2n ** 63n - 1n;
    expect(answer(sum, 'integer', Array<bigint>(1000).fill(high))).toBe(1000n * high);
    expect(answer(sum, 'integer', Array<bigint>(1000).fill(-high - 1n))).toBe(-1000n * (high + 1n));
  });

  it('has an average that is rounded once', () => {
    expect(answer(avg, 'integer', [2n ** 63n - 1n, 2n ** 63n - 1n, 2n ** 63n - 3n])).toBe(Number(2n ** 63n - 1n));
    expect(answer(avg, 'integer', [1n, 2n, 2n])).toBe(5 / 3);
    // 0.6 / 3 would be 0.19999999999999998: the sum must not be rounded first
    expect(answer(avg, 'double', [0.1, 0.2, 0.3])).toBe(0.2);
  });
});

describe('a result outside the range of doubles', () => {
  const largest = 1.7976931348623157e308;

  it('is refused where it is a sum, because infinity is no value', () => {
    expect(() => answer(sum, 'double', [largest, largest])).toThrow(/sum is outside the range of doubles$/);
  });

  it('does not trouble the average, whose sum is not rounded', () => {
    expect(answer(avg, 'double', [largest, largest])).toBe(largest);
  });
});

function randomDouble(random: Random): number {
  const mantissa = random.int(-(2 ** 31), 2 ** 31) + random.int(0, 2 ** 21) / 2 ** 21;
  return mantissa * 2 ** random.int(-1060, 900);
}
