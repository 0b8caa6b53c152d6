// Merge sort of row numbers by keys (spans), byte by byte. `from` holds the numbers, `room` as many again.
import { begin, compare, length, spanAt } from './span';

export function sortRows(keys: usize, from: usize, room: usize, n: u32): usize {
  for (let i: u32 = 0; i < n; i++) store<u32>(from + ((<usize>i) << 2), i);
  let source = from;
  let target = room;
  for (let width: u32 = 1; width < n; width <<= 1) {
    for (let low: u32 = 0; low < n; low += width << 1) {
      const middle = min<u32>(low + width, n);
      const high = min<u32>(low + (width << 1), n);
      let a = low;
      let b = middle;
      for (let to = low; to < high; to++) {
        let takeFirst = b >= high;
        if (!takeFirst && a < middle) {
          const x = spanAt(keys, load<u32>(source + ((<usize>a) << 2)));
          const y = spanAt(keys, load<u32>(source + ((<usize>b) << 2)));
          takeFirst = compare(begin(x), length(x), begin(y), length(y)) <= 0;
        }
        store<u32>(target + ((<usize>to) << 2), load<u32>(source + ((<usize>(takeFirst ? a : b)) << 2)));
        if (takeFirst) a++;
        else b++;
      }
    }
    const other = source;
    source = target;
    target = other;
  }
  return source;
}

/** Entries (u32 key length, u32 row length, key, row) in order, copied out; where they end. */
export function copySorted(keys: usize, rows: usize, order: usize, n: u32, out: usize): usize {
  let at = out;
  for (let i: u32 = 0; i < n; i++) {
    const row = load<u32>(order + ((<usize>i) << 2));
    const key = spanAt(keys, row);
    const value = spanAt(rows, row);
    store<u32>(at, <u32>length(key));
    store<u32>(at, <u32>length(value), 4);
    at += 8;
    for (let b: usize = 0; b < length(key); b++) store<u8>(at++, load<u8>(begin(key) + b));
    for (let b: usize = 0; b < length(value); b++) store<u8>(at++, load<u8>(begin(value) + b));
  }
  return at;
}
