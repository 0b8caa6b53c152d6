// Functions of texts and of what they decode to.
import { clfOf, integerOf, WRONG } from './decode';
import { begin, length, span, spanAt } from './span';

export function addConstant(spans: usize, rows: u32, constant: i64, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = integerOf(begin(spanAt(spans, row)), length(spanAt(spans, row)));
    const sum = value + constant;
    const overflow = ((value ^ sum) & (constant ^ sum)) < 0;
    store<u8>(flags + row, value == WRONG ? 4 : overflow ? 8 : 0);
    store<i64>(out + ((<usize>row) << 3), sum);
  }
}

export function lower(spans: usize, rows: u32, room: usize, out: usize, flags: usize): void {
  let to = room;
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const from = to;
    for (let i: usize = 0; i < length(text); i++) {
      const byte = <u32>load<u8>(begin(text) + i);
      store<u8>(to++, byte - 65 < 26 ? byte + 32 : byte);
    }
    store<u64>(out + ((<usize>row) << 3), span(from, to));
    store<u8>(flags + row, 0);
  }
}

/** The second part between slashes. */
export function secondPart(spans: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const end = begin(text) + length(text);
    let from = begin(text);
    while (from < end && load<u8>(from) != 47) from++;
    if (from < end) from++;
    let to = from;
    while (to < end && load<u8>(to) != 47) to++;
    store<u64>(out + ((<usize>row) << 3), span(from, to));
    store<u8>(flags + row, 0);
  }
}

/** Multiples of a bucket of so many microseconds. */
export function bucketClf(spans: usize, rows: u32, micros: i64, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const time = clfOf(begin(text));
    store<i64>(out + ((<usize>row) << 3), time - (time % micros));
    store<u8>(flags + row, length(text) == 26 ? 0 : 6);
  }
}
