// Encoded result rows as lines of CSV, without making values of them: src/outputs/csv.ts and format-value.ts are the definition. A row is
// left to them where a text must be quoted or is not ASCII (it may not be UTF-8), and where a number or a time is none of the
// usual ones; so are all rows of other types.
import { dayOfDay, DAY, floorDivide, monthOfDay, splitDays, yearOfDay } from './expressions/civil';
import { BOOLEAN, DOUBLE, TEXT } from './states/value-hash';

/** A type of its own here, because it is printed in another way than an integer. */
const TIMESTAMP: u32 = 4;
const SIGN: u64 = 0x8000000000000000;
/** Room for any value but a text. */
const MOST_BYTES: usize = 40;
const COMMA: u8 = 0x2c;
const LF: u8 = 10;
/** Decimals of up to 15 digits are told apart by doubles, so the one that is a double is its shortest. */
const MOST_DIGITS: f64 = 1e15;
const MOST_PLACES: u32 = 6;

let stopped: usize = 0;
let ended: usize = 0;
let rowsTaken: u32 = 0;

/**
 * Writes lines for the rows of [begin, end) to `out` until one does not fit before `outEnd`, or is left to JavaScript; how many.
 * `types`: u32 each; `wide`: integers take 16 bytes. Up to 16 bytes behind what is written may be overwritten.
 */
export function rowsToCsv(types: usize, count: u32, wide: bool, begin: usize, end: usize, out: usize, outEnd: usize): u32 {
  let at = begin;
  let to = out;
  let rows: u32 = 0;
  while (at < end) {
    const next = writeLine(types, count, wide, at, to, outEnd);
    if (next == 0) break;
    at = next;
    to = ended;
    ++rows;
  }
  stopped = at;
  ended = to;
  return rows;
}

/** Where the last rowsToCsv stopped: the row that it did not take. */
export function csvStopped(): usize {
  return stopped;
}

/** Where its lines end. */
export function csvEnd(): usize {
  return ended;
}

/** Passes over at most `most` rows of [begin, end); where it stopped. */
export function skipRows(types: usize, count: u32, wide: bool, begin: usize, end: usize, most: u32): usize {
  let at = begin;
  let rows: u32 = 0;
  for (; at < end && rows < most; rows++) {
    for (let i: u32 = 0; i < count; i++) {
      const type = load<u32>(types + (<usize>i << 2));
      if (load<u8>(at++) != 1) continue;
      if (type == TEXT) at = textEnd(at);
      else if (type == BOOLEAN) at += 1;
      else at += type == DOUBLE || !wide ? 8 : 16;
    }
  }
  rowsTaken = rows;
  return at;
}

/** How many rows the last skipRows passed. */
export function rowsSkipped(): u32 {
  return rowsTaken;
}

/** Behind the two bytes that close an encoded text. */
function textEnd(at: usize): usize {
  while (true) {
    const zeros = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0)));
    if (zeros == 0) {
      at += 16;
      continue;
    }
    at += ctz<u32>(zeros);
    if (load<u8>(at, 1) == 1) return at + 2;
    at += 2;
  }
}

/** The address behind the row, whose line ends at `ended`; 0 where it is not for us, or does not fit. */
function writeLine(types: usize, count: u32, wide: bool, begin: usize, out: usize, outEnd: usize): usize {
  let at = begin;
  let to = out;
  for (let i: u32 = 0; i < count; i++) {
    if (to + MOST_BYTES > outEnd) return 0;
    if (i != 0) store<u8>(to++, COMMA);
    if (load<u8>(at++) != 1) continue;
    const type = load<u32>(types + (<usize>i << 2));
    if (type == TEXT) {
      to = writeText(at, to, outEnd);
      at = stopped;
    } else if (type == BOOLEAN) {
      const isTrue = load<u8>(at) == 1;
      store<u64>(to, isTrue ? 0x65757274 : 0x65736c6166);
      to += isTrue ? 4 : 5;
      at += 1;
    } else {
      const word = bswap<u64>(load<u64>(at));
      at += 8;
      if (type == DOUBLE) {
        to = writeDouble(reinterpret<f64>((word & SIGN) != 0 ? word ^ SIGN : ~word), to);
      } else {
        let value = <i64>(word ^ SIGN);
        if (wide) {
          const low = <i64>bswap<u64>(load<u64>(at));
          at += 8;
          if (low >> 63 != value) return 0;
          value = low;
        }
        to = type == TIMESTAMP ? writeTime(value, to) : writeInteger(value, to);
      }
    }
    if (to == 0) return 0;
  }
  if (to >= outEnd) return 0;
  store<u8>(to, LF);
  ended = to + 1;
  return at;
}

/** Copies the encoded text at `at`; `stopped` is then behind it. 0 where it must be quoted, is not ASCII, or does not fit. */
function writeText(at: usize, out: usize, outEnd: usize): usize {
  let to = out;
  while (to + 16 <= outEnd) {
    const text = v128.load(at);
    v128.store(to, text);
    const special = i8x16.bitmask(
      v128.or(
        v128.or(
          v128.or(i8x16.eq(text, i8x16.splat(0x22)), i8x16.eq(text, i8x16.splat(0x2c))),
          v128.or(i8x16.eq(text, i8x16.splat(0x7c)), i8x16.eq(text, i8x16.splat(0))),
        ),
        v128.or(i8x16.eq(text, i8x16.splat(10)), i8x16.eq(text, i8x16.splat(13))),
      ),
    ) | i8x16.bitmask(text);
    if (special == 0) {
      at += 16;
      to += 16;
      continue;
    }
    const plain = <usize>ctz<u32>(special);
    at += plain;
    // anything but the zero that closes it, and a zero inside
    if (load<u16>(at) != 0x0100) return 0;
    stopped = at + 2;
    return to + plain;
  }
  return 0;
}

function writeInteger(value: i64, out: usize): usize {
  if (value >= 0) return writeDigits(<u64>value, out);
  store<u8>(out, 0x2d);
  return writeDigits(0 - <u64>value, out + 1);
}

function writeDigits(value: u64, out: usize): usize {
  let length: usize = 1;
  for (let left = value; left >= 10; left /= 10) ++length;
  let left = value;
  for (let at = out + length - 1; ; at--) {
    const rest = left / 10;
    store<u8>(at, <u8>(0x30 + (left - rest * 10)));
    if (at == out) break;
    left = rest;
  }
  return out + length;
}

/** A whole number or one of few decimals; 0: any other. */
function writeDouble(value: f64, out: usize): usize {
  const magnitude = abs<f64>(value);
  if (value == 0 && (reinterpret<u64>(value) & SIGN) != 0) return 0;
  let scale: f64 = 1;
  let places: u32 = 0;
  let digits: f64 = 0;
  while (true) {
    digits = nearest<f64>(magnitude * scale);
    if (digits / scale == magnitude) break;
    if (++places > MOST_PLACES) return 0;
    scale *= 10;
  }
  if (digits >= MOST_DIGITS) return 0;
  let to = out;
  if (value < 0) store<u8>(to++, 0x2d);
  const whole = <u64>digits / <u64>scale;
  to = writeDigits(whole, to);
  store<u8>(to++, 0x2e);
  return writePadded(<u64>digits - whole * <u64>scale, max<u32>(places, 1), to);
}

/** So many digits, zeros in front. */
function writePadded(value: u64, digits: u32, out: usize): usize {
  let left = value;
  for (let at = out + digits; at > out; ) {
    const rest = left / 10;
    store<u8>(--at, <u8>(0x30 + (left - rest * 10)));
    left = rest;
  }
  return out + digits;
}

/** `2015-05-17 10:05:03`, with the fraction of a second where there is one; 0 outside of the years 0 to 9999. */
function writeTime(micros: i64, out: usize): usize {
  const days = floorDivide(micros, DAY);
  if (days < -719528 || days > 2932896) return 0;
  splitDays(<i32>days);
  let to = writePadded(yearOfDay(), 4, out);
  store<u8>(to, 0x2d);
  to = writePadded(monthOfDay(), 2, to + 1);
  store<u8>(to, 0x2d);
  to = writePadded(dayOfDay(), 2, to + 1);
  store<u8>(to, 0x20);
  const inDay = <u64>(micros - days * DAY);
  const seconds = inDay / 1000000;
  to = writePadded(seconds / 3600, 2, to + 1);
  store<u8>(to, 0x3a);
  to = writePadded((seconds / 60) % 60, 2, to + 1);
  store<u8>(to, 0x3a);
  to = writePadded(seconds % 60, 2, to + 1);
  let fraction = inDay - seconds * 1000000;
  if (fraction == 0) return to;
  let digits: u32 = 6;
  for (; fraction % 10 == 0; fraction /= 10) --digits;
  store<u8>(to, 0x2e);
  return writePadded(fraction, digits, to + 1);
}
