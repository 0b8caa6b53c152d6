/** Laws: compiled expressions give row by row what the reference evaluator gives. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqlType } from '../../src/core/value.ts';
import { TextScratch } from '../../src/execute/text-scratch.ts';
import { type ColumnStorage, compileStage } from '../../src/execute/vectorize.ts';
import type { Expr } from '../../src/query/plan.ts';
import { placeText, testArena } from '../support/arena.ts';
import { type Bytes, expression, type Outcome, referenceOutcome, text, vectorOutcome } from '../support/expressions.ts';

const columnCount = 3;

/** Runs the expressions over the rows and compares every row; `selection` null: all rows. */
function compare(exprs: readonly Expr[], rows: readonly (readonly Bytes[])[], selection: readonly number[] | null) {
  const arena = testArena(1 << 25);
  const columns: ColumnStorage[] = Array.from({ length: columnCount }, (_, column) => ({
    type: 'spans',
    address: placeText(
      arena,
      rows.map((fields) => fields[column] ?? null),
    ),
  }));
  const offsets = arena.alloc(8 * Math.max(1, rows.length));
  rows.forEach((_, row) => {
    arena.i64[offsets / 8 + row] = BigInt(row);
  });
  columns.push({ type: 'integer', address: offsets });
  let list = 0;
  if (selection !== null) {
    list = arena.alloc(4 * Math.max(1, selection.length));
    arena.u32.set(selection, list / 4);
  }
  const scratch = new TextScratch(arena, 256);
  const stage = compileStage(exprs, columns, arena, scratch);
  const numbers = selection ?? rows.map((_, row) => row);
  // twice: what is remembered between runs must not show
  for (let run = 0; run < 2; run++) {
    scratch.reset();
    const vectors = stage.run(numbers.length, list);
    exprs.forEach((expr, index) => {
      const vector = vectors[index];
      if (vector === undefined) throw new Error('Cannot compare: a vector is missing');
      expect(vector.type).toBe(expr.type);
      const got: Outcome[] = [];
      const want: Outcome[] = [];
      numbers.forEach((number, row) => {
        got.push(vectorOutcome(arena, vector, row));
        want.push(referenceOutcome(expr, rows[number] ?? [], number));
      });
      expect(got).toEqual(want);
    });
  }
  stage.close();
  scratch.close();
}

const types: readonly SqlType[] = ['integer', 'double', 'text', 'boolean', 'timestamp'];

const field: fc.Arbitrary<Bytes> = fc.oneof(
  { weight: 6, arbitrary: text.map((value): Bytes => new TextEncoder().encode(value)) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const oddField: fc.Arbitrary<Bytes> = fc.oneof(
  { weight: 2, arbitrary: field },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 24 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(0x80, 0xbf, 0xc2, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0x41, 0x61, 0x2f), {
        maxLength: 20,
      })
      .map((bytes): Bytes => Uint8Array.from(bytes)),
  },
);

function table(of: fc.Arbitrary<Bytes>) {
  return fc.array(fc.array(of, { minLength: columnCount, maxLength: columnCount }), { minLength: 1, maxLength: 50 });
}

function law(oddBytes: boolean, depth: number) {
  const exprs = fc.array(
    fc.constantFrom(...types).chain((type) => expression(type, depth, { columns: columnCount, oddBytes })),
    { minLength: 1, maxLength: 4 },
  );
  return fc.property(
    exprs,
    table(oddBytes ? oddField : field),
    fc.boolean(),
    fc.integer(),
    (list, rows, select, seed) => {
      // every row with some probability, ascending, as a filter gives them
      const selection = select ? rows.map((_, row) => row).filter((row) => ((seed >> (row % 31)) & 1) === 1) : null;
      compare(list, rows, selection);
    },
  );
}

describe('Compiled expressions agree with the evaluator', () => {
  test('over one operation', () => {
    fc.assert(law(false, 1), { seed: 20150517, numRuns: 1000 });
  });

  test('over nested operations', () => {
    fc.assert(law(false, 3), { seed: 20150518, numRuns: 300 });
  });

  test('over bytes that are no UTF-8', () => {
    fc.assert(law(true, 2), { seed: 20150519, numRuns: 800 });
  });
});
