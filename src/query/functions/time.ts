/**
 * Timestamps: microseconds since 1970 of the time as written, proleptic Gregorian calendar. `utc` applies a written offset. `date_trunc` and `extract` with a
 * constant unit become `time_bucket` and one function per field (see bind/time-calls.ts), so kernels know only these.
 */
import type { Interval } from '../../core/value.ts';
import { civilFromDays, daysFromCivil, daysInMonth, microsPerDay } from '../calendar.ts';
import { EvaluationFailure } from '../evaluation-failure.ts';
import { checkTimeFormat, formatTime } from '../time-format.ts';
import { parseUtc } from '../timestamp.ts';
import { type ScalarFunction, strict } from './function.ts';

/** A Monday, so that weeks begin as in ISO 8601 (the origin of TimescaleDB and DuckDB). */
const bucketOrigin = BigInt(daysFromCivil(2000, 1, 3)) * microsPerDay;
/** Months are counted from here. */
const monthOrigin = BigInt(daysFromCivil(2000, 1, 1)) * microsPerDay;

const minTimestamp = -(2n ** 63n);
const maxTimestamp = 2n ** 63n - 1n;

export const time: readonly ScalarFunction[] = [
  strict('time_bucket', ['interval', 'timestamp'], 'timestamp', (width, at) => timeBucket(width, at, null), {
    check: (width) => checkWidth(width),
  }),
  strict('time_bucket', ['interval', 'timestamp', 'timestamp'], 'timestamp', timeBucket, {
    check: (width) => checkWidth(width),
  }),
  strict('add', ['timestamp', 'interval'], 'timestamp', (at, span) => addInterval(at, span.months, span.micros), {
    syntax: 'operator',
  }),
  strict('sub', ['timestamp', 'interval'], 'timestamp', (at, span) => addInterval(at, -span.months, -span.micros), {
    syntax: 'operator',
  }),
  strict('utc', ['text'], 'timestamp', (text) => {
    const micros = parseUtc(text);
    if (micros === null) throw new EvaluationFailure(6, `"${text}" is not a timestamp`);
    return micros;
  }),
  // seconds with fraction
  strict('epoch', ['timestamp'], 'double', (at) => Number(at) / 1e6),
  strict('epoch_ms', ['timestamp'], 'integer', (at) => floorDiv(at, 1000n)),
  strict('epoch_us', ['timestamp'], 'integer', (at) => at),
  strict('to_timestamp', ['integer'], 'timestamp', (seconds) => inRange(seconds * 1_000_000n)),
  strict('to_timestamp', ['double'], 'timestamp', (seconds) => fromSeconds(seconds)),
  strict('year', ['timestamp'], 'integer', (at) => BigInt(dateOf(at).year)),
  strict('quarter', ['timestamp'], 'integer', (at) => BigInt(Math.ceil(dateOf(at).month / 3))),
  strict('month', ['timestamp'], 'integer', (at) => BigInt(dateOf(at).month)),
  strict('day', ['timestamp'], 'integer', (at) => BigInt(dateOf(at).day)),
  strict('hour', ['timestamp'], 'integer', (at) => timeOfDay(at) / 3_600_000_000n),
  strict('minute', ['timestamp'], 'integer', (at) => (timeOfDay(at) / 60_000_000n) % 60n),
  strict('second', ['timestamp'], 'integer', (at) => (timeOfDay(at) / 1_000_000n) % 60n),
  // including the seconds, as PostgreSQL and DuckDB count them
  strict('millisecond', ['timestamp'], 'integer', (at) => (timeOfDay(at) / 1000n) % 60_000n),
  strict('microsecond', ['timestamp'], 'integer', (at) => timeOfDay(at) % 60_000_000n),
  // Sunday is 0
  strict('dow', ['timestamp'], 'integer', (at) => BigInt(weekday(at))),
  // Monday is 1, Sunday 7
  strict('isodow', ['timestamp'], 'integer', (at) => BigInt(weekday(at) || 7)),
  strict('doy', ['timestamp'], 'integer', (at) => BigInt(dayNumber(at) - daysFromCivil(dateOf(at).year, 1, 1) + 1)),
  // ISO 8601: week 1 holds the year's first Thursday
  strict('week', ['timestamp'], 'integer', (at) => BigInt(isoWeek(at))),
  strict('strftime', ['timestamp', 'text'], 'text', (at, format) => formatTime(at, format), {
    check: (_at, format) => (typeof format === 'string' ? checkTimeFormat(format) : null),
  }),
];

function checkWidth(width: unknown): string | null {
  if (width === undefined || width === null) return null;
  const { months, micros } = width as Interval; // the first argument's type is interval
  if (months !== 0 && micros !== 0n) return 'a bucket is either months or days and shorter, not both';
  if (months < 0 || micros < 0n || (months === 0 && micros === 0n)) return 'the width of a bucket must be positive';
  return null;
}

/** Start of the bucket that holds `at`; buckets are counted from `origin` in both directions. */
function timeBucket(width: Interval, at: bigint, origin: bigint | null): bigint {
  if (width.months === 0) {
    const from = origin ?? bucketOrigin;
    return inRange(from + floorDiv(at - from, width.micros) * width.micros);
  }
  const from = dateOf(origin ?? monthOrigin);
  const to = dateOf(at);
  const apart = (to.year - from.year) * 12 + to.month - from.month;
  // an origin inside a month moves every bucket's start by as much
  const intoMonth = (origin ?? monthOrigin) - startOfMonth(from.year, from.month);
  const early = at - startOfMonth(to.year, to.month) < intoMonth ? 1 : 0;
  const months = Math.floor((apart - early) / width.months) * width.months + from.month - 1;
  return inRange(startOfMonth(from.year + Math.floor(months / 12), (((months % 12) + 12) % 12) + 1) + intoMonth);
}

function startOfMonth(year: number, month: number): bigint {
  return BigInt(daysFromCivil(year, month, 1)) * microsPerDay;
}

/** Months first, staying inside the month (31 January + 1 month is the last of February), then the clock part. */
function addInterval(at: bigint, months: number, micros: bigint): bigint {
  if (months === 0) return inRange(at + micros);
  const date = dateOf(at);
  const total = date.year * 12 + date.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  const days = daysFromCivil(year, month, Math.min(date.day, daysInMonth(year, month)));
  return inRange(BigInt(days) * microsPerDay + timeOfDay(at) + micros);
}

function fromSeconds(seconds: number): bigint {
  const micros = Math.round(seconds * 1e6);
  if (!Number.isFinite(micros)) throw new EvaluationFailure(8, 'the timestamp is outside 64 bits');
  return inRange(BigInt(micros));
}

function inRange(micros: bigint): bigint {
  if (micros < minTimestamp || micros > maxTimestamp) {
    throw new EvaluationFailure(8, 'the timestamp is outside 64 bits');
  }
  return micros;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function dayNumber(at: bigint): number {
  return Number(floorDiv(at, microsPerDay));
}

function timeOfDay(at: bigint): bigint {
  return at - floorDiv(at, microsPerDay) * microsPerDay;
}

function dateOf(at: bigint) {
  return civilFromDays(dayNumber(at));
}

/** 1970-01-01 was a Thursday. */
function weekday(at: bigint): number {
  return (((dayNumber(at) + 4) % 7) + 7) % 7;
}

function isoWeek(at: bigint): number {
  const thursday = dayNumber(at) - ((weekday(at) || 7) - 4);
  return Math.floor((thursday - daysFromCivil(civilFromDays(thursday).year, 1, 1)) / 7) + 1;
}
