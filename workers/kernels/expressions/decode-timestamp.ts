// Text to timestamp, microseconds since 1970 UTC: CLF `17/May/2015:10:05:03 +0000`, ISO 8601, or an epoch number.
// Kernels accept the usual shapes; whatever else is handed back and decided by src/query/cast.ts, which owns the grammar.
// Neighbouring records share their day, so the last day's bytes and its start are remembered.
import { VALID } from '../flags';
import { DAY, daysFromCivil, daysInMonth } from './civil';
import { areDigits8, fourDigits, isDigit, padded8, twoDigits, valueOf8 } from './digits';

const NONE: i64 = i64.MIN_VALUE;
const SECOND: i64 = 1000000;
const MINUTE: i64 = 60000000;
const HOUR: i64 = 3600000000;

// the last date seen in each notation, as bytes, and its start in microseconds
let clfHead: u64 = 0;
let clfTail: u32 = 0;
let clfDay: i64 = 0;
let isoHead: u64 = 0;
let isoTail: u32 = 0;
let isoDay: i64 = 0;

/** Number of a month by its three letters (`Jan`, little endian in 24 bits), 0 where there is none. */
function monthByName(letters: u32): i32 {
  if (letters == 0x6e614a) return 1;
  if (letters == 0x626546) return 2;
  if (letters == 0x72614d) return 3;
  if (letters == 0x727041) return 4;
  if (letters == 0x79614d) return 5;
  if (letters == 0x6e754a) return 6;
  if (letters == 0x6c754a) return 7;
  if (letters == 0x677541) return 8;
  if (letters == 0x706553) return 9;
  if (letters == 0x74634f) return 10;
  if (letters == 0x766f4e) return 11;
  return letters == 0x636544 ? 12 : 0;
}

/** Start in microseconds of a date of the years 1 to 9999, or NONE. */
function dayStart(year: u32, month: i32, day: u32): i64 {
  if (year - 1 > 9998 || month < 1 || month > 12 || day < 1 || <i32>day > daysInMonth(<i32>year, month)) return NONE;
  return <i64>daysFromCivil(<i32>year, month, <i32>day) * DAY;
}

/** Start of the day written `17/May/2015`, or NONE. */
@inline
function clfDate(at: usize): i64 {
  const head = load<u64>(at);
  const tail = load<u32>(at, 7);
  if (head == clfHead && tail == clfTail) return clfDay;
  if (load<u8>(at, 2) != 47 || load<u8>(at, 6) != 47) return NONE;
  const day = dayStart(fourDigits(at + 7), monthByName(load<u32>(at, 3) & 0xffffff), twoDigits(at));
  if (day == NONE) return NONE;
  clfHead = head;
  clfTail = tail;
  clfDay = day;
  return day;
}

/** Start of the day written `2015-05-17`, or NONE. */
@inline
function isoDate(at: usize): i64 {
  const head = load<u64>(at);
  const tail = <u32>load<u16>(at, 8);
  if (head == isoHead && tail == isoTail) return isoDay;
  if (load<u8>(at, 4) != 45 || load<u8>(at, 7) != 45) return NONE;
  const day = dayStart(fourDigits(at), <i32>min<u32>(twoDigits(at + 5), 13), twoDigits(at + 8));
  if (day == NONE) return NONE;
  isoHead = head;
  isoTail = tail;
  isoDay = day;
  return day;
}

/** Microseconds of `10:05:03`, or NONE. */
@inline
function clock(at: usize): i64 {
  const v = load<u64>(at) ^ 0x00000a00000a0000; // ':' becomes '0'
  if (!areDigits8(v) || (v & 0x0000ff0000ff0000) != 0x0000300000300000) return NONE;
  const d = v & 0x0f0f0f0f0f0f0f0f;
  const pairs = d * 10 + (d >> 8);
  const hour = <i64>(pairs & 0xff);
  const minute = <i64>((pairs >> 24) & 0xff);
  const second = <i64>((pairs >> 48) & 0xff);
  if (hour > 23 || minute > 59 || second > 59) return NONE;
  return hour * HOUR + minute * MINUTE + second * SECOND;
}

/** Whether `+0200` stands there: checked, not applied, because a timestamp is the time as written. */
@inline
function isOffset(at: usize): bool {
  const sign = load<u8>(at);
  const hours = twoDigits(at + 1);
  const minutes = twoDigits(at + 3);
  return (sign == 43 || sign == 45) && hours <= 14 && minutes <= 59;
}

// the last minute seen with its offset, `17/May/2015:10:05:__ +0000`, and its start in microseconds
let minuteStart: i64 = 0;
const minute: usize = memory.data(32, 16);
/** Where the seconds are, and the last 16 of its 26 bytes. */
const SECONDS_AT: usize = 18;
const TAIL_AT: usize = 10;

/** A time alone; where it is one, its minute is remembered. */
function clfOfAnyMinute(at: usize): i64 {
  const time = clfAlone(at);
  if (time == NONE) return NONE;
  // all of its 26 bytes: memory.copy is a call out of WebAssembly
  v128.store(minute, v128.load(at));
  v128.store(minute + TAIL_AT, v128.load(at, TAIL_AT));
  minuteStart = time - <i64>(<u32>load<u8>(at, SECONDS_AT) * 10 + load<u8>(at, SECONDS_AT + 1) - 48 * 11) * SECOND;
  return time;
}

/**
 * Decodes the records from `row` on that are written like `17/May/2015:10:05:03 +0000` and of the minute that was seen last, as
 * neighbours in a log mostly are: only their seconds are left to read. Where it stopped.
 */
function sameMinute(spans: usize, flags: usize, row: usize, rows: usize, out: usize): usize {
  const head = v128.load(minute);
  const tail = v128.load(minute + TAIL_AT);
  const aroundSeconds = i8x16(-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, -1, -1, -1, -1, -1, -1);
  const start = minuteStart;
  for (; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(spans + (row << 3));
    const at = <usize>(<u32>span);
    const differs = v128.or(
      v128.xor(v128.load(at), head),
      v128.and(v128.xor(v128.load(at, TAIL_AT), tail), aroundSeconds),
    );
    const tens = <u32>load<u8>(at, SECONDS_AT) - 48;
    const ones = <u32>load<u8>(at, SECONDS_AT + 1) - 48;
    if (u32(v128.any_true(differs)) | u32(<u32>(span >> 32) != 26) | u32(tens > 5) | u32(ones > 9)) break;
    store<i64>(out + (row << 3), start + <i64>(tens * 10 + ones) * SECOND);
  }
  return row;
}

function clfAlone(at: usize): i64 {
  const day = clfDate(at);
  const time = clock(at + 12);
  if (day == NONE || time == NONE || load<u8>(at, 11) != 58 || load<u8>(at, 20) != 32) return NONE;
  if (load<u32>(at, 21) == 0x3030302b && load<u8>(at, 25) == 48) return day + time;
  return isOffset(at + 21) ? day + time : NONE;
}

function iso(at: usize, length: u32): i64 {
  const day = isoDate(at);
  if (day == NONE || length == 10) return day;
  const separator = load<u8>(at, 10);
  if (length < 19 || (separator != 84 && separator != 32)) return NONE;
  const time = clock(at + 11);
  if (time == NONE) return NONE;
  let micros = day + time;
  const end = at + length;
  let next = at + 19;
  if (next < end && load<u8>(next) == 46) {
    next++;
    const first = next;
    let unit: i64 = 100000;
    while (next < end && isDigit(<u32>load<u8>(next))) {
      micros += <i64>(load<u8>(next) - 48) * unit;
      unit /= 10;
      next++;
    }
    if (next == first || next - first > 9) return NONE;
  }
  if (next == end) return micros;
  if (next + 1 == end) return load<u8>(next) == 90 ? micros : NONE;
  if (next + 5 == end) return isOffset(next) ? micros : NONE;
  if (next + 6 == end && load<u8>(next, 3) == 58) {
    const sign = load<u8>(next);
    const hours = twoDigits(next + 1);
    const minutes = twoDigits(next + 4);
    return (sign != 43 && sign != 45) || hours > 14 || minutes > 59 ? NONE : micros;
  }
  return NONE;
}

/** Up to 16 digits: seconds below 10^11, milliseconds below 10^14, microseconds above. */
function epoch(at: usize, length: u32): i64 {
  const front = length > 8 ? length - 8 : length;
  const head = padded8(load<u64>(at), front);
  if (!areDigits8(head)) return NONE;
  let value = <i64>valueOf8(head);
  if (length > 8) {
    const rest = load<u64>(at + front);
    if (!areDigits8(rest)) return NONE;
    value = value * 100000000 + <i64>valueOf8(rest);
  }
  if (value < 100000000000) return value * SECOND;
  return value < 100000000000000 ? value * 1000 : value;
}

/** Rows whose `flags` are 0 are decoded into `out`; rows of another shape are written into `left` (u32 row numbers); their count. */
export function decodeTimestamp(spans: usize, flags: usize, rows: u32, out: usize, left: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(spans + (row << 3));
    const at = <usize>(<u32>span);
    const length = <u32>(span >> 32);
    let time = NONE;
    if (length == 26 && load<u8>(at, 2) == 47) {
      time = clfOfAnyMinute(at);
      if (time != NONE) {
        store<i64>(out + (row << 3), time);
        row = sameMinute(spans, flags, row + 1, rows, out) - 1;
        continue;
      }
    } else if (length >= 10 && load<u8>(at, 4) == 45) time = iso(at, length);
    else if (length - 1 < 16) time = epoch(at, length);
    if (time == NONE) store<u32>(left + (count++ << 2), <u32>row);
    else store<i64>(out + (row << 3), time);
  }
  return <u32>count;
}
