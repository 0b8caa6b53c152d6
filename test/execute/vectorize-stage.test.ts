/** What a stage does beside its values: shares, guards, gives memory back, grows its text. */
import { describe, expect, test } from 'vitest';
import { TextScratch } from '../../src/execute/text-scratch.ts';
import { batchRows } from '../../src/execute/vector.ts';
import { compileStage } from '../../src/execute/vectorize.ts';
import type { Expr } from '../../src/query/plan.ts';
import { placeText, testArena } from '../support/arena.ts';
import { column } from '../support/batch.ts';
import { vectorOutcome } from '../support/expressions.ts';

function text(value: string): Expr {
  return { kind: 'literal', type: 'text', value, at: 0 };
}

const replaced: Expr = {
  kind: 'call',
  type: 'text',
  fn: 'replace(text,text,text)',
  args: [column, text('a'), text('b')],
  at: 0,
};
const isBbb: Expr = { kind: 'call', type: 'boolean', fn: 'eq(text,text)', args: [replaced, text('bbb')], at: 0 };
const isAab: Expr = { kind: 'call', type: 'boolean', fn: 'eq(text,text)', args: [column, text('aab')], at: 0 };

describe('A stage', () => {
  test('computes what two expressions share once, wherever they stand in the query', () => {
    const arena = testArena();
    const number = (at: number): Expr => ({ kind: 'column', type: 'integer', column: 0, at });
    const cast: Expr = { kind: 'cast', type: 'integer', value: column, lenient: false, at: 3 };
    const stage = compileStage(
      [number(1), number(2), cast],
      [{ type: 'spans', address: placeText(arena, ['7']) }],
      arena,
      new TextScratch(arena),
    );
    const [first, second, third] = stage.run(1, 0);
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  test('does not copy a text column without selection', () => {
    const arena = testArena();
    const address = placeText(arena, ['a', null]);
    const [vector] = compileStage([column], [{ type: 'spans', address }], arena, new TextScratch(arena)).run(2, 0);
    expect(vector?.data).toBe(address);
  });

  test('finds texts of any length in a list', () => {
    const lengths = [0, 1, 7, 8, 9, 62, 63, 64, 65, 127, 1000];
    const texts = lengths.map((length) => 'x'.repeat(length));
    const rows = [...texts, ...texts.map((value) => `${value.slice(0, -1)}y`), null];
    for (const options of [texts, ...texts.map((value) => [value]), []]) {
      const arena = testArena();
      const list: Expr = { kind: 'in', type: 'boolean', value: column, options, hasNull: false, at: 0 };
      const columns = [{ type: 'spans', address: placeText(arena, rows) }] as const;
      const [vector] = compileStage([list], columns, arena, new TextScratch(arena)).run(rows.length, 0);
      if (vector === undefined) throw new Error('Cannot run the stage: it has no vector');
      const found = rows.map((_, row) => vectorOutcome(arena, vector, row));
      expect(found).toEqual(rows.map((row) => ({ value: row === null ? null : options.includes(row) })));
    }
  });

  test('gives all its memory back', () => {
    const arena = testArena();
    const scratch = new TextScratch(arena);
    const columns = [{ type: 'spans', address: placeText(arena, ['1.2345678901234567e-30', 'x']) }] as const;
    const before = arena.kernels.arenaUsed();
    const double: Expr = { kind: 'column', type: 'double', column: 0, at: 0 };
    const list: Expr = { kind: 'in', type: 'boolean', value: column, options: ['x', 'y'], hasNull: false, at: 0 };
    const stage = compileStage([double, list, isBbb], columns, arena, scratch);
    stage.run(2, 0);
    expect(arena.kernels.arenaUsed()).toBeGreaterThan(before);
    stage.close();
    expect(arena.kernels.arenaUsed()).toBe(before);
  });

  test('runs a function without a kernel only for the rows that evaluation comes to', () => {
    const rows = ['aab', 'aaa', 'aab', null, 'zzz'];
    const written = (expr: Expr) => {
      const arena = testArena();
      const scratch = new TextScratch(arena);
      const stage = compileStage([expr], [{ type: 'spans', address: placeText(arena, rows) }], arena, scratch);
      const start = scratch.reserve(0);
      const [vector] = stage.run(rows.length, 0);
      if (vector === undefined) throw new Error('Cannot run the stage: it has no vector');
      const values = rows.map((_, row) => vectorOutcome(arena, vector, row));
      return {
        bytes: scratch.reserve(0) - start,
        values: values.map((outcome) => ('value' in outcome ? outcome.value : outcome)),
      };
    };
    const otherwise: Expr = { kind: 'literal', type: 'boolean', value: false, at: 0 };
    // NULL does not decide an AND: replace is reached, and is strict
    expect(written({ kind: 'and', type: 'boolean', args: [isAab, isBbb], at: 0 })).toEqual({
      bytes: 6,
      values: [true, false, true, null, false],
    });
    expect(written({ kind: 'or', type: 'boolean', args: [isAab, isBbb], at: 0 })).toEqual({
      bytes: 6,
      values: [true, true, true, null, false],
    });
    expect(
      written({ kind: 'case', type: 'boolean', branches: [{ when: isAab, then: isBbb }], otherwise, at: 0 }),
    ).toEqual({
      bytes: 6,
      values: [true, false, true, false, false],
    });
    expect(written({ kind: 'coalesce', type: 'text', args: [column, replaced], at: 0 }).bytes).toBe(0);
  });

  test('computes more text than the scratch region held, and the region is as large afterwards', () => {
    const arena = testArena();
    const scratch = new TextScratch(arena, 256);
    const rows = Array.from({ length: batchRows }, (_, row) => `ROW ${row}`);
    const lower: Expr = { kind: 'call', type: 'text', fn: 'lower(text)', args: [column], at: 0 };
    const stage = compileStage([lower, replaced], [{ type: 'spans', address: placeText(arena, rows) }], arena, scratch);
    for (let run = 0; run < 3; run++) {
      scratch.reset();
      const [vector] = stage.run(rows.length, 0);
      if (vector === undefined) throw new Error('Cannot run the stage: it has no vector');
      rows.forEach((row, index) => {
        expect(vectorOutcome(arena, vector, index)).toEqual({ value: row.toLowerCase() });
      });
    }
  });

  test('refuses more rows than its vectors hold', () => {
    const arena = testArena();
    const stage = compileStage([column], [{ type: 'spans', address: 16 }], arena, new TextScratch(arena));
    expect(() => stage.run(batchRows + 1, 0)).toThrow(`Cannot run ${batchRows + 1} rows: a batch holds ${batchRows}`);
  });
});
