// Text to double: [+-]?(digits[.digits?]|.digits)([eE][+-]?digits)?, finite, correctly rounded. Up to 2^53 and 10^22
// one exact operation does (W. Clinger, "How to read floating point numbers accurately", 1990); the rest is eisel-lemire.ts.
import { NOT_NUMBER, VALID } from '../flags';
import { areDigits8, areValues8, isDigit, valueOf8, valueOfValues8, valuesBefore } from './digits';
import { toDouble } from './eisel-lemire';

const powersOfTen: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);

/** The caller must come again with a table of powers, or decide itself. */
const UNDECIDED: u8 = 255;

/** Eight points, as `digitValues` has them. */
const POINTS: u64 = 0x1e1e1e1e1e1e1e1e;

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

/**
 * Rows whose `flags` are 0 are decoded into `out`; a failure writes `notNumber` into their flag. `powers`: table for
 * eisel-lemire.ts or 0. Rows that stay undecided are written into `undecided` (u32 row numbers); their count.
 */
export function decodeDouble(
  spans: usize, flags: usize, rows: u32, out: usize, notNumber: u32, powers: usize, undecided: usize,
): u32 {
  let count: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(spans + (row << 3));
    const address = <usize>(<u32>span);
    const length = <u32>(span >> 32);
    const negative = load<u8>(address) == 45;
    const left = length - <u32>negative;
    // up to 8 bytes of digits with at most one point among them: `12.3`, `7`, `1024.50`; the rest is parseDouble's
    if (left - 1 < 8) {
      const values = valuesBefore(address + <usize>length, left);
      const x = values ^ POINTS;
      const point = (x - 0x0101010101010101) & ~x & 0x8080808080808080;
      if (point == 0) {
        if (areValues8(values)) {
          const value = <f64><i64>valueOfValues8(values);
          store<f64>(out + (row << 3), negative ? -value : value);
          continue;
        }
      } else if (left > 1) {
        // what stands in front of the point moves up to close the gap
        const at = ctz<u64>(point) - 7;
        const front = ((<u64>1) << at) - 1;
        const joined = ((values & front) << 8) | (values & ((~front) << 8));
        if (areValues8(joined)) {
          const value = <f64><i64>valueOfValues8(joined) / load<f64>(powersOfTen + ((<usize>(56 - at))));
          store<f64>(out + (row << 3), negative ? -value : value);
          continue;
        }
      }
    }
    const code = parseDouble(address, length, powers);
    if (code == VALID) store<f64>(out + (row << 3), parsed);
    else if (code == UNDECIDED) store<u32>(undecided + ((<usize>(count++)) << 2), <u32>row);
    else store<u8>(flags + row, <u8>notNumber);
  }
  return count;
}
