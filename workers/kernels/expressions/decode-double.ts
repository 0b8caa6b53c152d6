// Text to double: [+-]?(digits[.digits?]|.digits)([eE][+-]?digits)?, finite, correctly rounded. Up to 2^53 and 10^22
// one exact operation does (W. Clinger, "How to read floating point numbers accurately", 1990); the rest is eisel-lemire.ts.
import { NOT_NUMBER, VALID } from '../flags';
import { areDigits, digitsOfPair, numbersOfPair } from './digit-pairs';
import { areDigits8, isDigit, valueOf8 } from './digits';
import { toDouble } from './eisel-lemire';

const powersOfTen: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);

/** The caller must come again with a table of powers, or decide itself. */
const UNDECIDED: u8 = 255;

let parsed: f64 = 0;

function parseDouble(address: usize, length: u32, powers: usize): u8 {
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
  let mantissa: u64 = 0;
  let significant: u32 = 0;
  let exponent: i32 = 0;
  let digits: u32 = 0;
  let cut = false;
  let pointSeen = false;
  let byte: u32 = 0;
  for (; at < end; at++) {
    if (significant <= 11 && at + 8 <= end) {
      const v = load<u64>(at);
      if (areDigits8(v)) {
        // zeros in front of the first digit that counts do not count
        significant = mantissa == 0 ? 8 - <u32>min<u64>(ctz<u64>(v ^ 0x3030303030303030) >> 3, 8) : significant + 8;
        mantissa = mantissa * 100000000 + valueOf8(v);
        if (pointSeen) exponent -= 8;
        digits += 8;
        at += 7;
        continue;
      }
    }
    byte = <u32>load<u8>(at);
    if (isDigit(byte)) {
      digits++;
      if (significant < 19) {
        mantissa = mantissa * 10 + (byte - 48);
        if (mantissa != 0) significant++;
        if (pointSeen) exponent--;
      } else {
        if (byte != 48) cut = true;
        if (!pointSeen) exponent++;
      }
    } else if (byte == 46 && !pointSeen) pointSeen = true;
    else break;
  }
  if (digits == 0) return NOT_NUMBER;
  if (at < end) {
    if ((byte | 32) != 101) return NOT_NUMBER;
    at++;
    let negativeExponent = false;
    if (at < end) {
      const sign = load<u8>(at);
      if (sign == 45 || sign == 43) {
        negativeExponent = sign == 45;
        at++;
      }
    }
    if (at == end) return NOT_NUMBER;
    let power: i32 = 0;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 48;
      if (digit > 9) return NOT_NUMBER;
      // beyond this every number is 0 or infinite, whatever its digits (a record holds less than 2^30 of them)
      if (power < 100000000) power = power * 10 + digit;
    }
    exponent += negativeExponent ? -power : power;
  }
  let value: f64 = 0;
  if (mantissa == 0) value = 0;
  else if (mantissa <= (<u64>1) << 53 && exponent >= -22 && exponent <= 22) {
    const scale = load<f64>(powersOfTen + ((<usize>abs(exponent)) << 3));
    value = exponent < 0 ? <f64>mantissa / scale : <f64>mantissa * scale;
  } else if (powers == 0) return UNDECIDED;
  else {
    value = toDouble(mantissa, exponent, powers);
    // digits were cut off: the answer is certain only where the next mantissa gives the same
    if (cut && value != toDouble(mantissa + 1, exponent, powers)) return UNDECIDED;
    if (value == Infinity) return NOT_NUMBER;
  }
  parsed = negative ? -value : value;
  return VALID;
}

// Where the point of a number of eight bytes is, 0 to 7, or 8 where there is none: what to shuffle so that the digits in front of it
// move up to close the gap, of the first and of the second number of a pair (u64 each), and by what to divide (f64).
const firstShuffles: usize = memory.data(9 * 8, 16);
const secondShuffles: usize = memory.data(9 * 8, 16);
const divisors: usize = memory.data<f64>([1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1e0, 1e0]);
for (let at: usize = 0; at <= 8; at++) {
  for (let i: usize = 0; i < 8; i++) {
    const isMoved = at < 8 && i <= at;
    const from: u8 = isMoved && i == 0 ? 255 : <u8>(i - usize(isMoved));
    store<u8>(firstShuffles + (at << 3) + i, from);
    store<u8>(secondShuffles + (at << 3) + i, from == 255 ? 255 : from + 8);
  }
}
/** v128: a point is 0x2e, and the digit 0 is 0x30; V8 makes constants anew in every round of a loop. */
const point: usize = memory.data(16, 16);
memory.fill(point, 0x1e, 16);
/** u64[2]: nothing, and the sign bit. */
const signs: usize = memory.data<u64>([0, 0x8000000000000000]);

/** Two u64, f64 from two tables. */
// @ts-ignore: decorator
@inline
function twoOf(first: usize, i: usize, second: usize, j: usize): v128 {
  return v128.load_lane<u64>(second + (j << 3), v128.load_zero<u64>(first + (i << 3)), 1);
}

/** One row of decodeDouble: VALID, UNDECIDED, or that it is no number; the value is in `out` where it is valid. */
// @ts-ignore: decorator
@inline
function decodeRow(spans: usize, flags: usize, row: usize, out: usize, powers: usize): u8 {
  if (load<u8>(flags + row) != VALID) return VALID;
  const span = load<u64>(spans + (row << 3));
  const code = parseDouble(<usize>(<u32>span), <u32>(span >> 32), powers);
  if (code == VALID) store<f64>(out + (row << 3), parsed);
  return code;
}

/**
 * Two rows at once, which is possible where both have up to 8 bytes of digits with at most one point among them behind a sign:
 * `12.3`, `-7`, `1024.50`. Whether it was.
 */
// @ts-ignore: decorator
@inline
function decodePair(spans: usize, flags: usize, row: usize, out: usize): bool {
  if (load<u16>(flags + row) != VALID) return false;
  const first = load<u64>(spans + (row << 3));
  const second = load<u64>(spans + (row << 3), 8);
  const firstNegative = u32(load<u8>(<usize>(<u32>first)) == 45);
  const secondNegative = u32(load<u8>(<usize>(<u32>second)) == 45);
  const firstLength = <u32>(first >> 32) - firstNegative;
  const secondLength = <u32>(second >> 32) - secondNegative;
  if (((firstLength - 1) | (secondLength - 1)) >= 8) return false;
  const digits = digitsOfPair(
    <usize>(<u32>first + <u32>(first >> 32)), firstLength, <usize>(<u32>second + <u32>(second >> 32)), secondLength,
  );
  const points = <u32>i8x16.bitmask(i8x16.eq(digits, v128.load(point)));
  // a point alone is no number
  if (points != 0 && (firstLength - 1) * (secondLength - 1) == 0) return false;
  const firstPoint = <usize>ctz<u32>(points | 0x100);
  const secondPoint = <usize>ctz<u32>((points >> 8) | 0x100);
  const joined = i8x16.swizzle(digits, twoOf(firstShuffles, firstPoint, secondShuffles, secondPoint));
  if (!areDigits(joined)) return false;
  const quotients = f64x2.div(
    f64x2.convert_low_i32x4_s(numbersOfPair(joined)), twoOf(divisors, firstPoint, divisors, secondPoint),
  );
  v128.store(out + (row << 3), v128.xor(quotients, twoOf(signs, firstNegative, signs, secondNegative)));
  return true;
}

let undecidedCount: u32 = 0;

/** Rows [row, end), one after the other. */
function decodeApart(
  spans: usize, flags: usize, row: usize, end: usize, out: usize, notNumber: u32, powers: usize, undecided: usize,
): void {
  for (; row < end; row++) {
    const code = decodeRow(spans, flags, row, out, powers);
    if (code == UNDECIDED) store<u32>(undecided + ((<usize>(undecidedCount++)) << 2), <u32>row);
    else if (code != VALID) store<u8>(flags + row, <u8>notNumber);
  }
}

/**
 * Rows whose `flags` are 0 are decoded into `out`; a failure writes `notNumber` into their flag. `powers`: table for
 * eisel-lemire.ts or 0. Rows that stay undecided are written into `undecided` (u32 row numbers); their count.
 */
export function decodeDouble(
  spans: usize, flags: usize, rows: u32, out: usize, notNumber: u32, powers: usize, undecided: usize,
): u32 {
  const even = <usize>(rows & ~1);
  undecidedCount = 0;
  let row: usize = 0;
  for (; row + 2 < even; row += 4) {
    if (!decodePair(spans, flags, row, out)) decodeApart(spans, flags, row, row + 2, out, notNumber, powers, undecided);
    if (!decodePair(spans, flags, row + 2, out)) decodeApart(spans, flags, row + 2, row + 4, out, notNumber, powers, undecided);
  }
  if (row < even && decodePair(spans, flags, row, out)) row += 2;
  decodeApart(spans, flags, row, rows, out, notNumber, powers, undecided);
  return undecidedCount;
}
