// The columns that are not fields of the record: _raw, _file, _offset.
import { Batch, span } from './batch';

/** _raw: u64 spans of whole records. */
export function rawSpans(batch: Batch, n: u32, out: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const at = <usize>i << 2;
    store<u64>(out + (<usize>i << 3), span(load<u32>(<usize>batch.recordStarts + at), load<u32>(<usize>batch.recordLengths + at)));
  }
}

/** _offset: i64, `base` + (record start - `origin`). */
export function recordOffsets(batch: Batch, n: u32, origin: u32, base: i64, out: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    store<i64>(out + (<usize>i << 3), base + <i64>(load<u32>(<usize>batch.recordStarts + (<usize>i << 2)) - origin));
  }
}

/** _file: one span for every row. */
export function fillSpans(value: u64, n: u32, out: usize): void {
  for (let i: u32 = 0; i < n; i++) store<u64>(out + (<usize>i << 3), value);
}

/** Row numbers of records without a flag into `out`; how many. */
export function selectValid(flags: usize, n: u32, out: usize): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(out + (<usize>count << 2), i);
    count += <u32>(load<u8>(flags + i) == 0);
  }
  return count;
}
