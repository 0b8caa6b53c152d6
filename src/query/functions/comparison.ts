/** Comparisons, one overload per type. Text compares by its UTF-8 bytes. */
import type { SqlType, Value } from '../../core/value.ts';
import { compareText } from '../compare-text.ts';
import { nullable, type ScalarFunction, strict } from './function.ts';

const comparedTypes = ['integer', 'double', 'text', 'boolean', 'timestamp'] as const satisfies readonly SqlType[];

const operator = { syntax: 'operator' } as const;

export const comparison: readonly ScalarFunction[] = comparedTypes.flatMap((type) => [
  strict('eq', [type, type], 'boolean', (a, b) => compareValues(a, b) === 0, operator),
  strict('ne', [type, type], 'boolean', (a, b) => compareValues(a, b) !== 0, operator),
  strict('lt', [type, type], 'boolean', (a, b) => compareValues(a, b) < 0, operator),
  strict('le', [type, type], 'boolean', (a, b) => compareValues(a, b) <= 0, operator),
  strict('gt', [type, type], 'boolean', (a, b) => compareValues(a, b) > 0, operator),
  strict('ge', [type, type], 'boolean', (a, b) => compareValues(a, b) >= 0, operator),
  // IS DISTINCT FROM: NULL is a value like any other
  nullable(
    'isDistinct',
    [type, type],
    'boolean',
    (a, b) => (a === null || b === null ? a !== b : compareValues(a, b) !== 0),
    operator,
  ),
  // NULL arguments are ignored; a third argument is a second call
  nullable('greatest', [type, type], type, (a, b) => {
    if (a === null || b === null) return a ?? b;
    return compareValues(a, b) >= 0 ? a : b;
  }),
  nullable('least', [type, type], type, (a, b) => {
    if (a === null || b === null) return a ?? b;
    return compareValues(a, b) <= 0 ? a : b;
  }),
]);

/** Order of two values of one type, neither NULL: negative, zero or positive. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}
