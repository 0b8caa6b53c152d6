/**
 * Numbers: + - * / // % and rounding. Integers are 64-bit and never wrap: a result outside rejects the record. Division
 * by zero is NULL. A double that is not finite rejects the record.
 */
import { EvaluationFailure } from '../evaluation-failure.ts';
import { type ScalarFunction, strict } from './function.ts';

const operator = { syntax: 'operator' } as const;

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

export const arithmetic: readonly ScalarFunction[] = [
  strict('add', ['integer', 'integer'], 'integer', (a, b) => inRange(a + b), operator),
  strict('add', ['double', 'double'], 'double', (a, b) => finite(a + b), operator),
  strict('sub', ['integer', 'integer'], 'integer', (a, b) => inRange(a - b), operator),
  strict('sub', ['double', 'double'], 'double', (a, b) => finite(a - b), operator),
  strict('mul', ['integer', 'integer'], 'integer', (a, b) => inRange(a * b), operator),
  strict('mul', ['double', 'double'], 'double', (a, b) => finite(a * b), operator),
  strict('div', ['double', 'double'], 'double', (a, b) => (b === 0 ? null : finite(a / b)), operator),
  // truncates towards zero; -2^63 // -1 does not fit
  strict('intdiv', ['integer', 'integer'], 'integer', (a, b) => (b === 0n ? null : inRange(a / b)), operator),
  // the sign of the dividend, as in C
  strict('mod', ['integer', 'integer'], 'integer', (a, b) => (b === 0n ? null : a % b), operator),
  strict('mod', ['double', 'double'], 'double', (a, b) => (b === 0 ? null : a % b), operator),
  strict('neg', ['integer'], 'integer', (a) => inRange(-a), operator),
  strict('neg', ['double'], 'double', (a) => -a, operator),
  strict('abs', ['integer'], 'integer', (a) => inRange(a < 0n ? -a : a)),
  strict('abs', ['double'], 'double', (a) => Math.abs(a)),
  strict('round', ['integer'], 'integer', (a) => a),
  strict('round', ['double'], 'double', (a) => halfAway(a)),
  strict('round', ['double', 'integer'], 'double', (a, digits) => roundTo(a, digits)),
  strict('floor', ['integer'], 'integer', (a) => a),
  strict('floor', ['double'], 'double', (a) => Math.floor(a)),
  strict('ceil', ['integer'], 'integer', (a) => a),
  strict('ceil', ['double'], 'double', (a) => Math.ceil(a)),
];

function inRange(value: bigint): bigint {
  if (value < minInteger || value > maxInteger) throw new EvaluationFailure(8, `${value} is outside 64 bits`);
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new EvaluationFailure(9, 'the number is too large');
  return value;
}

/** Halves away from zero, as DuckDB and C's round(). Exact: `floor(x + 0.5)` is wrong for 0.49999999999999994. */
function halfAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/** By scaling with a power of ten, as DuckDB; more than 15 digits leave the number as it is. */
function roundTo(value: number, digits: bigint): number {
  if (digits > 15n) return value;
  if (digits < -308n) return 0;
  const scale = 10 ** Math.abs(Number(digits));
  if (digits < 0n) return finite(halfAway(value / scale) * scale);
  const scaled = value * scale;
  return Number.isFinite(scaled) ? halfAway(scaled) / scale : value;
}
