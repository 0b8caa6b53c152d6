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

/** Rows of a batch, unless it may be larger (batch-size.ts): the vectors of a few columns stay inside the second-level cache. */
export const batchRows = 2048;

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
