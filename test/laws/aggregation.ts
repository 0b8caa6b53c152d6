/** Runs an aggregate through the kernels without a scan: values go straight into vectors, partials are real. */
import type { Aggregate, ResolvedAggregate } from '../../src/aggregates/aggregate.ts';
import type { SqlType, Value } from '../../src/core/value.ts';
import { GroupTable } from '../../src/execute/group-table.ts';
import { PartialMerger } from '../../src/execute/merge.ts';
import { RowOutbox } from '../../src/execute/row-outbox.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import type { Expr, Plan } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';
import { groupedPlan } from '../support/grouped-plan.ts';

/** A record: its group and the aggregate's argument. */
export interface Sample {
  readonly key: bigint | null;
  readonly value: Value;
}

/** Fractions for aggregates that take one; the others ignore them. */
const fractions = [0, 0.01, 0.5, 0.99, 1];

const column = (index: number, type: SqlType): Expr => ({ kind: 'column', type, column: index, at: 0 });

/** `SELECT k, aggregate(x) FROM ... GROUP BY k`, or without the key; quantiles are asked for at several fractions. */
export function planOf(aggregate: Aggregate, resolved: ResolvedAggregate, distinct: boolean, keyed: boolean): Plan {
  const calls = aggregate.paramCount === 0 ? [[]] : fractions.map((fraction) => [fraction]);
  const keys = keyed ? [column(0, 'integer')] : [];
  const args = resolved.argTypes.map((type) => column(1, type));
  return groupedPlan({
    sql: aggregate.name,
    keys,
    aggregates: calls.map((params) => ({
      name: aggregate.name,
      distinct,
      args,
      params,
      filter: null,
      type: resolved.type,
      states: resolved.states,
    })),
    outputs: [
      ...keys.map((_, index): Plan['outputs'][number] => ({
        name: 'k',
        type: 'integer',
        expr: { kind: 'key', type: 'integer', index, at: 0 },
      })),
      ...calls.map((_, index): Plan['outputs'][number] => ({
        name: `a${index}`,
        type: resolved.type,
        expr: { kind: 'aggregate', type: resolved.type, index, at: 0 },
      })),
    ],
  });
}

/** The partial of some samples, as a worker makes it. */
export function partialOf(plan: Plan, samples: readonly Sample[]): Uint8Array {
  const arena = testArena();
  const table = new GroupTable(plan, arena);
  const n = samples.length;
  const vectorBytes = Math.max(16, n * 8);
  const [keyData, keyFlags, data, flags, rows] = [0, 0, 0, 0, 0].map(() => arena.alloc(vectorBytes)) as [
    number,
    number,
    number,
    number,
    number,
  ]; // five addresses for five places
  const type = plan.aggregates[0]?.args[0]?.type ?? 'integer';
  samples.forEach(({ key, value }, i) => {
    arena.i64[keyData / 8 + i] = key ?? 0n;
    arena.u8[keyFlags + i] = key === null ? 1 : 0;
    arena.u8[flags + i] = value === null ? 1 : 0;
    if (typeof value === 'string') {
      const bytes = Buffer.from(value);
      const at = arena.place(bytes);
      arena.i64[data / 8 + i] = BigInt(at) | (BigInt(bytes.length) << 32n);
    } else if (type === 'boolean') arena.u8[data + i] = value === true ? 1 : 0;
    else if (type === 'double') arena.f64[data / 8 + i] = Number(value);
    else if (value !== null) arena.i64[data / 8 + i] = BigInt(String(value));
  });
  if (!table.find(keyData, keyFlags, n, rows)) throw new Error('The arena of the test is too small');
  table.states.forEach(({ spec }, state) => {
    const [from, with_] = spec.arg < 0 ? [0, 0] : [data, flags];
    if (table.update(state, rows, from, with_, 0, n) !== n) throw new Error('The arena of the test is too small');
  });
  return table.takePartial();
}

/** One partial made of several. */
export function merged(plan: Plan, partials: readonly Uint8Array[]): Uint8Array {
  const merger = new PartialMerger(plan, testArena());
  for (const partial of partials) merger.add(partial);
  return merger.takePartial();
}

/** The answer's bytes: equal only when every value and the order of the rows are. */
export function answerOf(plan: Plan, partials: readonly Uint8Array[]): Buffer {
  const merger = new PartialMerger(plan, testArena());
  for (const partial of partials) merger.add(partial);
  const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
  merger.finish(outbox);
  return Buffer.concat(outbox.finish().rows);
}

export function rowsOf(plan: Plan, samples: readonly Sample[]): Value[][] {
  return decodeRowBlock(plan, answerOf(plan, [partialOf(plan, samples)]));
}
