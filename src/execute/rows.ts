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
  for (const cursor = new Cursor([block], 0); cursor.row !== null; cursor.advance())
    rows.push(decode(plan, types, cursor.row));
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
  const types = outputTypes(plan);
  const merge = new RunMerge(runs);
  let skip = plan.offset;
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  let rows: Value[][] = [];
  let bytes = 0;
  try {
    for (let top = merge.top; top?.row && left > 0; top = merge.top) {
      if (skip > 0) {
        skip--;
      } else {
        rows.push(decode(plan, types, top.row));
        bytes += top.row.length;
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
    for (let top = merge.top; top?.row; top = merge.top) {
      appendSortedRow(writer, top.key, top.row);
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

function decode(plan: Plan, types: readonly SqlType[], row: Uint8Array): Value[] {
  return new RowDecoder(row, types, integerWidth(plan)).next() ?? [];
}

/** A position in a run. */
class Cursor {
  readonly index: number;
  key: Buffer = empty;
  row: Buffer | null = null;
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Buffer = empty;
  #at = 0;

  constructor(run: Iterable<Uint8Array>, index: number) {
    this.index = index;
    this.#pieces = run[Symbol.iterator]();
    this.advance();
  }

  advance(): void {
    while (this.#at >= this.#piece.length) {
      const { value, done } = this.#pieces.next();
      if (done) {
        this.row = null;
        return;
      }
      this.#piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.#at = 0;
    }
    const keyEnd = this.#at + 8 + this.#piece.readUInt32LE(this.#at);
    const rowEnd = keyEnd + this.#piece.readUInt32LE(this.#at + 4);
    this.key = this.#piece.subarray(this.#at + 8, keyEnd);
    this.row = this.#piece.subarray(keyEnd, rowEnd);
    this.#at = rowEnd;
  }

  close(): void {
    this.#pieces.return?.();
  }

  before(other: Cursor): boolean {
    const order = Buffer.compare(this.key, other.key);
    return order < 0 || (order === 0 && this.index < other.index);
  }
}

const empty = Buffer.alloc(0);

/** A binary heap of cursors, the least row on top. */
class RunMerge {
  readonly #cursors: Cursor[];

  constructor(runs: readonly Iterable<Uint8Array>[]) {
    const cursors = runs.map((run, i) => new Cursor(run, i)).filter((cursor) => cursor.row !== null);
    this.#cursors = cursors.sort((a, b) => (a.before(b) ? -1 : 1));
  }

  get top(): Cursor | undefined {
    return this.#cursors[0];
  }

  /** Ends runs that were not read to their end. */
  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }

  /** Goes on to the row behind the top. */
  advance(): void {
    const cursors = this.#cursors;
    const top = cursors[0];
    if (top === undefined) return;
    top.advance();
    if (top.row === null) {
      const last = cursors.pop();
      if (last === undefined || last === top) return;
      cursors[0] = last;
    }
    let parent = 0;
    for (;;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        const a = cursors[child];
        const b = cursors[least];
        if (a !== undefined && b !== undefined && a.before(b)) least = child;
      }
      const a = cursors[parent];
      const b = cursors[least];
      if (least === parent || a === undefined || b === undefined) return;
      cursors[parent] = b;
      cursors[least] = a;
      parent = least;
    }
  }
}
