/** Intervals as text: `5 minutes`, `1 day 2 hours`, `1h30m`, `01:30:00`, `-1.5 hours`, `1 month`. Months stay apart from clock time. */
import type { Interval } from '../core/value.ts';

const microsPerUnit: Readonly<Record<string, number>> = {
  microsecond: 1,
  us: 1,
  millisecond: 1000,
  ms: 1000,
  second: 1e6,
  sec: 1e6,
  s: 1e6,
  minute: 6e7,
  min: 6e7,
  m: 6e7,
  hour: 3.6e9,
  hr: 3.6e9,
  h: 3.6e9,
  day: 8.64e10,
  d: 8.64e10,
  week: 6.048e11,
  w: 6.048e11,
};

const monthsPerUnit: Readonly<Record<string, number>> = {
  month: 1,
  mon: 1,
  quarter: 3,
  year: 12,
  yr: 12,
  y: 12,
  decade: 120,
};

const term = /^(?:([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*([a-z]+)|([+-]?)(\d{1,4}):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?)[\s,]*/i;

/** Null where the text is no interval, or has a fraction of a month. */
export function parseInterval(text: string): Interval | null {
  let rest = text.trim();
  let months = 0;
  let micros = 0;
  if (rest === '') return null;
  while (rest !== '') {
    const match = term.exec(rest);
    if (match === null) return null;
    rest = rest.slice(match[0].length);
    const [, amount, unit, sign, hours, minutes, seconds] = match;
    if (amount === undefined || unit === undefined) {
      const clock = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1e6;
      micros += sign === '-' ? -clock : clock;
      continue;
    }
    const name = unitName(unit.toLowerCase());
    const perMonth = monthsPerUnit[name];
    const perClock = microsPerUnit[name];
    if (perMonth !== undefined) months += Number(amount) * perMonth;
    else if (perClock !== undefined) micros += Number(amount) * perClock;
    else return null;
  }
  micros = Math.round(micros);
  if (!Number.isInteger(months) || !Number.isSafeInteger(micros)) return null;
  return { months, micros: BigInt(micros) };
}

/** The interval of one unit, as `date_trunc` wants it; null where the unit is unknown. */
export function unitInterval(unit: string): Interval | null {
  return parseInterval(`1 ${unitName(unit.toLowerCase())}`);
}

/** Singular: `minutes` is `minute`. */
export function unitName(unit: string): string {
  const singular = unit.endsWith('s') ? unit.slice(0, -1) : unit;
  return Object.hasOwn(microsPerUnit, unit) || Object.hasOwn(monthsPerUnit, unit) ? unit : singular;
}

/** `5 minutes`-like, for messages and `--explain`. */
export function printInterval(interval: Interval): string {
  const parts: string[] = [];
  if (interval.months !== 0) parts.push(plural(BigInt(interval.months), 'month'));
  let rest = interval.micros;
  for (const [unit, size] of printedUnits) {
    if (rest / size !== 0n) parts.push(plural(rest / size, unit));
    rest %= size;
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

const printedUnits = [
  ['day', 86_400_000_000n],
  ['hour', 3_600_000_000n],
  ['minute', 60_000_000n],
  ['second', 1_000_000n],
  ['microsecond', 1n],
] as const;

function plural(count: bigint, unit: string): string {
  return `${count} ${unit}${count === 1n ? '' : 's'}`;
}
