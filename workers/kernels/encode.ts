// Rows of typed values as bytes whose memcmp order is the values' order: composite group keys, sort keys and result rows.
//
// Per value: a tag (0x01 value; NULL 0x02, or 0x00 where NULLs come first), then
//   integer, timestamp: 8 bytes big-endian with the sign bit flipped · double: 8 bytes, sign-magnitude made monotone ·
//   boolean: 1 byte · text: its bytes with 00 written as 00 FF, closed by 00 01.
// Where the order is descending the bytes behind the tag are inverted. src/execute/rows.ts reads and writes the same.
import { BOOLEAN, DOUBLE, TEXT } from './states/value-hash';
import { span } from './batch';

const DESCENDING: u32 = 1;
const NULLS_FIRST: u32 = 2;
/** Per column: u32 type, u32 order, u32 data, u32 flags. */
const COLUMN_BYTES: usize = 16;

/**
 * Encodes rows [0, n) of `count` columns one behind the other from `out` on, and stores each row's span. Returns how many
 * rows fitted before `outEnd`.
 */
export function encodeRows(columns: usize, count: u32, from: u32, n: u32, out: usize, outEnd: usize, spans: usize): u32 {
  let at = out;
  for (let i: u32 = from; i < n; i++) {
    const begin = at;
    for (let c: u32 = 0; c < count; c++) {
      const column = columns + <usize>c * COLUMN_BYTES;
      const type = load<u32>(column);
      const order = load<u32>(column, 4);
      const data = <usize>load<u32>(column, 8);
      if (at + 16 > outEnd) return i;
      if (load<u8>(<usize>load<u32>(column, 12) + i) != 0) {
        store<u8>(at, order & NULLS_FIRST ? 0 : 2);
        at++;
        continue;
      }
      store<u8>(at, 1);
      at++;
      const valueBegin = at;
      if (type == TEXT) {
        const text = load<u64>(data + (<usize>i << 3));
        const length = <usize>(text >> 32);
        if (at + length * 2 + 18 > outEnd) return i;
        at = encodeText(<usize>(text & 0xffffffff), length, at);
      } else if (type == BOOLEAN) {
        store<u8>(at, load<u8>(data + i));
        at++;
      } else if (type == DOUBLE) {
        const bits = reinterpret<u64>(load<f64>(data + (<usize>i << 3)) + 0.0);
        const ordered = <i64>bits < 0 ? ~bits : bits ^ 0x8000000000000000;
        store<u64>(at, bswap<u64>(ordered));
        at += 8;
      } else {
        store<u64>(at, bswap<u64>(load<u64>(data + (<usize>i << 3)) ^ 0x8000000000000000));
        at += 8;
      }
      if (order & DESCENDING) {
        for (let p = valueBegin; p < at; p++) store<u8>(p, ~load<u8>(p));
      }
    }
    store<u64>(spans + (<usize>i << 3), span(begin, at - begin));
  }
  return n;
}

/** Where the encoded text ends; up to 16 bytes behind it may be overwritten. */
// @ts-ignore: decorator
@inline
export function encodeText(source: usize, length: usize, out: usize): usize {
  let at = out;
  let i: usize = 0;
  const zero = i8x16.splat(0);
  while (i + 16 <= length) {
    const block = v128.load(source + i);
    if (v128.any_true(i8x16.eq(block, zero))) break;
    v128.store(at, block);
    at += 16;
    i += 16;
  }
  const left = length - i;
  if (left < 16) {
    const block = v128.load(source + i);
    if ((i8x16.bitmask(i8x16.eq(block, zero)) & ((1 << <u32>left) - 1)) == 0) {
      v128.store(at, block);
      at += left;
      i = length;
    }
  }
  for (; i < length; i++) {
    const byte = load<u8>(source + i);
    store<u8>(at, byte);
    at++;
    if (byte == 0) {
      store<u8>(at, 0xff);
      at++;
    }
  }
  store<u16>(at, 0x0100);
  return at + 2;
}

/** Behind the two bytes that close the encoded text whose bytes begin at `at`. */
export function behindText(at: usize): usize {
  while (true) {
    const zeros = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0)));
    if (zeros == 0) {
      at += 16;
      continue;
    }
    at += ctz<u32>(zeros);
    // 00 FF is an escaped zero, 00 01 the end
    if (load<u8>(at, 1) == 1) return at + 2;
    at += 2;
  }
}

/** Length of the longest text among rows [0, n): how much room a row may need. */
export function longestText(spans: usize, flags: usize, n: u32): u32 {
  let longest: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) == 0) longest = max<u32>(longest, <u32>(load<u64>(spans + (<usize>i << 3)) >> 32));
  }
  return longest;
}
