// Texts to values. Flags: 0 valid, 1 NULL, 2 and more wrong. Timestamps are microseconds as written.
import { begin, length, spanAt } from './span';

export const WRONG: i64 = i64.MIN_VALUE;
const powers: StaticArray<f64> = [
  1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
];

/** Up to 18 digits with a sign; WRONG for anything else. */
export function integerOf(from: usize, bytes: usize): i64 {
  let at = from;
  const end = from + bytes;
  const negative = at < end && load<u8>(at) == 45;
  if (negative) at++;
  if (at == end || end - at > 18) return WRONG;
  let value: i64 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return WRONG;
    value = value * 10 + <i64>digit;
  }
  return negative ? -value : value;
}

export function decodeInteger(spans: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    if (begin(text) == 0) {
      store<u8>(flags + row, 1);
      continue;
    }
    const value = integerOf(begin(text), length(text));
    store<u8>(flags + row, value == WRONG ? 4 : 0);
    store<i64>(out + (<usize>row << 3), value);
  }
}

export function decodeDouble(spans: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    let at = begin(text);
    const end = at + length(text);
    if (at == 0) {
      store<u8>(flags + row, 1);
      continue;
    }
    const negative = load<u8>(at) == 45;
    if (negative) at++;
    let mantissa: u64 = 0;
    let decimals: i32 = 0;
    let point = false;
    let flag: u8 = at < end ? 0 : 5;
    for (; at < end; at++) {
      const byte = <u32>load<u8>(at);
      if (byte == 46 && !point) {
        point = true;
        continue;
      }
      if (byte - 48 > 9) flag = 5;
      mantissa = mantissa * 10 + <u64>(byte - 48);
      if (point) decimals++;
    }
    const value = <f64>mantissa / unchecked(powers[min<i32>(decimals, 18)]);
    store<f64>(out + (<usize>row << 3), negative ? -value : value);
    store<u8>(flags + row, flag);
  }
}

// @ts-expect-error: decorator
@inline
function digits(at: usize, count: u32): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < <usize>count; i++) value = value * 10 + (<u32>load<u8>(at + i) - 48);
  return value;
}

const MONTHS = memory.data<u8>([
  74, 97, 110, 70, 101, 98, 77, 97, 114, 65, 112, 114, 77, 97, 121, 74, 117, 110, 74, 117, 108, 65, 117, 103, 83, 101,
  112, 79, 99, 116, 78, 111, 118, 68, 101, 99,
]);

function monthOf(at: usize): u32 {
  for (let month: u32 = 0; month < 12; month++) {
    const name = MONTHS + <usize>(month * 3);
    if (load<u8>(at) == load<u8>(name) && load<u8>(at, 1) == load<u8>(name, 1) && load<u8>(at, 2) == load<u8>(name, 2)) return month + 1;
  }
  return 0;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar. */
function daysOf(year: i32, month: u32, day: u32): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * <i32>(month > 2 ? month - 3 : month + 9) + 2) / 5 + <i32>day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return <i64>(era * 146097 + dayOfEra - 719468);
}

function microsOf(days: i64, hour: u32, minute: u32, second: u32, millis: u32): i64 {
  return ((days * 86400 + <i64>(hour * 3600 + minute * 60 + second)) * 1000 + <i64>millis) * 1000;
}

/** `17/May/2015:10:05:03 +0000` */
export function clfOf(at: usize): i64 {
  const days = daysOf(<i32>digits(at + 7, 4), monthOf(at + 3), digits(at, 2));
  return microsOf(days, digits(at + 12, 2), digits(at + 15, 2), digits(at + 18, 2), 0);
}

export function decodeClf(spans: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    store<i64>(out + (<usize>row << 3), clfOf(begin(text)));
    store<u8>(flags + row, length(text) == 26 ? 0 : 6);
  }
}

/** `2015-05-17T10:05:03.123Z` */
export function decodeIso(spans: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const at = begin(text);
    const days = daysOf(<i32>digits(at, 4), digits(at + 5, 2), digits(at + 8, 2));
    const micros = microsOf(days, digits(at + 11, 2), digits(at + 14, 2), digits(at + 17, 2), digits(at + 20, 3));
    store<i64>(out + (<usize>row << 3), micros);
    store<u8>(flags + row, length(text) == 24 ? 0 : 6);
  }
}
