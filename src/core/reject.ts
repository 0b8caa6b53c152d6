/**
 * Why a record was rejected. Codes 0 and 1 are taken in flag vectors (0 valid, 1 NULL), so reasons start at 2;
 * the kernels write the same codes (workers/kernels/flags.ts).
 */
export const rejectReasons = {
  2: 'malformed record',
  3: 'record too long',
  4: 'not an integer',
  5: 'not a number',
  6: 'not a timestamp',
  7: 'not a boolean',
  8: 'integer overflow',
  9: 'function failed',
} as const;

export type RejectCode = keyof typeof rejectReasons;

/** A record that could not be used, with enough to find and replay it. */
export interface Reject {
  readonly file: string;
  /** Byte offset of the record's first byte in the (decompressed) file. */
  readonly offset: number;
  /** For example `malformed record` or `bytes: "12x" is not an integer`. */
  readonly reason: string;
  /** The record's bytes without its line end, cut to a bounded length where the record is huge. */
  readonly record: Uint8Array;
  /** How long the record is, where it was cut. */
  readonly recordBytes?: number;
}

/** `read = matched + filtered + rejected`, always. */
export interface RecordCounts {
  readonly read: number;
  readonly matched: number;
  readonly filtered: number;
  readonly rejected: number;
}
