/** Compares the engine's answer with the oracle's, column by column, by the rule that each column states. */
import type { Value } from '../../src/core/value.ts';
import { exactSum } from './exact-sum.ts';
import type { OracleValue } from './oracle.ts';
import type { RandomQuery } from './random-query.ts';

/** DDSketch's stated relative error, and room for the last bits of a double. */
const quantileError = 0.01 + 1e-12;
/** Four standard errors of a HyperLogLog with 4096 registers (1.04 / 64), and one for rounding. */
const distinctError = 0.065;

/** Null where the answers agree, otherwise what differs first. */
export function difference(
  query: RandomQuery,
  actual: readonly (readonly Value[])[],
  expected: readonly (readonly OracleValue[])[],
): string | null {
  if (actual.length !== expected.length) return `${actual.length} rows instead of ${expected.length}`;
  for (const [row, values] of expected.entries()) {
    for (const [i, output] of query.outputs.entries()) {
      const [mine, theirs] = [actual[row]?.[i] ?? null, values[i] ?? null];
      if (!agrees(output.check, output.print('engine').startsWith('avg('), mine, theirs)) {
        return `row ${row}, column ${output.alias}: ${show(mine)} instead of ${show(theirs)} (${output.check.type})`;
      }
    }
  }
  return null;
}

function agrees(
  check: RandomQuery['outputs'][number]['check'],
  isAverage: boolean,
  mine: Value,
  theirs: OracleValue,
): boolean {
  switch (check.type) {
    case 'exact':
      // DuckDB's narrow integers are numbers in JavaScript
      if (typeof mine === 'bigint' && typeof theirs === 'number') return mine === BigInt(theirs);
      return Object.is(mine, theirs) || (mine === 0 && theirs === 0);
    case 'near':
      return near(mine, theirs, isAverage);
    case 'quantile':
      return withinQuantile(mine, theirs, check.fraction);
    case 'distinct':
      return (
        typeof mine === 'bigint' &&
        typeof theirs === 'bigint' &&
        Math.abs(Number(mine - theirs)) <= 1 + distinctError * Number(theirs)
      );
  }
}

/** The engine's sums are exact up to the last rounding; the values themselves may have been rounded to doubles here. */
function near(mine: Value, theirs: OracleValue, isAverage: boolean): boolean {
  if (theirs === null) return mine === null;
  if (typeof mine !== 'number' || typeof theirs !== 'object') return false;
  const numbers = theirs.map(Number);
  const divisor = isAverage ? numbers.length : 1;
  const magnitude = exactSum(numbers.map(Math.abs)) / divisor;
  const expected = exactSum(numbers) / divisor;
  return Math.abs(mine - expected) <= magnitude * 2 ** -51 || mine === expected;
}

function withinQuantile(mine: Value, theirs: OracleValue, fraction: number): boolean {
  if (theirs === null) return mine === null;
  if (typeof theirs !== 'object' || typeof mine !== 'number') return false;
  const sorted = theirs.map(Number).sort((a, b) => a - b);
  const exact = sorted[Math.max(0, Math.ceil(fraction * sorted.length * (1 - 2 ** -50)) - 1)] ?? 0;
  return Math.abs(mine - exact) <= Math.abs(exact) * quantileError;
}

function show(value: Value | OracleValue): string {
  if (typeof value === 'bigint') return `${value}n`;
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)) ?? String(value);
}
