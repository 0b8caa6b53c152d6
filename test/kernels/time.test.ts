/** Buckets and parts of times, where a remembered bucket could mislead: edges, jumps, the ends of 64 bits. */
import { expect, test } from 'vitest';
import { TextScratch } from '../../src/execute/text-scratch.ts';
import { compileStage } from '../../src/execute/vectorize.ts';
import { evaluate } from '../../src/query/evaluate.ts';
import { EvaluationFailure } from '../../src/query/evaluation-failure.ts';
import { functionTable } from '../../src/query/functions/table.ts';
import type { Expr } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';
import { type Outcome, vectorOutcome } from '../support/expressions.ts';

const hour = 3_600_000_000n;
const day = 24n * hour;
const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/** Jumping between both ends of time, and stepping over hours, days, months and years. */
const times = [
  most,
  least,
  most - 5n,
  least + 5n,
  most - day,
  least + day,
  least + 31n * day,
  most - 31n * day,
  most,
  least + hour,
  -1n,
  0n,
  1n,
  -hour,
  -hour - 1n,
  hour,
  hour - 1n,
  -day,
  -day - 1n,
  day - 1n,
  day,
  ...[
    '2000-02-28',
    '2000-03-01',
    '1900-03-01',
    '2015-12-31',
    '2016-01-01',
    '2016-01-04',
    '0001-01-01',
    '1969-12-31',
  ].flatMap((date) => [-1n, 0n, 1n].map((step) => BigInt(Date.parse(date)) * 1000n + step)),
];

function at(value: bigint): Expr {
  return { kind: 'literal', type: 'timestamp', value, at: 0 };
}

/** All the times in one batch: no text reaches the ends of 64 bits, so a CASE on the row's number picks each. */
const column: Expr = {
  kind: 'case',
  type: 'timestamp',
  branches: times.map((value, row) => ({
    when: {
      kind: 'call',
      type: 'boolean',
      fn: 'eq(integer,integer)',
      args: [
        { kind: 'column', type: 'integer', column: 0, at: 0 },
        { kind: 'literal', type: 'integer', value: BigInt(row), at: 0 },
      ],
      at: 0,
    },
    then: at(value),
  })),
  otherwise: at(0n),
  at: 0,
};

function reference(expr: Expr, row: number): Outcome {
  try {
    return { value: evaluate(expr, { column: () => BigInt(row), key: () => null, aggregate: () => null }) };
  } catch (error) {
    if (error instanceof EvaluationFailure) return { code: error.code };
    throw error;
  }
}

function expectSame(exprs: readonly Expr[]) {
  const arena = testArena();
  const rows = arena.alloc(8 * times.length);
  times.forEach((_, row) => {
    arena.i64[rows / 8 + row] = BigInt(row);
  });
  const stage = compileStage(exprs, [{ type: 'integer', address: rows }], arena, new TextScratch(arena));
  stage.run(times.length, 0).forEach((vector, index) => {
    const expr = exprs[index];
    if (expr === undefined) throw new Error('Cannot compare: an expression is missing');
    const got = times.map((_, row) => vectorOutcome(arena, vector, row));
    expect(got).toEqual(times.map((_, row) => reference(expr, row)));
  });
}

test('Every part of a time', () => {
  const parts = functionTable.filter((fn) => fn.args.join() === 'timestamp');
  expect(parts.length).toBeGreaterThan(10);
  expectSame(parts.map((fn) => ({ kind: 'call', type: fn.result, fn: fn.id, args: [column], at: 0 })));
});

test('Buckets of every width', () => {
  const widths = [
    ...[1n, 7n, 1_000_000n, 300_000_000n, hour, day, 7n * day, 10n ** 17n].map((micros) => ({ months: 0, micros })),
    ...[1, 3, 5, 12, 120, 1200].map((months) => ({ months, micros: 0n })),
  ];
  const bucket = (args: readonly Expr[]): Expr => ({
    kind: 'call',
    type: 'timestamp',
    fn: `time_bucket(${args.map(({ type }) => type).join()})`,
    args,
    at: 0,
  });
  const width = (value: (typeof widths)[number]): Expr => ({ kind: 'literal', type: 'interval', value, at: 0 });
  expectSame(widths.map((each) => bucket([width(each), column])));
  expectSame(widths.map((each) => bucket([width(each), column, at(12_345_678n)])));
  expectSame(widths.map((each) => bucket([width(each), column, at(least + 3n)])));
});
