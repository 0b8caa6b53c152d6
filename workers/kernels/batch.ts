// The batch header: what a tokenizer kernel reads and fills. Written by src/execute/tokenizer.ts. All fields u32.
//
// A tokenizer is called as tokenizeX(program, begin, end, final, batch): rows. It reads records from `begin`, at most
// `capacity` of them and nothing at or after `end`; a record whose line end is not before `end` is
// left for the next call unless `final` is 1 (end of file: the last line may lack its line end). It stores one entry per
// record in the vectors and the address of the first byte not consumed in `next`. Blank lines are skipped, not counted.
// A malformed record has flag MALFORMED, its start and length stored, and its spans undefined.

@unmanaged
export class Batch {
  capacity: u32;
  /** u32[capacity]: address of the record's first byte. */
  recordStarts: u32;
  /** u32[capacity]: length without line end (without "\r\n" or "\n"). */
  recordLengths: u32;
  /** u8[capacity]: VALID or a reject code. */
  flags: u32;
  /** out */
  next: u32;
  /** Free space for unescaped text, in and out; the caller resets it per batch. A kernel stops the batch before it would run out. */
  scratch: u32;
  scratchEnd: u32;
  columnCount: u32;
  // followed by u32[columnCount]: address of u64[capacity] spans, lo = address (0: NULL), hi = length
}

export const SPANS_OFFSET: usize = 32;

@inline
export function spansOf(batch: Batch, column: u32): usize {
  return load<u32>(changetype<usize>(batch) + SPANS_OFFSET + ((<usize>column) << 2));
}

@inline
export function span(address: usize, length: usize): u64 {
  return (<u64>address) | ((<u64>length) << 32);
}
