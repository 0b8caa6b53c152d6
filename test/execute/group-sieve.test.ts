/** The groups with the highest counts, where most others are left out of the merge: the same as of all groups, whatever the counts. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { GroupTable } from '../../src/execute/group-table.ts';
import { mergePartitions } from '../../src/execute/merge.ts';
import type { MergeOutcome } from '../../src/execute/messages.ts';
import { partitionCount, partitionOf } from '../../src/execute/partial.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import type { Expr, Plan } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';
import { groupedPlan } from '../support/grouped-plan.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Key = string | null;

/** `SELECT k, count(*) FROM t GROUP BY k ORDER BY 2 DESC, 1 LIMIT limit`. */
function planOf(limit: number | null): Plan {
  const k: Expr = { kind: 'column', type: 'text', column: 0, at: 0 };
  const key: Expr = { kind: 'key', type: 'text', index: 0, at: 0 };
  const count: Expr = { kind: 'aggregate', type: 'integer', index: 0, at: 0 };
  return groupedPlan({
    keys: [k],
    aggregates: [
      {
        ...{ name: 'count', states: [{ kind: 'count', arg: -1 }], type: 'integer', distinct: false },
        ...{ params: [], args: [], filter: null },
      },
    ],
    outputs: [
      { name: 'k', type: 'text', expr: key },
      { name: 'n', type: 'integer', expr: count },
    ],
    orderBy: [
      { expr: count, descending: true, nullsFirst: false },
      { expr: key, descending: false, nullsFirst: false },
    ],
    limit,
  });
}

/** `appended`: every record as a group of its own. */
function partialOf(plan: Plan, keys: readonly Key[], appended: boolean): Uint8Array {
  const arena = testArena();
  const table = new GroupTable(plan, arena);
  const batch = 1000;
  const [spans, flags, rows] = [arena.alloc(batch * 8), arena.alloc(batch), arena.alloc(batch * 4)] as const;
  for (let from = 0; from < keys.length; from += batch) {
    const some = keys.slice(from, from + batch);
    some.forEach((key, i) => {
      const bytes = Buffer.from(key ?? '');
      const at = arena.place(bytes); // which may make the views anew
      arena.i64[spans / 8 + i] = BigInt(at) | (BigInt(bytes.length) << 32n);
      arena.u8[flags + i] = key === null ? 1 : 0;
    });
    const place = appended ? table.append.bind(table) : table.find.bind(table);
    if (!place(spans, flags, some.length, rows)) throw new Error('The arena of the test is too small');
    if (table.update(0, rows, 0, 0, 0, some.length) !== some.length) throw new Error('A count needs no memory');
  }
  return table.takePartial();
}

function merge(plan: Plan, partials: readonly Uint8Array[], floor: number): Promise<MergeOutcome> {
  const parts = Array.from({ length: partitionCount }, (_, partition) => ({
    partition,
    segments: partials.map((partial) => ({ type: 'bytes', bytes: partitionOf(partial, partition) }) as const),
  }));
  const results = { resultBytes: 1 << 24, spill: { folder: tempFolder(), problem: '' } };
  const task = { type: 'merge', plan, parts, bytesPerGroup: 20, inPasses: false, floor, results } as const;
  return mergePartitions(task, testArena());
}

/** As the coordinator orders the rows of all tasks: by count, then key, no key last. */
function ordered(rows: readonly (readonly Value[])[]): (readonly Value[])[] {
  return [...rows].sort((a, b) => {
    const counts = Number(b[1]) - Number(a[1]);
    if (counts !== 0 || a[0] === b[0]) return counts;
    if (a[0] === null || b[0] === null) return a[0] === null ? 1 : -1;
    return Buffer.compare(Buffer.from(String(a[0])), Buffer.from(String(b[0])));
  });
}

function truth(keys: readonly Key[]): (readonly Value[])[] {
  const counts = new Map<Key, bigint>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0n) + 1n);
  return ordered([...counts]);
}

const rowsOf = (plan: Plan, { rows }: MergeOutcome) => ordered(rows.flatMap((block) => decodeRowBlock(plan, block)));
const groupsOf = ({ parts }: MergeOutcome) => parts.reduce((sum, { groups }) => sum + groups, 0);

/** Keys of every length around where the way changes in which a length is written. */
function keyOf(i: number): Key {
  if (i === 0) return null;
  if (i === 1) return '';
  const text = `k${i}`;
  return i % 7 === 0 ? text.padEnd(120 + (i % 12), 'x') : i % 5 === 0 ? text.padEnd(20, '-') : text;
}

const random = new Random(7);
const many = (count: number, one: () => number): Key[] => Array.from({ length: count }, () => keyOf(one()));
const once = (count: number): Key[] => Array.from({ length: count }, (_, i) => keyOf(i));

/** Lists of keys, one for each partial. */
const shapes: Record<string, { readonly lists: Key[][]; readonly isSieved: boolean }> = {
  'a few that are frequent': {
    lists: [1, 2, 3].map(() => [
      ...many(20_000, () => random.int(0, 60_000)),
      ...many(3000, () => Math.floor(40 / (1 + random.int(0, 39)))),
    ]),
    isSieved: true,
  },
  'all as frequent': { lists: [once(9000), once(9000), once(9000)], isSieved: false },
  'each once': { lists: [once(20_000)], isSieved: false },
  'frequencies close to each other': { lists: [many(60_000, () => random.int(0, 3000))], isSieved: false },
  'more than a cell can count': {
    lists: [1, 2].map(() => [...once(5000), ...many(150_000, () => random.int(3, 5))]),
    isSieved: false,
  },
  'fewer than are wanted': { lists: [once(12), once(12)], isSieved: false },
};

describe.each(Object.entries(shapes))('%s', (_, { lists, isSieved }) => {
  const expected = truth(lists.flat());

  it.each([
    ['groups', false],
    ['records', true],
  ])('are found in %s', async (_what, appended) => {
    for (const limit of [1, 3, 10]) {
      const plan = planOf(limit);
      const partials = lists.map((keys) => partialOf(plan, keys, appended));
      const outcome = await merge(plan, partials, Number.NEGATIVE_INFINITY);
      expect(rowsOf(plan, outcome).slice(0, limit)).toEqual(expected.slice(0, limit));
      if (isSieved) expect(groupsOf(outcome)).toBeLessThan(expected.length / 10);

      // what others have found: a count that is reached by as many as are wanted
      const floor = Number(expected[limit - 1]?.[1] ?? 0);
      const known = await merge(plan, partials, floor);
      expect(rowsOf(plan, known).slice(0, limit)).toEqual(expected.slice(0, limit));
      expect(known.floor).toBeGreaterThanOrEqual(floor);
    }
  });

  it('is written and read again whole', async () => {
    const plan = planOf(null);
    for (const appended of [false, true]) {
      const partials = lists.map((keys) => partialOf(plan, keys, appended));
      expect(rowsOf(plan, await merge(plan, partials, Number.NEGATIVE_INFINITY))).toEqual(expected);
    }
  });
});
