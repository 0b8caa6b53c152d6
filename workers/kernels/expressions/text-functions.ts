// Functions of text. Results that are parts of their argument are spans into it; others are written at the cursor, a u32
// that the kernel moves on. Rows that need more than bytes (case beyond ASCII, invalid UTF-8) are handed back in `left`.
import { VALID } from '../flags';
import { equalBytes, find, fold16, isAscii, isUtf8 } from './bytes';

/** Bytes of all valid rows together: how much room a result of the same size needs. */
export function textBytes(a: usize, flags: usize, rows: u32): f64 {
  let total: u64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) == VALID) total += load<u64>(a + (row << 3)) >> 32;
  }
  return <f64>total;
}

/** Sixteen bytes with small ASCII letters made capital. */
@inline
function raise16(v: v128): v128 {
  const small = v128.and(i8x16.gt_s(v, i8x16.splat(96)), i8x16.lt_s(v, i8x16.splat(123)));
  return v128.andnot(v, v128.and(small, i8x16.splat(32)));
}

@inline
function changeCase(a: usize, flags: usize, rows: u32, out: usize, cursor: usize, left: usize, upper: bool): u32 {
  let count: usize = 0;
  let to = <usize>load<u32>(cursor);
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const from = <usize>(<u32>span);
    const length = <usize>(span >> 32);
    let changed = i8x16.splat(0);
    let high: i32 = 0;
    for (let i: usize = 0; i < length; i += 16) {
      const v = v128.load(from + i);
      const w = upper ? raise16(v) : fold16(v);
      v128.store(to + i, w);
      let highBits = i8x16.bitmask(v);
      if (length - i < 16) highBits &= (1 << <i32>(length - i)) - 1;
      high |= highBits;
      changed = v128.or(changed, v128.xor(v, w));
    }
    if (high != 0) store<u32>(left + (count++ << 2), <u32>row);
    // bytes behind the end may have changed alone: then the copy is as good
    else if (!v128.any_true(changed)) store<u64>(out + (row << 3), span);
    else {
      store<u64>(out + (row << 3), <u64>to | ((<u64>length) << 32));
      to += length;
    }
  }
  store<u32>(cursor, <u32>to);
  return <u32>count;
}

export function lowerText(a: usize, flags: usize, rows: u32, out: usize, cursor: usize, left: usize): u32 {
  return changeCase(a, flags, rows, out, cursor, left, false);
}

export function upperText(a: usize, flags: usize, rows: u32, out: usize, cursor: usize, left: usize): u32 {
  return changeCase(a, flags, rows, out, cursor, left, true);
}

/** Code points, i64. */
export function lengthText(a: usize, flags: usize, rows: u32, out: usize, left: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    const length = <usize>(span >> 32);
    if (isAscii(address, length)) store<u64>(out + (row << 3), length);
    else if (isUtf8(address, length)) store<u64>(out + (row << 3), codePoints(address, length));
    else store<u32>(left + (count++ << 2), <u32>row);
  }
  return <u32>count;
}

function codePoints(address: usize, length: usize): usize {
  let points: usize = 0;
  for (let i: usize = 0; i < length; i++) points += <usize>((load<u8>(address + i) & 0xc0) != 0x80);
  return points;
}

/** Address of the code point number `points` from `at`, or `end`. */
function skipPoints(at: usize, end: usize, points: i64): usize {
  while (points > 0 && at < end) {
    at++;
    while (at < end && (load<u8>(at) & 0xc0) == 0x80) at++;
    points--;
  }
  return at;
}

/** Code points [from, to) of each text, counted from 0: the positions of SQL are cut to that by the caller. */
@inline
function slice(row: usize, span: u64, from: i64, to: i64, out: usize): bool {
  const address = <usize>(<u32>span);
  const length = <usize>(span >> 32);
  const start = max<i64>(from, 0);
  const stop = max<i64>(to, start);
  let first: usize;
  let last: usize;
  if (isAscii(address, length)) {
    first = address + <usize>min<i64>(start, <i64>length);
    last = address + <usize>min<i64>(stop, <i64>length);
  } else if (isUtf8(address, length)) {
    first = skipPoints(address, address + length, start);
    last = skipPoints(first, address + length, stop - start);
  } else return false;
  store<u64>(out + (row << 3), <u64>first | ((<u64>(last - first)) << 32));
  return true;
}

/** substr(text, from) with one constant range for all rows: code points [from, to), from 0. */
export function sliceText(a: usize, flags: usize, rows: u32, from: i64, to: i64, out: usize, left: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    if (!slice(row, load<u64>(a + (row << 3)), from, to, out)) store<u32>(left + (count++ << 2), <u32>row);
  }
  return <u32>count;
}

/** The part number `index` (from 1; negative from the end) between delimiters of at least one byte; '' where there is none. */
export function splitPart(a: usize, flags: usize, rows: u32, delimiter: usize, size: u32, index: i64, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    const end = address + <usize>(span >> 32);
    let wanted = index;
    if (wanted < 0) {
      let parts: i64 = 1;
      let at = address;
      for (;;) {
        const place = find(at, end, delimiter, <usize>size, false);
        if (place == 0) break;
        parts++;
        at = place + <usize>size;
      }
      wanted = parts + 1 + wanted;
    }
    let start = address;
    let stop = address;
    if (size == 1 && wanted > 0) {
      const byte = load<u8>(delimiter);
      start = behindByte(address, end, byte, wanted - 1);
      stop = start;
      while (stop < end && load<u8>(stop) != byte) stop++;
    } else if (wanted > 0) {
      for (;;) {
        const place = find(start, end, delimiter, <usize>size, false);
        stop = place == 0 ? end : place;
        if (--wanted == 0) break;
        if (place == 0) {
          start = end;
          break;
        }
        start = place + <usize>size;
      }
    }
    store<u64>(out + (row << 3), <u64>start | ((<u64>(stop - start)) << 32));
  }
}

/** Address behind the count-th such byte, `end` where there are fewer. Parts are short: a byte at a time is fastest. */
function behindByte(start: usize, end: usize, byte: u32, count: i64): usize {
  let at = start;
  for (let left = count; left > 0; left--) {
    while (at < end && <u32>load<u8>(at) != byte) at++;
    if (at == end) return end;
    at++;
  }
  return at;
}

/** starts_with and ends_with: `atEnd` 0 or 1. */
export function affixText(a: usize, b: usize, flags: usize, rows: u32, atEnd: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const text = load<u64>(a + (row << 3));
    const affix = load<u64>(b + (row << 3));
    const length = <usize>(text >> 32);
    const size = <usize>(affix >> 32);
    const at = <usize>(<u32>text) + (atEnd != 0 ? length - size : 0);
    store<u8>(out + row, <u8>(size <= length && equalBytes(at, <usize>(<u32>affix), size)));
  }
}

export function containsText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const text = load<u64>(a + (row << 3));
    const part = load<u64>(b + (row << 3));
    const address = <usize>(<u32>text);
    const place = find(address, address + <usize>(text >> 32), <usize>(<u32>part), <usize>(part >> 32), false);
    store<u8>(out + row, <u8>(place != 0));
  }
}

/** Without the spaces at the sides: `sides` bit 0 left, bit 1 right. */
export function trimText(a: usize, flags: usize, rows: u32, sides: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    let start = <usize>(<u32>span);
    let end = start + <usize>(span >> 32);
    if (sides & 1) while (start < end && load<u8>(start) == 32) start++;
    if (sides & 2) while (start < end && load<u8>(end - 1) == 32) end--;
    store<u64>(out + (row << 3), <u64>start | ((<u64>(end - start)) << 32));
  }
}

/** One after the other. The caller has made room for both arguments' bytes. */
export function concatText(a: usize, b: usize, flags: usize, rows: u32, out: usize, cursor: usize): void {
  let to = <usize>load<u32>(cursor);
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const x = load<u64>(a + (row << 3));
    const y = load<u64>(b + (row << 3));
    const xLength = <usize>(x >> 32);
    const yLength = <usize>(y >> 32);
    memory.copy(to, <usize>(<u32>x), xLength);
    memory.copy(to + xLength, <usize>(<u32>y), yLength);
    store<u64>(out + (row << 3), <u64>to | ((<u64>(xLength + yLength)) << 32));
    to += xLength + yLength;
  }
  store<u32>(cursor, <u32>to);
}
