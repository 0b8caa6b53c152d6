// Rows of an answer, value by value: what workers/kernels/encode-groups.ts and row-text.ts write.
import { putBigEndian, putDouble, putText } from './encoded';
import { copy, span, spanAt } from './span';

function putWide(value: i64, out: usize): usize {
  store<u8>(out, 1);
  return putBigEndian(value, putBigEndian(<u64>(value >> 63) ^ 0x8000000000000000, out + 1));
}

/** Of each group its key, as the key to sort by; and its key, count, sum and average, as the row. */
export function encodeGroups(
  keys: usize,
  counts: usize,
  sums: usize,
  groups: u32,
  out: usize,
  keySpans: usize,
  rowSpans: usize,
): void {
  let at = out;
  for (let i: u32 = 0; i < groups; i++) {
    const place = (<usize>i) << 3;
    const text = spanAt(keys, i);
    const row = putText(text, at);
    store<u64>(keySpans + place, span(at, row));
    at = putText(text, row);
    const count = load<i64>(counts + place);
    const sum = load<i64>(sums + place);
    at = putWide(sum, putWide(count, at));
    at = putDouble(<f64>sum / <f64>count, at);
    store<u64>(rowSpans + place, span(row, at));
  }
}

function fromBigEndian(at: usize): u64 {
  let value: u64 = 0;
  for (let i: usize = 0; i < 8; i++) value = (value << 8) | load<u8>(at + i);
  return value;
}

function printNumber(value: u64, digits: u32, out: usize): usize {
  let count: u32 = 1;
  for (let left = value; left >= 10; left /= 10) count++;
  count = max<u32>(count, digits);
  let left = value;
  for (let at = out + count; at > out; left /= 10) store<u8>(--at, <u8>(48 + (left % 10)));
  return out + count;
}

function printDouble(value: f64, out: usize): usize {
  let at = out;
  if (value < 0) store<u8>(at++, 45);
  const size = abs(value);
  let scale: f64 = 1;
  let places: u32 = 0;
  while (nearest(size * scale) / scale != size) {
    scale *= 10;
    places++;
  }
  const digits = <u64>nearest(size * scale);
  at = printNumber(digits / <u64>scale, 1, at);
  store<u8>(at++, 46);
  return printNumber(digits % <u64>scale, max<u32>(places, 1), at);
}

function printPart(layout: usize, i: usize, out: usize): usize {
  const bytes = load<u32>(layout + (i << 3), 4);
  copy(out, load<u32>(layout + (i << 3)), bytes);
  return out + bytes;
}

/** Rows of a text, an integer and a double, with the parts of `layout` (address, length) before the values and behind the row. */
export function textOfRows(from: usize, end: usize, layout: usize, isJson: u32, out: usize): usize {
  let to = out;
  for (let at = from; at < end; ) {
    to = printPart(layout, 0, to);
    if (isJson) store<u8>(to++, 34);
    for (at += 1; load<u8>(at) != 0; at++) store<u8>(to++, load<u8>(at));
    if (isJson) store<u8>(to++, 34);
    to = printPart(layout, 1, to);
    const integer = <i64>(fromBigEndian(at + 3) ^ 0x8000000000000000);
    if (integer < 0) store<u8>(to++, 45);
    to = printNumber(integer < 0 ? -integer : integer, 1, to);
    to = printPart(layout, 2, to);
    const bits = fromBigEndian(at + 12);
    to = printDouble(reinterpret<f64>(<i64>bits < 0 ? bits ^ 0x8000000000000000 : ~bits), to);
    to = printPart(layout, 3, to);
    at += 20;
  }
  return to;
}
