// Text to integer: [+-]?[0-9]+ within 64 bits. Named by bench/micro/lanes/decoders.mjs.
import { NOT_INTEGER, OVERFLOW, VALID } from '../flags';
import { areDigits, digitsOfPair, numbersOfPair } from './digit-pairs';
import { areDigits8, areValues8, isDigit, valueOf8, valueOfValues8, valuesBefore } from './digits';

let parsed: i64 = 0;

/** Any length and sign; the value is left in `parsed`. A shape that is wrong counts before a value that is too large. */
function parseInteger(address: usize, length: u32): u8 {
  let at = address;
  const end = address + length;
  let negative = false;
  if (at < end) {
    const first = load<u8>(at);
    if (first == 45 || first == 43) {
      negative = first == 45;
      at++;
    }
  }
  if (at == end) return NOT_INTEGER;
  while (at < end && load<u8>(at) == 48) at++;
  const digits = end - at;
  let value: u64 = 0;
  if (digits <= 19) {
    for (; at + 8 <= end; at += 8) {
      const v = load<u64>(at);
      if (!areDigits8(v)) return NOT_INTEGER;
      value = value * 100000000 + valueOf8(v);
    }
    for (; at < end; at++) {
      const byte = <u32>load<u8>(at);
      if (!isDigit(byte)) return NOT_INTEGER;
      value = value * 10 + (byte - 48);
    }
  } else {
    for (; at < end; at++) if (!isDigit(<u32>load<u8>(at))) return NOT_INTEGER;
    return OVERFLOW;
  }
  if (negative) {
    if (value > 0x8000000000000000) return OVERFLOW;
    parsed = -(<i64>value);
  } else {
    if (value > 0x7fffffffffffffff) return OVERFLOW;
    parsed = <i64>value;
  }
  return VALID;
}

/** One row of decodeInteger. */
// @ts-ignore: decorator
@inline
function decodeRow(spans: usize, flags: usize, row: usize, out: usize, notInteger: u32, overflow: u32): void {
  if (load<u8>(flags + row) != VALID) return;
  const span = load<u64>(spans + (row << 3));
  const address = <usize>(<u32>span);
  const length = <u32>(span >> 32);
  if (length - 1 < 8) {
    const values = valuesBefore(address + <usize>length, length);
    if (areValues8(values)) {
      store<u64>(out + (row << 3), valueOfValues8(values));
      return;
    }
  } else if (length - 9 < 10) {
    // up to 18 digits, which are always within 64 bits
    const end = address + <usize>length;
    const low = valuesBefore(end, 8);
    const middle = valuesBefore(end - 8, min<u32>(length - 8, 8));
    const high = length > 16 ? valuesBefore(end - 16, length - 16) : 0;
    if (areValues8(low) && areValues8(middle) && areValues8(high)) {
      const above = valueOfValues8(high) * 100000000 + valueOfValues8(middle);
      store<u64>(out + (row << 3), above * 100000000 + valueOfValues8(low));
      return;
    }
  }
  const code = parseInteger(address, length);
  if (code == VALID) store<i64>(out + (row << 3), parsed);
  else store<u8>(flags + row, code == OVERFLOW ? <u8>overflow : <u8>notInteger);
}

/** Two rows of decodeInteger. */
// @ts-ignore: decorator
@inline
function decodePair(spans: usize, flags: usize, row: usize, out: usize, notInteger: u32, overflow: u32): void {
  const first = load<u64>(spans + (row << 3));
  const second = load<u64>(spans + (row << 3), 8);
  const firstLength = <u32>(first >> 32);
  const secondLength = <u32>(second >> 32);
  const flag = <u32>load<u16>(flags + row);
  // NULL has no bytes, and is read as 0: a branch for it would be one that nobody foresees
  const isShort = ((firstLength + (flag & 0xff) - 1) | (secondLength + (flag >> 8) - 1)) < 8;
  if (isShort && (flag & 0xfefe) == 0) {
    const digits = digitsOfPair(
      max<usize>(<usize>(<u32>first + firstLength), 8), firstLength, max<usize>(<usize>(<u32>second + secondLength), 8), secondLength,
    );
    if (areDigits(digits)) {
      v128.store(out + (row << 3), i64x2.extend_low_i32x4_u(numbersOfPair(digits)));
      return;
    }
  }
  decodeApart(spans, flags, row, out, notInteger, overflow);
}

function decodeApart(spans: usize, flags: usize, row: usize, out: usize, notInteger: u32, overflow: u32): void {
  decodeRow(spans, flags, row, out, notInteger, overflow);
  decodeRow(spans, flags, row + 1, out, notInteger, overflow);
}

/** Rows whose `flags` are 0 are decoded into `out`; a failure writes `notInteger` or `overflow` into their flag. */
export function decodeInteger(spans: usize, flags: usize, rows: u32, out: usize, notInteger: u32, overflow: u32): void {
  const even = <usize>(rows & ~1);
  let row: usize = 0;
  for (; row + 2 < even; row += 4) {
    decodePair(spans, flags, row, out, notInteger, overflow);
    decodePair(spans, flags, row + 2, out, notInteger, overflow);
  }
  if (row < even) decodePair(spans, flags, row, out, notInteger, overflow);
  if (even < <usize>rows) decodeRow(spans, flags, even, out, notInteger, overflow);
}
