/** Types of columns from samples of their text. */
import type { SqlType } from '../core/value.ts';

// a date alone stays text: it compares as it sorts
const dateTime = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)?$/;
// neither leading zeros nor a plus sign: `007` is a name, and grouping by it must keep it
const integer = /^-?(0|[1-9]\d{0,18})$/;
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 63n - 1n;

export function isDateTime(text: string): boolean {
  return dateTime.test(text);
}

/** Whether text is a whole number that fits 64 bits. */
export function isInteger(text: string): boolean {
  if (!integer.test(text)) return false;
  const value = BigInt(text);
  return value >= integerMin && value <= integerMax;
}

/** Type of one text, as it stands in a CSV field. */
export function typeOfText(text: string): SqlType {
  if (isInteger(text)) return 'integer';
  if (number.test(text) && Number.isFinite(Number(text))) return 'double';
  if (/^(true|false)$/i.test(text)) return 'boolean';
  return isDateTime(text) ? 'timestamp' : 'text';
}

/** The type that holds values of both; `null`: nothing seen yet. */
export function widerType(a: SqlType | null, b: SqlType): SqlType {
  if (a === null || a === b) return b;
  const isNumber = (type: SqlType) => type === 'integer' || type === 'double';
  return isNumber(a) && isNumber(b) ? 'double' : 'text';
}
