/** Partitions and groups that are larger than an arena: the answer is the one that a large arena gives. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { FunctionLoader } from '../../src/execute/function-loader.ts';
import { mergePartitions } from '../../src/execute/merge.ts';
import type { MergeOutcome, PartialSegment } from '../../src/execute/messages.ts';
import { partitionCount, partitionOf } from '../../src/execute/partial.ts';
import { routePartition } from '../../src/execute/route.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import { framesOf } from '../../src/execute/spill.ts';
import type { Expr, Plan } from '../../src/query/plan.ts';
import { partialOf } from '../laws/aggregation.ts';
import { testArena } from '../support/arena.ts';
import { groupedPlan } from '../support/grouped-plan.ts';
import { tempFolder } from '../support/temp-folder.ts';

const column = (index: number): Expr => ({ kind: 'column', type: 'integer', column: index, at: 0 });

/** `SELECT k, sum(x), count(DISTINCT x), quantile_exact(x, 0.5), quantile_exact(x, 0.9), p50(x) GROUP BY k`. */
const calls = [
  { name: 'sum', params: [], states: [{ kind: 'sumInteger', arg: 0 }], type: 'integer', distinct: false },
  { name: 'count', params: [], states: [{ kind: 'distinct', arg: 0 }], type: 'integer', distinct: true },
  { name: 'quantile_exact', params: [0.5], states: [{ kind: 'values', arg: 0 }], type: 'integer', distinct: false },
  { name: 'quantile_exact', params: [0.9], states: [{ kind: 'values', arg: 0 }], type: 'integer', distinct: false },
  { name: 'min', params: [], states: [{ kind: 'minInteger', arg: 0 }], type: 'integer', distinct: false },
] as const;

const plan = groupedPlan({
  keys: [column(0)],
  aggregates: calls.map((call) => ({ ...call, args: [column(1)], filter: null })),
  outputs: [
    { name: 'k', type: 'integer', expr: { kind: 'key', type: 'integer', index: 0, at: 0 } },
    ...calls.map(({ type }, index): Plan['outputs'][number] => ({
      name: `a${index}`,
      type,
      expr: { kind: 'aggregate', type, index, at: 0 },
    })),
  ],
});

/** The value of the i-th sample: half of them come twice. */
const sampleOf = (i: number) => BigInt((Math.imul(i >> (i & 1), 2654435761) >>> 0) % 1_000_003) - 500_000n;

/** Partials of so many samples each, spread over groups. */
function partials(count: number, samplesEach: number, groups: number): Uint8Array[] {
  return Array.from({ length: count }, (_, p) => {
    const samples = Array.from({ length: samplesEach }, (_, i) => {
      const number = p * samplesEach + i;
      return { key: BigInt(number % groups), value: sampleOf(number) };
    });
    return partialOf(plan, samples);
  });
}

function truth(total: number, groups: number): Value[][] {
  const values: bigint[][] = Array.from({ length: groups }, () => []);
  for (let i = 0; i < total; i++) values[i % groups]?.push(sampleOf(i));
  return values.map((list, k) => {
    const sorted = [...list].sort((a, b) => (a < b ? -1 : 1));
    const at = (q: number) => sorted[Math.ceil(q * sorted.length * (1 - 2 ** -50)) - 1] ?? null;
    const sum = list.reduce((total, value) => total + value, 0n);
    return [BigInt(k), sum, BigInt(new Set(list).size), at(0.5), at(0.9), sorted[0] ?? null];
  });
}

const results = () => ({ resultBytes: 10_000, spill: { folder: tempFolder(), problem: '' } });

function rowsOf(outcome: MergeOutcome): Value[][] {
  const rows = outcome.rows.flatMap((block) => decodeRowBlock(plan, block));
  for (const run of outcome.runs) for (const frame of framesOf(run)) rows.push(...decodeRowBlock(plan, frame));
  return rows;
}

function merge(segments: readonly PartialSegment[], arenaBytes: number, inPasses: boolean): Promise<MergeOutcome> {
  const task = {
    type: 'merge',
    plan,
    parts: [{ partition: 0, segments }],
    bytesPerGroup: 24,
    inPasses,
    floor: Number.NEGATIVE_INFINITY,
    results: results(),
  } as const;
  return mergePartitions(task, testArena(arenaBytes));
}

const byKey = (a: readonly Value[], b: readonly Value[]) => Number(a[0]) - Number(b[0]);

describe('a few groups with sets that are larger than the arena', () => {
  const groups = 3;
  const parts = partials(10, 30_000, groups);
  const segmentsOf = (partition: number) =>
    parts.map((partial) => ({ type: 'bytes', bytes: partitionOf(partial, partition) }) as const);
  const used = Array.from({ length: partitionCount }, (_, p) => p).filter((p) => segmentsOf(p)[0]?.bytes.length);

  it('overflow it, with few groups in it', async () => {
    const outcomes = await Promise.all(used.map((p) => merge(segmentsOf(p), 8 << 20, false)));
    for (const {
      parts: [part],
      rows,
    } of outcomes) {
      expect(part?.overflowGroups).toBeLessThanOrEqual(groups);
      expect(rows).toEqual([]);
    }
  });

  it('are merged in passes, exactly', async () => {
    const outcomes = await Promise.all(used.map((p) => merge(segmentsOf(p), 8 << 20, true)));
    expect(outcomes.flatMap(rowsOf).sort(byKey)).toEqual(truth(300_000, groups));
  });

  it('are merged at once where there is room, with the same answer', async () => {
    const outcomes = await Promise.all(used.map((p) => merge(segmentsOf(p), 256 << 20, false)));
    expect(outcomes.flatMap(rowsOf).sort(byKey)).toEqual(truth(300_000, groups));
  });
});

describe('a partition with more groups than the arena holds', () => {
  const groups = 40_000;
  const parts = partials(4, 30_000, groups);
  const whole: PartialSegment[] = parts.map((partial) => ({ type: 'bytes', bytes: partial.subarray(4 + 4 * 65) }));

  it('is cut by other bits of the hash, and its parts hold every group once', async () => {
    const overflow = await merge(whole, 6 << 20, false);
    expect(overflow.parts[0]?.overflowGroups).toBeGreaterThan(1024);
    const task = { type: 'route', plan, segments: whole, usedBits: 12, results: results() } as const;
    const routed = await routePartition(task, testArena(6 << 20), new FunctionLoader());
    const rows: Value[][] = [];
    for (let p = 0; p < partitionCount; p++) {
      const segments: PartialSegment[] = [
        ...routed.partials.map((partial) => ({ type: 'bytes', bytes: partitionOf(partial, p) }) as const),
        ...routed.spilledPartials.map(({ path, begins }) => {
          const offset = begins[p] ?? 0;
          return { type: 'file', path, offset, length: (begins[p + 1] ?? 0) - offset } as const;
        }),
      ];
      const outcome = await merge(segments, 6 << 20, false);
      expect(outcome.parts[0]?.overflowGroups).toBeNull();
      rows.push(...rowsOf(outcome));
    }
    expect(rows.sort(byKey)).toEqual(truth(120_000, groups));
  });
});
