/**
 * One value as text, by type, the same in every output: what is printed reads back as the same value.
 */
import type { Interval, SqlType, Value } from '../core/value.ts';

/** Integers as digits, doubles as the shortest decimal that reads back the same; NULL is ''. */
export function formatValue(value: Value, type: SqlType): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return type === 'timestamp' ? formatTimestamp(value) : value.toString();
  if (typeof value === 'object') return formatInterval(value);
  return String(value);
}

const microsPerDay = 86_400_000_000n;
const daysPer400Years = 146_097n;

/** `2015-05-17 10:05:03`, with `.ffffff` without trailing zeros where not zero; UTC, proleptic Gregorian, year 0 exists. */
export function formatTimestamp(micros: bigint): string {
  const day = floorDivide(micros, microsPerDay);
  const cycle = floorDivide(day, daysPer400Years);
  // Date covers less than 64 bits of microseconds: let it work in the cycle of 400 years that begins in 1970.
  const date = new Date(Number(day - cycle * daysPer400Years) * 86_400_000).toISOString();
  const year = Number(date.slice(0, 4)) + Number(cycle) * 400;
  const sign = year < 0 ? '-' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}${date.slice(4, 10)} ${formatClock(micros - day * microsPerDay)}`;
}

/** As in PostgreSQL: `1 year 2 mons 3 days 04:05:06`; days are days of 24 hours. */
function formatInterval(interval: Interval): string {
  const parts: string[] = [];
  const years = Math.trunc(interval.months / 12);
  const months = interval.months % 12;
  const days = interval.micros / microsPerDay;
  const rest = interval.micros % microsPerDay;
  if (years !== 0) parts.push(`${years} ${Math.abs(years) === 1 ? 'year' : 'years'}`);
  if (months !== 0) parts.push(`${months} ${Math.abs(months) === 1 ? 'mon' : 'mons'}`);
  if (days !== 0n) parts.push(`${days} ${days === 1n || days === -1n ? 'day' : 'days'}`);
  if (rest !== 0n || parts.length === 0) parts.push(`${rest < 0n ? '-' : ''}${formatClock(rest < 0n ? -rest : rest)}`);
  return parts.join(' ');
}

/** `hh:mm:ss[.ffffff]` of a non-negative part of a day. */
function formatClock(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return clock.map((part) => String(part).padStart(2, '0')).join(':') + (fraction === '' ? '' : `.${fraction}`);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
