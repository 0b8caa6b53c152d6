/** Selections, failures and FILTER (WHERE), as a scan uses them on the vectors of a stage. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Arena } from '../../src/execute/arena.ts';
import { batchRows } from '../../src/execute/vector.ts';
import { testArena } from '../support/arena.ts';

const flag = fc.constantFrom(0, 0, 0, 1, 4, 9);
const row = fc.record({ flag, other: flag, data: fc.constantFrom(0, 1) });
const rowsOf = fc.array(row, { minLength: 0, maxLength: 70 });

function placeBytes(arena: Arena, bytes: readonly number[]): number {
  // what stands behind the last row must not count
  const address = arena.alloc(batchRows);
  arena.u8.fill(7, address, address + batchRows);
  arena.u8.set(bytes, address);
  return address;
}

function numbers(arena: Arena, address: number, count: number): number[] {
  return Array.from(arena.u32.subarray(address / 4, address / 4 + count));
}

function check(law: (arena: Arena, rows: readonly { flag: number; other: number; data: number }[]) => void) {
  fc.assert(
    fc.property(rowsOf, (rows) => law(testArena(), rows)),
    { seed: 74, numRuns: 200 },
  );
}

describe('A scan', () => {
  test('keeps the rows that are TRUE, and no NULL or failure', () => {
    check((arena, rows) => {
      const data = placeBytes(
        arena,
        rows.map((each) => each.data),
      );
      const flags = placeBytes(
        arena,
        rows.map((each) => each.flag),
      );
      const out = arena.alloc(4 * (batchRows + 1));
      const count = arena.kernels.selectTrue(data, flags, rows.length, out);
      const wanted = rows.flatMap((each, index) => (each.flag === 0 && each.data === 1 ? [index] : []));
      expect(numbers(arena, out, count)).toEqual(wanted);
    });
  });

  test('finds failures, whichever vector has them, and the rows without', () => {
    check((arena, rows) => {
      const { kernels } = arena;
      const first = placeBytes(
        arena,
        rows.map((each) => each.flag),
      );
      const second = placeBytes(
        arena,
        rows.map((each) => each.other),
      );
      const merged = placeBytes(
        arena,
        rows.map(() => 0),
      );
      expect(kernels.greatestFlag(first, rows.length)).toBe(Math.max(0, ...rows.map((each) => each.flag)));
      expect(kernels.anyError(first, rows.length)).toBe(rows.some((each) => each.flag > 1) ? 1 : 0);
      kernels.mergeErrors(first, rows.length, merged);
      kernels.mergeErrors(second, rows.length, merged);
      const failures = rows.map((each) => (each.flag > 1 ? each.flag : each.other > 1 ? each.other : 0));
      expect(Array.from(arena.u8.subarray(merged, merged + rows.length))).toEqual(failures);
      const out = arena.alloc(4 * (batchRows + 1));
      const failed = kernels.collectErrors(merged, rows.length, out);
      expect(numbers(arena, out, failed)).toEqual(failures.flatMap((code, index) => (code > 0 ? [index] : [])));
      const sound = kernels.selectSound(merged, rows.length, out);
      expect(numbers(arena, out, sound)).toEqual(failures.flatMap((code, index) => (code > 0 ? [] : [index])));
    });
  });

  test('hides from an aggregate the rows that its filter does not keep, their failures too', () => {
    check((arena, rows) => {
      const values = placeBytes(
        arena,
        rows.map((each) => each.other),
      );
      const data = placeBytes(
        arena,
        rows.map((each) => each.data),
      );
      const flags = placeBytes(
        arena,
        rows.map((each) => each.flag),
      );
      const out = arena.alloc(batchRows);
      arena.kernels.filterFlags(values, data, flags, rows.length, out);
      expect(Array.from(arena.u8.subarray(out, out + rows.length))).toEqual(
        rows.map((each) => (each.flag > 1 ? each.flag : each.flag === 0 && each.data === 1 ? each.other : 1)),
      );
    });
  });

  test('narrows a selection in place', () => {
    const arena = testArena();
    const selection = arena.alloc(4 * batchRows);
    const chosen = arena.alloc(4 * batchRows);
    arena.u32.set([3, 5, 8, 13, 21], selection / 4);
    arena.u32.set([0, 2, 4], chosen / 4);
    arena.kernels.gather4(selection, chosen, 3, selection);
    expect(numbers(arena, selection, 3)).toEqual([3, 8, 21]);
  });
});
