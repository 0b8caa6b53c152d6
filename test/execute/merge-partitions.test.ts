/** Several partitions in one task: the best groups of all of them, whatever stands in which; what does not fit leaves the others whole. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { mergePartitions } from '../../src/execute/merge.ts';
import type { MergeOutcome, MergePart } from '../../src/execute/messages.ts';
import { partitionCount, partitionOf } from '../../src/execute/partial.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import { framesOf } from '../../src/execute/spill.ts';
import type { Expr, OrderTerm, Plan } from '../../src/query/plan.ts';
import { partialOf, type Sample } from '../laws/aggregation.ts';
import { testArena } from '../support/arena.ts';
import { groupedPlan } from '../support/grouped-plan.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

const column = (index: number): Expr => ({ kind: 'column', type: 'integer', column: index, at: 0 });
const key: Expr = { kind: 'key', type: 'integer', index: 0, at: 0 };
const aggregate = (index: number): Expr => ({ kind: 'aggregate', type: 'integer', index, at: 0 });

/** `SELECT k, count(x), sum(x) ... GROUP BY k ORDER BY term, k`. */
function planOf(term: OrderTerm, limit: number, offset: number): Plan {
  const calls = [
    { name: 'count', states: [{ kind: 'countValid', arg: 0 }] },
    { name: 'sum', states: [{ kind: 'sumInteger', arg: 0 }] },
  ] as const;
  return groupedPlan({
    keys: [column(0)],
    aggregates: calls.map((call) => ({
      ...call,
      ...{ type: 'integer', distinct: false, params: [], args: [column(1)], filter: null },
    })),
    outputs: [key, aggregate(0), aggregate(1)].map((expr, i) => ({ name: `c${i}`, type: 'integer', expr })),
    orderBy: [term, { expr: key, descending: false, nullsFirst: false }],
    limit,
    offset,
  });
}

/** Groups of a few records, some of many, some whose values are all NULL: their sum is. */
function samples(seed: number, count: number, groups: number): Sample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const number = random.int(0, 9) < 8 ? random.int(0, groups) : random.int(0, 20);
    return { key: BigInt(number), value: number % 50 === 7 ? null : BigInt(random.int(-1000, 1000)) };
  });
}

function truth(all: readonly Sample[]): [bigint, bigint, bigint | null][] {
  const groups = new Map<bigint, [bigint, bigint, bigint | null]>();
  for (const { key: k, value } of all) {
    const group = groups.get(k ?? 0n) ?? [k ?? 0n, 0n, null];
    groups.set(k ?? 0n, group);
    if (value === null) continue;
    group[1] += 1n;
    group[2] = (group[2] ?? 0n) + BigInt(String(value));
  }
  return [...groups.values()];
}

/** As the coordinator orders the rows of all tasks. */
function ordered(
  rows: readonly (readonly Value[])[],
  { expr, descending, nullsFirst }: OrderTerm,
): (readonly Value[])[] {
  const at = expr.kind === 'aggregate' ? expr.index + 1 : 0;
  const compare = (a: Value, b: Value) => {
    if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
    return a === b ? 0 : BigInt(String(a)) < BigInt(String(b)) === descending ? 1 : -1;
  };
  return [...rows].sort((a, b) => compare(a[at] ?? null, b[at] ?? null) || Number(a[0]) - Number(b[0]));
}

function rowsOf(plan: Plan, outcome: MergeOutcome): Value[][] {
  const rows = outcome.rows.flatMap((block) => decodeRowBlock(plan, block));
  for (const run of outcome.runs) for (const frame of framesOf(run)) rows.push(...decodeRowBlock(plan, frame));
  return rows;
}

function merge(plan: Plan, parts: readonly MergePart[], arenaBytes = 64 << 20): Promise<MergeOutcome> {
  const results = { resultBytes: 100_000, spill: { folder: tempFolder(), problem: '' } };
  const task = {
    type: 'merge',
    plan,
    parts,
    bytesPerGroup: 24,
    inPasses: false,
    floor: Number.NEGATIVE_INFINITY,
    results,
  } as const;
  return mergePartitions(task, testArena(arenaBytes));
}

const partsOf = (partials: readonly Uint8Array[]): MergePart[] =>
  Array.from({ length: partitionCount }, (_, partition) => ({
    partition,
    segments: partials.map((partial) => ({ type: 'bytes', bytes: partitionOf(partial, partition) }) as const),
  }));

const terms: [string, OrderTerm][] = [
  ['count DESC', { expr: aggregate(0), descending: true, nullsFirst: false }],
  ['count', { expr: aggregate(0), descending: false, nullsFirst: false }],
  ['sum DESC NULLS LAST', { expr: aggregate(1), descending: true, nullsFirst: false }],
  ['sum NULLS FIRST', { expr: aggregate(1), descending: false, nullsFirst: true }],
  ['key', { expr: key, descending: true, nullsFirst: false }],
];

describe('a task of many partitions', () => {
  const all = [samples(1, 30_000, 5000), samples(2, 30_000, 9000)];
  const expected = truth(all.flat());

  it.each(terms)('leaves all that may be among the best by %s', async (name, term) => {
    for (const [limit, offset] of [
      [1, 0],
      [10, 5],
      [300, 0],
      [5000, 10],
      [100_000, 0],
    ] as const) {
      const plan = planOf(term, limit, offset);
      const parts = partsOf(all.map((list) => partialOf(plan, list)));
      const outcome = await merge(plan, parts);
      expect(outcome.parts.map(({ partition }) => partition)).toEqual(parts.map(({ partition }) => partition));
      const groups = outcome.parts.reduce((sum, part) => sum + part.groups, 0);
      // those that cannot have one of a few highest counts are not made
      if (name === 'count DESC' && limit <= 300) expect(groups).toBeLessThan(expected.length / 2);
      else expect(groups).toBe(expected.length);
      const rows = rowsOf(plan, outcome);
      expect(rows).toHaveLength(outcome.rowCount);
      expect(ordered(rows, term).slice(offset, offset + limit)).toEqual(
        ordered(expected, term).slice(offset, offset + limit),
      );
    }
  });

  it('leaves no more rows than one partition would where that one has the best', async () => {
    const [, term] = terms[0] ?? [];
    if (term === undefined) throw new Error('There are terms');
    const plan = planOf(term, 10, 0);
    const parts = partsOf(all.map((list) => partialOf(plan, list)));
    const together = await merge(plan, parts);
    const apart = await Promise.all(parts.map((part) => merge(plan, [part])));
    const rowsApart = apart.reduce((sum, { rowCount }) => sum + rowCount, 0);
    expect(rowsApart).toBe(10 * partitionCount);
    expect(together.rowCount).toBeLessThan(rowsApart / 2);
  });

  it('says which one does not fit, and leaves nothing of it', async () => {
    const [, term] = terms[0] ?? [];
    if (term === undefined) throw new Error('There are terms');
    const plan = planOf(term, 100_000, 0);
    const [before, after] = [samples(3, 2000, 500), samples(4, 2000, 500)].map((list) => partialOf(plan, list));
    const large = partialOf(
      plan,
      Array.from({ length: 60_000 }, (_, i) => ({ key: BigInt(1_000_000 + i), value: 1n })),
    );
    const whole = (partial: Uint8Array | undefined) =>
      ({ type: 'bytes', bytes: (partial ?? new Uint8Array()).subarray(4 + 4 * (partitionCount + 1)) }) as const;
    const parts = [before, large, after].map((partial, partition) => ({ partition, segments: [whole(partial)] }));
    const outcome = await merge(plan, parts, 6 << 20);
    expect(outcome.parts.map(({ overflowGroups }) => overflowGroups !== null)).toEqual([false, true, false]);
    expect(outcome.parts[1]?.overflowGroups).toBeGreaterThan(1024);
    expect(rowsOf(plan, outcome).every(([k]) => Number(k) < 1_000_000)).toBe(true);
    const counts = [3, 4].map((seed) => truth(samples(seed, 2000, 500)).length);
    expect(outcome.rowCount).toBe((counts[0] ?? 0) + (counts[1] ?? 0));
  });
});
