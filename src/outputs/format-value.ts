/**
 * One value as text, by type, the same in every output: what is printed reads back as the same value.
 */
import type { SqlType, Value } from '../core/value.ts';

/** The same text as a cast to text gives; NULL is ''. */
export function formatValue(value: Value, type: SqlType): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return type === 'timestamp' ? formatTimestamp(value) : value.toString();
  if (typeof value === 'number') return formatDouble(value);
  if (typeof value === 'object') throw new Error('Cannot print an interval: the binder refuses it as a result');
  return String(value);
}

/** The shortest digits that read back as the same number; whole numbers keep a `.0`, so that they read back as doubles. */
function formatDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  // from 10^21 on there is an exponent
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
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
