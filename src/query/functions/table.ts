/**
 * Every scalar function and operator of the language. To add one: an entry in the file of its subject, a case in
 * test/query/functions.test.ts, and a kernel in workers/kernels (or none: the evaluator is the fallback).
 */
import { arithmetic } from './arithmetic.ts';
import { comparison } from './comparison.ts';
import type { ScalarFunction } from './function.ts';
import { text } from './text.ts';
import { time } from './time.ts';

export const functionTable: readonly ScalarFunction[] = [...arithmetic, ...comparison, ...text, ...time];

/** Other spellings of the same functions. */
export const functionAliases: Readonly<Record<string, string>> = {
  substr: 'substring',
  len: 'length',
  char_length: 'length',
  character_length: 'length',
  ceiling: 'ceil',
  btrim: 'trim',
  lcase: 'lower',
  ucase: 'upper',
  position: 'strpos',
  instr: 'strpos',
  prefix: 'starts_with',
  suffix: 'ends_with',
  dayofmonth: 'day',
  dayofweek: 'dow',
  dayofyear: 'doy',
  weekofyear: 'week',
};

/** Names that are called like functions and become other nodes of the plan, or other calls. */
export const rewrittenNames: ReadonlySet<string> = new Set([
  'nullif',
  'ifnull',
  'coalesce',
  'if',
  'iif',
  'concat',
  'date_trunc',
  'date_part',
  'extract',
]);

const byId: ReadonlyMap<string, ScalarFunction> = new Map(functionTable.map((entry) => [entry.id, entry]));

const byName = new Map<string, ScalarFunction[]>();
for (const entry of functionTable) {
  const overloads = byName.get(entry.name);
  if (overloads === undefined) byName.set(entry.name, [entry]);
  else overloads.push(entry);
}

/** The overload that a plan names. Throws where there is none: the plan is from another version. */
export function functionById(id: string): ScalarFunction {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`Cannot find function "${id}": the plan was made by another version`);
  return found;
}

/** Every overload of a name (an alias is resolved); empty where unknown. */
export function overloadsOf(name: string): readonly ScalarFunction[] {
  return byName.get(functionAliases[name] ?? name) ?? [];
}

/** Names that can be called, aliases included, for suggestions. */
export function callableNames(): readonly string[] {
  const names = functionTable.filter((entry) => entry.syntax === 'function').map((entry) => entry.name);
  return [...new Set([...names, ...Object.keys(functionAliases)])];
}
