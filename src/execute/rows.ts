/**
 * Blocks of result rows, between the threads that make them and the one that prints them.
 *
 * A plain block (a select in file order) is encoded rows one behind the other. A sorted block holds, per row, u32 key length,
 * u32 row length, sort key, row; memcmp of the keys is the final order, so blocks are merged without decoding them.
 */
import type { SqlType, Value } from '../core/value.ts';
import type { Plan } from '../query/plan.ts';
import { ByteWriter } from './byte-writer.ts';
import { type IntegerWidth, RowDecoder } from './row-codec.ts';
import { Cursor } from './run-cursor.ts';
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

/** A sorted block in pieces of whole rows. */
export function* piecesOfBlock(block: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  let begin = 0;
  for (let at = 0; at < block.length; ) {
    at += 8 + view.getUint32(at, true) + view.getUint32(at + 4, true);
    if (at - begin < bytesPerBlock && at < block.length) continue;
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
  for (const cursor = new Cursor([block]); !cursor.isOver; cursor.advance())
    rows.push(decoder.at(cursor.piece, cursor.rowBegin));
  return rows;
}

/** Merges sorted blocks into decoded rows of the final order; applies OFFSET and LIMIT. Ties go by block order. */
export function mergeRowBlocks(plan: Plan, blocks: readonly Uint8Array[]): AsyncGenerator<Value[][]> {
  return mergeRuns(
    plan,
    blocks.map((block) => [block]),
  );
}

/**
 * The same of runs: pieces of whole rows, each read when the one before it is used up, and valid until the next is asked
 * for. Ties go by the order of the runs.
 */
export async function* mergeRuns(plan: Plan, runs: readonly Iterable<Uint8Array>[]): AsyncGenerator<Value[][]> {
  const decoder = new RowDecoder(empty, outputTypes(plan), integerWidth(plan));
  const merge = new RunMerge(runs);
  let skip = plan.offset;
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  let rows: Value[][] = [];
  let bytes = 0;
  try {
    for (let top = merge.top; top !== undefined && left > 0; top = merge.top) {
      if (skip > 0) {
        skip--;
      } else {
        rows.push(decoder.at(top.piece, top.rowBegin));
        bytes += top.rowEnd - top.rowBegin;
        left--;
        if (rows.length === rowsPerBlock || bytes >= bytesPerBlock) {
          yield rows;
          rows = [];
          bytes = 0;
        }
      }
      merge.advance();
    }
    if (rows.length > 0) yield rows;
  } finally {
    merge.close();
  }
}

/** Merges runs into one, still encoded, in pieces of whole rows. */
export function* joinRuns(runs: readonly Iterable<Uint8Array>[]): Generator<Uint8Array> {
  const merge = new RunMerge(runs);
  const writer = new ByteWriter(bytesPerBlock);
  try {
    for (let top = merge.top; top !== undefined; top = merge.top) {
      // as it stands in its piece: both lengths, key, row
      writer.append(top.piece.subarray(top.begin, top.rowEnd));
      merge.advance();
      if (writer.length < bytesPerBlock) continue;
      yield writer.view();
      writer.clear();
    }
    if (writer.length > 0) yield writer.view();
  } finally {
    merge.close();
  }
}

const empty = Buffer.alloc(0);
