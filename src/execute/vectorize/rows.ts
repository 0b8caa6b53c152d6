/**
 * The escape hatch: single rows of vectors as JavaScript values and back. What no kernel does, or what a kernel hands
 * back, is computed here by the reference functions themselves.
 */
import type { Value } from '../../core/value.ts';
import { EvaluationFailure } from '../../query/evaluation-failure.ts';
import type { Arena } from '../arena.ts';
import type { Vector } from '../vector.ts';
import type { Program, Slot } from './program.ts';

const validFlag = 0;
const nullFlag = 1;

export type RowReader = (row: number) => Value;

/** Where values stand: the arena, and its memory for reading strings. */
interface ValueSource {
  readonly arena: Arena;
  readonly bytes: Buffer;
}

/** Reads the rows of a finished vector: NULL gives null, failures must have been taken out. */
export function vectorReader(arena: Arena, vector: Vector): RowReader {
  const bytes = Buffer.from(arena.u8.buffer); // reading allocates nothing in the arena, so the memory stays
  return rowReader({ arena, bytes }, vector);
}

/** Reads valid rows; NULL gives null. */
export function rowReader(program: ValueSource, slot: Vector): RowReader {
  const { arena } = program;
  const ofType = valueReader(program, slot);
  return (row) => (arena.u8[slot.flags + row] === nullFlag ? null : ofType(row));
}

function valueReader(program: ValueSource, slot: Vector): RowReader {
  const { arena } = program;
  switch (slot.type) {
    case 'integer':
    case 'timestamp':
      return (row) => arena.i64[slot.data / 8 + row] ?? null;
    case 'double':
      return (row) => arena.f64[slot.data / 8 + row] ?? null;
    case 'boolean':
      return (row) => arena.u8[slot.data + row] !== 0;
    case 'text':
      return (row) => {
        const index = slot.data / 4 + 2 * row;
        const address = arena.u32[index] ?? 0;
        return program.bytes.toString('utf8', address, address + (arena.u32[index + 1] ?? 0));
      };
    case 'interval':
    case 'null':
      return () => null;
    default:
      return unreachable(slot.type);
  }
}

/** Computes one row; a failure becomes its flag (NULL where `lenient`). */
export function computeRow(program: Program, out: Slot, row: number, lenient: boolean, compute: () => Value): void {
  let value: Value;
  try {
    value = compute();
  } catch (error) {
    if (!(error instanceof EvaluationFailure)) throw error;
    program.arena.u8[out.flags + row] = lenient ? nullFlag : error.code;
    return;
  }
  writeRow(program, out, row, value);
}

function writeRow(program: Program, out: Slot, row: number, value: Value): void {
  const { arena, scratch } = program;
  arena.u8[out.flags + row] = value === null ? nullFlag : validFlag;
  switch (typeof value) {
    case 'bigint':
      arena.i64[out.data / 8 + row] = value;
      break;
    case 'number':
      arena.f64[out.data / 8 + row] = value;
      break;
    case 'boolean':
      arena.u8[out.data + row] = value ? 1 : 0;
      break;
    case 'string': {
      const bytes = Buffer.byteLength(value, 'utf8');
      const address = scratch.reserve(bytes);
      program.bytes.write(value, address, bytes, 'utf8');
      scratch.commit(address + bytes);
      const index = out.data / 4 + 2 * row;
      arena.u32[index] = address;
      arena.u32[index + 1] = bytes;
      break;
    }
  }
}

/** Calls back with each row whose flag is 0. */
export function forEachValid(program: Program, flags: number, rows: number, visit: (row: number) => void): void {
  for (let row = 0; row < rows; row++) if (program.arena.u8[flags + row] === validFlag) visit(row);
}

/** Calls back with each row number of a list that a kernel has left. */
export function forListedRows(program: Program, count: number, visit: (row: number) => void): void {
  if (count === 0) return;
  const list = program.rowList / 4;
  for (const row of program.arena.u32.slice(list, list + count)) visit(row);
}

function unreachable(type: never): never {
  throw new Error(`Cannot read a vector of ${String(type)}`);
}
