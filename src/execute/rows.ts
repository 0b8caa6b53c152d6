/**
 * Blocks of result rows, between the threads that make them and the one that prints them.
 *
 * A plain block (a select in file order) is encoded rows one behind the other. A sorted block holds, per row, u32 key length,
 * u32 row length, sort key, row; memcmp of the keys is the final order, so blocks are merged without decoding them.
 */
import type { RowBlock } from '../core/row-block.ts';
import type { SqlType, Value } from '../core/value.ts';
import type { Plan } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import { EncodedRows, RowShape } from './encoded-rows.ts';
import { type IntegerWidth, RowDecoder } from './row-codec.ts';
import { Cursor } from './row-cursor.ts';
import { RunMerge } from './run-merge.ts';

const rowsPerBlock = 1024;
const bytesPerBlock = 64 * 1024;

export function isSorted(plan: Plan): boolean {
  return plan.shape === 'grouped' || plan.orderBy.length > 0;
}

/** Rows that can ever be needed from any one source of them; Infinity without LIMIT. */
export function rowsWanted(plan: Plan): number {
  return plan.limit === null ? Number.POSITIVE_INFINITY : plan.limit + plan.offset;
}

export function outputTypes(plan: Plan): SqlType[] {
  return plan.outputs.map((output) => output.type);
}

export function integerWidth(plan: Plan): IntegerWidth {
  return plan.shape === 'grouped' ? 'wide' : 'narrow';
}

/** A row with its sort key, as views. */
export interface SortedRow {
  readonly key: Uint8Array;
  readonly row: Uint8Array;
}

export function appendSortedRow(writer: ByteWriter, key: Uint8Array, row: Uint8Array): void {
  writer.u32(key.length);
  writer.u32(row.length);
  writer.append(key);
  writer.append(row);
}

export function sortedBlock(rows: readonly SortedRow[]): Uint8Array {
  const writer = new ByteWriter(rows.reduce((sum, { key, row }) => sum + 8 + key.length + row.length, 0));
  for (const { key, row } of rows) appendSortedRow(writer, key, row);
  return writer.finish();
}

/** A sorted block in pieces of whole rows, of about so many bytes. */
export function* piecesOfBlock(block: Uint8Array, pieceBytes = bytesPerBlock): Generator<Uint8Array> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  let begin = 0;
  for (let at = 0; at < block.length; ) {
    at += 8 + view.getUint32(at, true) + view.getUint32(at + 4, true);
    if (at - begin < pieceBytes && at < block.length) continue;
    yield block.subarray(begin, at);
    begin = at;
  }
}

/** Decodes a plain block, or a sorted one in its own order. */
export function decodeRowBlock(plan: Plan, block: Uint8Array): Value[][] {
  const types = outputTypes(plan);
  const rows: Value[][] = [];
  if (!isSorted(plan)) {
    const decoder = new RowDecoder(block, types, integerWidth(plan));
    for (let row = decoder.next(); row !== null; row = decoder.next()) rows.push(row);
    return rows;
  }
  const decoder = new RowDecoder(empty, types, integerWidth(plan));
  for (const cursor = new Cursor(block); !cursor.isOver; cursor.advance()) {
    rows.push(decoder.at(cursor.bytes, cursor.rowBegin));
  }
  return rows;
}

/** Sorted blocks as decoded rows of the final order, where they are so few that one sort is the least trouble. */
export function rowsOfBlocks(plan: Plan, blocks: readonly Uint8Array[]): Value[][] {
  const decoder = new RowDecoder(empty, outputTypes(plan), integerWidth(plan));
  const found: { readonly key: Uint8Array; readonly row: Value[] }[] = [];
  for (const block of blocks) {
    for (const cursor = new Cursor(block); !cursor.isOver; cursor.advance()) {
      const key = cursor.bytes.subarray(cursor.keyBegin, cursor.rowBegin);
      found.push({ key, row: decoder.at(cursor.bytes, cursor.rowBegin) });
    }
  }
  // stable: ties stay in the order of the blocks
  return cut(
    plan,
    found.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ row }) => row),
  );
}

function cut<T>(plan: Plan, rows: readonly T[]): T[] {
  return rows.slice(plan.offset, plan.limit === null ? undefined : plan.offset + plan.limit);
}

/**
 * Merges runs into the final order; applies OFFSET and LIMIT. A block is valid until the next is asked for. Runs are pieces of whole rows, each read when the one
 * before it is used up, and valid until the next is asked for. Ties go by the order of the runs. Throws ArenaFullError.
 */
export function* mergeRuns(plan: Plan, runs: readonly Iterable<Uint8Array>[], arena: Arena): Generator<RowBlock> {
  const shape = new RowShape(plan, arena);
  const merge = new RunMerge(arena, runs);
  try {
    for (let skip = plan.offset; skip > 0; ) {
      const piece = merge.next(true, Math.min(skip, rowsPerBlock));
      if (piece === null) return;
      skip -= piece.rows;
    }
    for (let left = plan.limit ?? Number.POSITIVE_INFINITY; left > 0; ) {
      const piece = merge.next(true, Math.min(left, rowsPerBlock));
      if (piece === null) return;
      left -= piece.rows;
      yield new EncodedRows(shape, piece.begin, piece.end, piece.rows);
    }
  } finally {
    merge.close();
  }
}

/** Plain blocks of rows in stretches that an output takes. Throws ArenaFullError. */
export class BlockReader {
  readonly #arena: Arena;
  readonly #shape: RowShape;

  constructor(plan: Plan, arena: Arena) {
    this.#arena = arena;
    this.#shape = new RowShape(plan, arena);
  }

  /** The rows of a block; each stretch is valid until the next is asked for. */
  *rowsOf(block: Uint8Array): Generator<RowBlock> {
    const arena = this.#arena;
    const begin = arena.place(block);
    const end = begin + block.length;
    for (let at = begin; at < end; ) {
      const { rows, stopped } = this.#shape.skip(at, end, rowsPerBlock);
      yield new EncodedRows(this.#shape, at, stopped, rows);
      at = stopped;
    }
    arena.free(begin, Math.max(1, block.length));
  }
}

/** Merges runs into one, still encoded, in pieces of whole rows, each valid until the next is asked for. Throws ArenaFullError. */
export function* joinRuns(runs: readonly Iterable<Uint8Array>[], arena: Arena): Generator<Uint8Array> {
  const merge = new RunMerge(arena, runs);
  try {
    for (let piece = merge.next(false); piece !== null; piece = merge.next(false))
      yield arena.u8.subarray(piece.begin, piece.end);
  } finally {
    merge.close();
  }
}

const empty = Buffer.alloc(0);
