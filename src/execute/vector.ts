/**
 * Vectors: columns of values of one batch, in the arena.
 *
 * integer and timestamp: i64 per row · double: f64 per row · boolean: u8 per row (0 or 1) · text: a span per row, u64 with
 * the address in the low half and the byte length in the high half.
 * `flags`: u8 per row, 0 valid, 1 NULL, 2 and more a RejectCode. Data under a non-zero flag is undefined.
 */
import type { SqlType } from '../core/value.ts';

export interface Vector {
  readonly type: SqlType;
  readonly data: number;
  readonly flags: number;
}

/** The most rows of a batch, for which every vector has room. */
export const batchRows = 8192;
const leastRows = 1024;
/** Of the second-level cache, beside the bytes that are being read. */
const cacheBytes = 256 << 10;
/** Of a record: start, length and flag, and its group. */
const recordBytes = 13;
/** Of a column: span, decoded value and flag. */
const columnBytes = 17;

/**
 * Records that are processed together: as many as keep the vectors of so many columns inside the second-level cache, because
 * each batch costs some microseconds of calls.
 */
export function rowsPerBatch(columns: number): number {
  const rows = Math.floor(cacheBytes / (recordBytes + columnBytes * columns));
  return Math.max(leastRows, Math.min(batchRows, rows - (rows % 16)));
}

/**
 * Addresses of one batch of tokenized records; the layout that the tokenizer kernels read is in workers/kernels/batch.ts.
 * `spans[i]` is the vector of spans of the i-th plan column with source `field`; address 0 in a span means NULL.
 */
export interface Batch {
  /** Address of the header that the kernels get. */
  readonly header: number;
  readonly recordStarts: number;
  readonly recordLengths: number;
  readonly flags: number;
  readonly spans: readonly number[];
}
