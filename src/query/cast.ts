/**
 * Conversions between types: the reference that decoding bytes in kernels must match exactly. No blanks are trimmed.
 *
 *   text -> integer    [+-]?[0-9]+ within 64 bits
 *   text -> double     [+-]?(digits[.digits?]|.digits)([eE][+-]?digits)?, finite, correctly rounded
 *   text -> boolean    true, false, t, f, 1, 0 in any case
 *   text -> timestamp  see timestamp.ts
 *   double -> integer  halves to even, within 64 bits
 *   integer, double -> timestamp  epoch, as the same digits in text would be read
 */
import type { SqlType, Value } from '../core/value.ts';
import { EvaluationFailure } from './evaluation-failure.ts';
import { parseTimestamp, printTimestamp, timestampFromInteger } from './timestamp.ts';

const integerText = /^[+-]?[0-9]+$/;
const doubleText = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

const targets: Readonly<Record<SqlType, readonly SqlType[]>> = {
  text: ['integer', 'double', 'boolean', 'timestamp', 'text'],
  integer: ['double', 'boolean', 'timestamp', 'text', 'integer'],
  double: ['integer', 'timestamp', 'text', 'double'],
  boolean: ['integer', 'text', 'boolean'],
  timestamp: ['text', 'timestamp'],
  interval: ['interval'],
  null: ['integer', 'double', 'boolean', 'timestamp', 'text', 'interval', 'null'],
};

/** Whether values of one type can be converted to another at all. */
export function canCast(from: SqlType, to: SqlType): boolean {
  return targets[from].includes(to);
}

/** Throws EvaluationFailure where the value does not fit; NULL stays NULL. */
export function castValue(value: Value, from: SqlType, to: SqlType): Value {
  if (value === null || from === to) return value;
  if (typeof value === 'string') return castText(value, to);
  if (to === 'text') return printValue(value, from);
  if (to === 'double' && typeof value === 'bigint') return Number(value);
  if (to === 'integer' && typeof value === 'number') return roundToInteger(value);
  if (to === 'integer' && typeof value === 'boolean') return value ? 1n : 0n;
  if (to === 'boolean' && typeof value === 'bigint') return value !== 0n;
  if (to === 'timestamp' && typeof value === 'bigint') return orFail(timestampFromInteger(value), 6, String(value));
  if (to === 'timestamp' && typeof value === 'number') {
    return orFail(parseTimestamp(plainDigits(value)), 6, printDouble(value));
  }
  throw new Error(`Cannot cast ${from} to ${to}: the binder must refuse it`);
}

function castText(text: string, to: SqlType): Value {
  switch (to) {
    case 'integer':
      return parseInteger(text);
    case 'double':
      return parseDouble(text);
    case 'boolean':
      return parseBoolean(text);
    case 'timestamp':
      return orFail(parseTimestamp(text), 6, text);
    default:
      throw new Error(`Cannot cast text to ${to}: the binder must refuse it`);
  }
}

function parseInteger(text: string): bigint {
  if (!integerText.test(text)) throw unfit(4, text);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value < minInteger || value > maxInteger) throw unfit(8, text);
  return value;
}

function parseDouble(text: string): number {
  const value = doubleText.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw unfit(5, text);
  return value;
}

function parseBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 't' || lower === '1') return true;
  if (lower === 'false' || lower === 'f' || lower === '0') return false;
  throw unfit(7, text);
}

function roundToInteger(value: number): bigint {
  const floor = Math.floor(value);
  const rest = value - floor;
  const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  if (rounded < -(2 ** 63) || rounded >= 2 ** 63) throw unfit(8, printDouble(value));
  return BigInt(rounded);
}

const shownCharacters = 60;

const unfitDetail = {
  4: 'is not an integer',
  5: 'is not a number',
  6: 'is not a timestamp',
  7: 'is not a boolean',
  8: 'is outside 64 bits',
};

function unfit(code: 4 | 5 | 6 | 7 | 8, text: string): EvaluationFailure {
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text;
  return new EvaluationFailure(code, `"${shown}" ${unfitDetail[code]}`);
}

function orFail(value: bigint | null, code: 6, text: string): bigint {
  if (value === null) throw unfit(code, text);
  return value;
}

/** A value as text: what a cast gives, and what plain outputs print. */
export function printValue(value: Exclude<Value, null>, type: SqlType): string {
  if (typeof value === 'bigint') return type === 'timestamp' ? printTimestamp(value) : String(value);
  if (typeof value === 'number') return printDouble(value);
  if (typeof value === 'object') throw new Error('Cannot print an interval: the binder must refuse it');
  return String(value);
}

/** The shortest digits that read back as the same number, in JavaScript's form, but whole numbers keep a `.0`. */
export function printDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** Digits without an exponent, as the epoch grammar wants them; tiny fractions vanish below a microsecond anyway. */
function plainDigits(value: number): string {
  const digits = String(value);
  if (!digits.includes('e')) return digits;
  return Math.abs(value) < 1 ? '0' : String(BigInt(value));
}
