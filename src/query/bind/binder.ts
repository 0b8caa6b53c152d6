/** What every part of binding shares, and how it refuses what has no meaning. */
import { QueryError } from '../../core/errors.ts';
import type { FormatSpec } from '../../formats/format.ts';
import type { Ast } from '../ast.ts';
import type { FunctionRegistry } from '../functions/registry.ts';
import type { AggregateCall } from '../plan.ts';
import { suggest } from '../suggest.ts';
import type { ColumnRegistry } from './columns.ts';

/** Grows while the query is bound; lives as long as one call of bindQuery. */
export interface Binder {
  readonly ast: Ast;
  readonly format: FormatSpec;
  readonly functions: FunctionRegistry;
  readonly columns: ColumnRegistry;
  /** Different aggregate calls, in the order in which they were met. */
  readonly aggregates: AggregateCall[];
  readonly warnings: Set<string>;
}

/** Where an expression stands. */
export interface Place {
  /** For messages: `WHERE`, `the select list`. */
  readonly clause: string;
  readonly aggregates: boolean;
  /** How many items of the select list can be named by their aliases. */
  readonly aliases: number;
}

export function refuse(binder: Binder, problem: string, at: number, remedy = ''): never {
  const tail = remedy === '' ? '' : `: ${remedy}`;
  throw new QueryError(`Cannot bind query: ${problem} at ${at}${tail}`, binder.ast.sql, at);
}

export function didYouMean(typed: string, names: Iterable<string>): string {
  const near = suggest(typed, names);
  return near === null ? '' : `did you mean "${near}"?`;
}

export function refuseFunction(binder: Binder, name: string, at: number): never {
  refuse(binder, `unknown function "${name}"`, at, didYouMean(name, functionNames(binder, name)));
}

/** Of the percentiles the one that shares the most with what was typed. */
function functionNames({ functions }: Binder, typed: string): readonly string[] {
  return [...functions.callableNames(), ...functions.aggregateNames(), ...(/^p\d+/.exec(typed) ?? [])];
}
