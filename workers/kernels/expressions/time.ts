// Timestamps, microseconds since 1970: buckets, truncation and parts. Neighbouring records fall into the same bucket or
// day, so each loop remembers the last one and divides only where a row leaves it.
import { OVERFLOW, VALID } from '../flags';
import { DAY, dayOfDay, daysFromCivil, floorDivide, monthOfDay, splitDays, yearOfDay } from './civil';

/** How far from `low` what was computed for `time` holds: `width`, but nothing where the window leaves 64 bits. */
@inline
function reach(low: i64, time: i64, width: i64): u64 {
  return low <= time && low <= i64.MAX_VALUE - width ? <u64>width : 0;
}

/** Start of the bucket of `width` microseconds that holds each time; buckets are counted from `origin`. */
export function truncateFixed(a: usize, flags: usize, rows: u32, out: usize, width: i64, origin: i64): void {
  const phase = origin - floorDivide(origin, width) * width;
  let low: i64 = 0;
  let span: u64 = 0; // width of the remembered bucket; 0: none
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const time = load<i64>(a + (row << 3));
    if (<u64>(time - low) >= span) {
      let over = time - floorDivide(time, width) * width - phase;
      if (over < 0) over += width;
      const start = time - over;
      if (start > time) {
        store<u8>(flags + row, OVERFLOW);
        continue;
      }
      low = start;
      span = reach(low, time, width);
    }
    store<i64>(out + (row << 3), low);
  }
}

/** Start of the bucket of `months` calendar months that holds each time; counted from the month `origin` (year x 12 + month - 1). */
export function truncateMonths(a: usize, flags: usize, rows: u32, out: usize, months: i32, origin: i32): void {
  let low: i64 = 0;
  let high: i64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const time = load<i64>(a + (row << 3));
    if (time < low || time >= high) {
      splitDays(<i32>floorDivide(time, DAY));
      const month = yearOfDay() * 12 + monthOfDay() - 1 - origin;
      const bucket = <i32>floorDivide(<i64>month, <i64>months) * months + origin;
      const start = startOfMonth(bucket);
      const end = startOfMonth(bucket + months);
      // far from today 64 bits of microseconds end inside a month
      if (start > time) {
        store<u8>(flags + row, OVERFLOW);
        continue;
      }
      low = start;
      high = end > time ? end : time + 1;
    }
    store<i64>(out + (row << 3), low);
  }
}

function startOfMonth(month: i32): i64 {
  const year = <i32>floorDivide(<i64>month, 12);
  return <i64>daysFromCivil(year, month - year * 12 + 1, 1) * DAY;
}

/** Parts of a time as integers. Numbers as in src/execute/vectorize/time.ts. */
const YEAR: u32 = 0;
const QUARTER: u32 = 1;
const MONTH: u32 = 2;
const DAY_OF_MONTH: u32 = 3;
const DAY_OF_YEAR: u32 = 4;
const DAY_OF_WEEK: u32 = 5; // Sunday 0
const ISO_DAY_OF_WEEK: u32 = 6; // Monday 1
const ISO_WEEK: u32 = 7;

function partOfDay(part: u32, days: i32): i64 {
  // 1970-01-01 was a Thursday; Monday 0
  const weekday = ((days % 7) + 10) % 7;
  if (part == DAY_OF_WEEK) return (weekday + 1) % 7;
  if (part == ISO_DAY_OF_WEEK) return weekday + 1;
  // the week's Thursday decides to which year the week belongs
  if (part == ISO_WEEK) {
    const thursday = days - weekday + 3;
    splitDays(thursday);
    return (thursday - daysFromCivil(yearOfDay(), 1, 1)) / 7 + 1;
  }
  splitDays(days);
  if (part == YEAR) return yearOfDay();
  if (part == QUARTER) return (monthOfDay() + 2) / 3;
  if (part == MONTH) return monthOfDay();
  if (part == DAY_OF_MONTH) return dayOfDay();
  return days - daysFromCivil(yearOfDay(), 1, 1) + 1;
}

export function extractDatePart(a: usize, flags: usize, rows: u32, out: usize, part: u32): void {
  let low: i64 = 0;
  let span: u64 = 0;
  let value: i64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const time = load<i64>(a + (row << 3));
    if (<u64>(time - low) >= span) {
      const days = floorDivide(time, DAY);
      value = partOfDay(part, <i32>days);
      low = days * DAY;
      span = reach(low, time, DAY);
    }
    store<i64>(out + (row << 3), value);
  }
}

/** Hours, minutes, seconds and the like: time modulo `modulus` (0: none), divided by `divisor`, both downward. */
export function extractClockPart(a: usize, flags: usize, rows: u32, out: usize, modulus: i64, divisor: i64): void {
  let low: i64 = 0;
  let span: u64 = 0;
  let value: i64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const time = load<i64>(a + (row << 3));
    if (<u64>(time - low) >= span) {
      let rest = time;
      if (modulus != 0) {
        rest %= modulus;
        if (rest < 0) rest += modulus;
      }
      value = floorDivide(rest, divisor);
      low = time - (rest - value * divisor);
      span = reach(low, time, divisor);
    }
    store<i64>(out + (row << 3), value);
  }
}
