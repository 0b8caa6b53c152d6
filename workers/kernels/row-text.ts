// Encoded result rows as text, CSV or JSON, without making values of them: src/outputs and format-value.ts there are the definition. A
// row is left to them where a text must be quoted or escaped or is not UTF-8, and where a number or a time is none of the usual
// ones; so are all rows of other types.
import { behindText } from './encode';
import { dayOfDay, DAY, floorDivide, monthOfDay, splitDays, yearOfDay } from './expressions/civil';
import { copyBytes } from './hash';
import { BOOLEAN, DOUBLE, TEXT } from './states/value-hash';

/** A type of its own here, because it is printed in another way than an integer. */
const TIMESTAMP: u32 = 4;
const SIGN: u64 = 0x8000000000000000;
/** Room for any value but a text. */
const MOST_BYTES: usize = 48;
const QUOTE: u8 = 0x22;
/** Decimals of up to 15 digits are told apart by doubles, so the one that is a double is its shortest. */
const MOST_DIGITS: f64 = 1e15;
const MOST_PLACES: u32 = 6;

@unmanaged
class Layout {
  count: u32;
  /** Whether integers take 16 bytes. */
  wide: u32;
  /** Whether values are JSON's: texts and times in quotes, NULL a word. */
  isJson: u32;
  /** What stands behind a row. */
  after: u32;
  afterLength: u32;
  // followed by the columns
}

@unmanaged
class Column {
  /** As in states/value-hash.ts, and TIMESTAMP. */
  type: u32;
  /** What stands before the value. */
  before: u32;
  beforeLength: u32;
}

let stopped: usize = 0;
let ended: usize = 0;
let rowsTaken: u32 = 0;

// @ts-ignore: decorator
@inline
function columnOf(layout: Layout, i: u32): Column {
  return changetype<Column>(changetype<usize>(layout) + offsetof<Layout>() + <usize>i * offsetof<Column>());
}

/**
 * Writes the text of the rows of [begin, end) to `out` until one does not fit before `outEnd`, or is left to JavaScript; how many.
 * Up to 16 bytes behind what is written may be overwritten.
 */
export function rowsToText(address: usize, begin: usize, end: usize, out: usize, outEnd: usize): u32 {
  const layout = changetype<Layout>(address);
  let at = begin;
  let to = out;
  let rows: u32 = 0;
  while (at < end) {
    const next = writeRow(layout, at, to, outEnd);
    if (next == 0) break;
    at = next;
    to = ended;
    ++rows;
  }
  stopped = at;
  ended = to;
  return rows;
}

/** Where the last rowsToText stopped: the row that it did not take. */
export function textStopped(): usize {
  return stopped;
}

/** Where its text ends. */
export function textEnd(): usize {
  return ended;
}

/** Passes over at most `most` rows of [begin, end); where it stopped. */
export function skipRows(address: usize, begin: usize, end: usize, most: u32): usize {
  const layout = changetype<Layout>(address);
  let at = begin;
  let rows: u32 = 0;
  for (; at < end && rows < most; rows++) {
    for (let i: u32 = 0; i < layout.count; i++) {
      const type = columnOf(layout, i).type;
      if (load<u8>(at++) != 1) continue;
      if (type == TEXT) at = behindText(at);
      else if (type == BOOLEAN) at += 1;
      else at += type == DOUBLE || layout.wide == 0 ? 8 : 16;
    }
  }
  rowsTaken = rows;
  return at;
}

/** How many rows the last skipRows passed. */
export function rowsSkipped(): u32 {
  return rowsTaken;
}

/** The address behind the row, whose text ends at `ended`; 0 where it is not for us, or does not fit. */
function writeRow(layout: Layout, begin: usize, out: usize, outEnd: usize): usize {
  const isJson = layout.isJson != 0;
  let at = begin;
  let to = out;
  for (let i: u32 = 0; i < layout.count; i++) {
    const column = columnOf(layout, i);
    if (to + column.beforeLength + MOST_BYTES > outEnd) return 0;
    copyBytes(to, column.before, column.beforeLength);
    to += column.beforeLength;
    if (load<u8>(at++) != 1) {
      if (isJson) {
        store<u32>(to, 0x6c6c756e);
        to += 4;
      }
      continue;
    }
    const type = column.type;
    const isQuoted = isJson && (type == TEXT || type == TIMESTAMP);
    if (isQuoted) store<u8>(to++, QUOTE);
    if (type == TEXT) {
      to = writeText(at, to, outEnd, isJson);
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
        if (layout.wide != 0) {
          const low = <i64>bswap<u64>(load<u64>(at));
          at += 8;
          if (low >> 63 != value) return 0;
          value = low;
        }
        to = type == TIMESTAMP ? writeTime(value, to) : writeInteger(value, to);
      }
    }
    if (to == 0) return 0;
    if (isQuoted) store<u8>(to++, QUOTE);
  }
  if (to + layout.afterLength > outEnd) return 0;
  copyBytes(to, layout.after, layout.afterLength);
  ended = to + layout.afterLength;
  return at;
}

/** Of sixteen bytes those that cannot stand in a text as they are, among them the zero that may close it. */
// @ts-ignore: decorator
@inline
function specialBytes(text: v128, isJson: bool): u32 {
  const quotes = i8x16.eq(text, i8x16.splat(QUOTE));
  // as signed numbers, bytes that are not ASCII are below the control characters
  if (isJson) {
    return i8x16.bitmask(
      v128.or(v128.or(quotes, i8x16.eq(text, i8x16.splat(0x5c))), i8x16.lt_s(text, i8x16.splat(0x20))),
    );
  }
  return (
    i8x16.bitmask(
      v128.or(
        v128.or(
          v128.or(quotes, i8x16.eq(text, i8x16.splat(0x2c))),
          v128.or(i8x16.eq(text, i8x16.splat(0x7c)), i8x16.eq(text, i8x16.splat(0))),
        ),
        v128.or(i8x16.eq(text, i8x16.splat(10)), i8x16.eq(text, i8x16.splat(13))),
      ),
    ) | i8x16.bitmask(text)
  );
}

/** Copies the encoded text at `at`; `stopped` is then behind it. 0 where it is not for us, or does not fit. */
function writeText(at: usize, out: usize, outEnd: usize, isJson: bool): usize {
  let to = out;
  while (to + 17 <= outEnd) {
    const text = v128.load(at);
    v128.store(to, text);
    const special = specialBytes(text, isJson);
    if (special == 0) {
      at += 16;
      to += 16;
      continue;
    }
    const plain = <usize>ctz<u32>(special);
    at += plain;
    to += plain;
    if (load<u16>(at) == 0x0100) {
      stopped = at + 2;
      return to;
    }
    // anything but the zero that closes it: a character that is not ASCII has been copied, but for the end of the sixteen
    const bytes = characterBytes(at);
    if (bytes == 0) return 0;
    store<u32>(to, load<u32>(at));
    at += bytes;
    to += bytes;
  }
  return 0;
}

/** Bytes of the character at `at` if it is well-formed UTF-8 and not ASCII, otherwise 0 (Unicode 15, table 3-7). */
function characterBytes(at: usize): usize {
  const lead = <u32>load<u8>(at);
  const second = <u32>load<u8>(at, 1);
  if (lead < 0xc2 || lead > 0xf4 || (second & 0xc0) != 0x80) return 0;
  if (lead < 0xe0) return 2;
  if ((<u32>load<u8>(at, 2) & 0xc0) != 0x80) return 0;
  if (lead < 0xf0) return (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ? 0 : 3;
  if ((<u32>load<u8>(at, 3) & 0xc0) != 0x80) return 0;
  return (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f) ? 0 : 4;
}

function writeInteger(value: i64, out: usize): usize {
  if (value >= 0) return writeDigits(<u64>value, out);
  store<u8>(out, 0x2d);
  return writeDigits(0 - <u64>value, out + 1);
}

/** The two digits of each number below 100, u16. */
const digitPairs: usize = memory.data(100 * 2, 16);
for (let i: usize = 0; i < 100; i++) store<u16>(digitPairs + (i << 1), <u16>((0x30 + i / 10) | ((0x30 + (i % 10)) << 8)));

function writeDigits(value: u64, out: usize): usize {
  if (value >= 100000000) {
    const high = value / 100000000;
    return writePadded(<u32>(value - high * 100000000), 8, writeDigits(high, out));
  }
  const v = <u32>value;
  const digits = 1 + u32(v >= 10) + u32(v >= 100) + u32(v >= 1000) + u32(v >= 10000) + u32(v >= 100000) +
    u32(v >= 1000000) + u32(v >= 10000000);
  return writePadded(v, digits, out);
}

/** So many digits, zeros in front. */
function writePadded(value: u32, digits: u32, out: usize): usize {
  let left = value;
  let at = out + digits;
  for (; at >= out + 2; at -= 2) {
    const rest = left / 100;
    store<u16>(at - 2, load<u16>(digitPairs + ((<usize>(left - rest * 100)) << 1)));
    left = rest;
  }
  if (at > out) store<u8>(out, <u8>(0x30 + left));
  return out + digits;
}

/** A whole number or one of up to six decimals; 0: any other. */
function writeDouble(value: f64, out: usize): usize {
  const magnitude = abs<f64>(value);
  if (value == 0 && (reinterpret<u64>(value) & SIGN) != 0) return 0;
  let to = out;
  if (value < 0) store<u8>(to++, 0x2d);
  if (magnitude >= 1e9) {
    // its millionths would have too many digits: with as many decimals as it takes
    let scale: f64 = 1;
    let places: u32 = 0;
    let digits = nearest<f64>(magnitude);
    for (; digits / scale != magnitude; digits = nearest<f64>(magnitude * scale)) {
      if (++places > MOST_PLACES) return 0;
      scale *= 10;
    }
    if (digits >= MOST_DIGITS) return 0;
    const whole = <u64>digits / <u64>scale;
    to = writeDigits(whole, to);
    store<u8>(to++, 0x2e);
    return writePadded(<u32>(<u64>digits - whole * <u64>scale), max<u32>(places, 1), to);
  }
  // whatever has fewer decimals is a number of millionths too
  const millionths = nearest<f64>(magnitude * 1e6);
  if (millionths / 1e6 != magnitude) return 0;
  const whole = <u64>millionths / 1000000;
  let fraction = <u32>(<u64>millionths - whole * 1000000);
  let places: u32 = 6;
  if (fraction % 10000 == 0) {
    fraction /= 10000;
    places = 2;
  }
  for (; places > 1 && fraction % 10 == 0; places--) fraction /= 10;
  to = writeDigits(whole, to);
  store<u8>(to++, 0x2e);
  return writePadded(fraction, places, to);
}

/** `2015-05-17 10:05:03`, with the fraction of a second where there is one; 0 outside of the years 0 to 9999. */
function writeTime(micros: i64, out: usize): usize {
  const days = floorDivide(micros, DAY);
  if (days < -719528 || days > 2932896) return 0;
  splitDays(<i32>days);
  let to = writePadded(<u32>yearOfDay(), 4, out);
  store<u8>(to, 0x2d);
  to = writePadded(<u32>monthOfDay(), 2, to + 1);
  store<u8>(to, 0x2d);
  to = writePadded(<u32>dayOfDay(), 2, to + 1);
  store<u8>(to, 0x20);
  const inDay = <u64>(micros - days * DAY);
  const seconds = <u32>(inDay / 1000000);
  to = writePadded(seconds / 3600, 2, to + 1);
  store<u8>(to, 0x3a);
  to = writePadded((seconds / 60) % 60, 2, to + 1);
  store<u8>(to, 0x3a);
  to = writePadded(seconds % 60, 2, to + 1);
  let fraction = <u32>(inDay - <u64>seconds * 1000000);
  if (fraction == 0) return to;
  let digits: u32 = 6;
  for (; fraction % 10 == 0; fraction /= 10) --digits;
  store<u8>(to, 0x2e);
  return writePadded(fraction, digits, to + 1);
}
