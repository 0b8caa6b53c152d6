/**
 * The meaning of a query: names resolved, types settled, casts explicit. Plain data (it crosses threads and is hashed),
 * with a literal `kind` at every node; whoever interprets it is elsewhere.
 *
 * Evaluation order is defined: AND, OR, CASE, COALESCE and IN go left to right and stop as soon as the answer is known;
 * a record is rejected when an expression that is reached cannot be computed for it.
 */

import type { StateSpec } from '../aggregates/aggregate.ts';
import type { SqlType, Value } from '../core/value.ts';
import type { FormatSpec } from '../formats/format.ts';
import type { FunctionModule } from './functions/user-functions.ts';

/** `at`: position in the query text (0-based UTF-16 unit), for messages. */
export type Expr =
  | { readonly kind: 'literal'; readonly type: SqlType; readonly value: Value; readonly at: number }
  /** A column of the record: index into `Plan.columns`. Decoding it from bytes to `type` may reject the record. */
  | { readonly kind: 'column'; readonly type: SqlType; readonly column: number; readonly at: number }
  /** After grouping only: the i-th group key, the i-th aggregate. */
  | { readonly kind: 'key'; readonly type: SqlType; readonly index: number; readonly at: number }
  | { readonly kind: 'aggregate'; readonly type: SqlType; readonly index: number; readonly at: number }
  /** A function or operator: `fn` names one overload of `functions/table.ts`, for example `add(integer,integer)`. */
  | {
      readonly kind: 'call';
      readonly type: SqlType;
      readonly fn: string;
      readonly args: readonly Expr[];
      readonly at: number;
    }
  | { readonly kind: 'and'; readonly type: 'boolean'; readonly args: readonly Expr[]; readonly at: number }
  | { readonly kind: 'or'; readonly type: 'boolean'; readonly args: readonly Expr[]; readonly at: number }
  | { readonly kind: 'not'; readonly type: 'boolean'; readonly value: Expr; readonly at: number }
  | { readonly kind: 'isNull'; readonly type: 'boolean'; readonly value: Expr; readonly at: number }
  /** `options` are literals of the value's type without NULL; `hasNull` says a NULL was among them (three-valued logic). */
  | {
      readonly kind: 'in';
      readonly type: 'boolean';
      readonly value: Expr;
      readonly options: readonly Value[];
      readonly hasNull: boolean;
      readonly at: number;
    }
  /** `pattern` in SQL's notation with `escape` as the escaping character ('' for none). */
  | {
      readonly kind: 'like';
      readonly type: 'boolean';
      readonly value: Expr;
      readonly pattern: string;
      readonly ignoreCase: boolean;
      readonly escape: string;
      readonly at: number;
    }
  | {
      readonly kind: 'case';
      readonly type: SqlType;
      readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
      readonly otherwise: Expr;
      readonly at: number;
    }
  | { readonly kind: 'coalesce'; readonly type: SqlType; readonly args: readonly Expr[]; readonly at: number }
  /** `lenient`: try_cast, NULL where the value does not fit; otherwise the record is rejected. */
  | {
      readonly kind: 'cast';
      readonly type: SqlType;
      readonly value: Expr;
      readonly lenient: boolean;
      readonly at: number;
    };

/** A column of the record that the question needs. `field`: by name in the format; the others are pseudo columns. */
export interface PlanColumn {
  readonly name: string;
  readonly source: 'field' | '_raw' | '_file' | '_offset';
  /** The name is one key, dots and all (it stood in double quotes); absent: a name with dots may also be a path. */
  readonly literal?: boolean;
}

/** One aggregate call. `filter`: `FILTER (WHERE ...)`. States are numbered per call; `args` are what the states read. */
export interface AggregateCall {
  /** Entry of `aggregates/table.ts`. */
  readonly name: string;
  readonly distinct: boolean;
  readonly args: readonly Expr[];
  /** Constant parameters, for example the fraction of a quantile. */
  readonly params: readonly number[];
  readonly filter: Expr | null;
  readonly type: SqlType;
  readonly states: readonly StateSpec[];
}

export interface OrderTerm {
  /** Over keys and aggregates (grouped), or over columns (plain select). */
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Over keys and aggregates (grouped), or over columns (plain select). */
  readonly expr: Expr;
}

export interface Plan {
  readonly sql: string;
  readonly format: FormatSpec;
  /** Where the user's own functions are; absent where there are none. */
  readonly modules?: readonly FunctionModule[];
  readonly columns: readonly PlanColumn[];
  /** WHERE, over columns; constants folded; `null` when absent. */
  readonly filter: Expr | null;
  /** `grouped`: keys and aggregates (both may be empty lists, not both absent). `rows`: a plain select in file order. */
  readonly shape: 'grouped' | 'rows';
  readonly keys: readonly Expr[];
  readonly aggregates: readonly AggregateCall[];
  readonly outputs: readonly OutputColumn[];
  readonly having: Expr | null;
  readonly orderBy: readonly OrderTerm[];
  readonly limit: number | null;
  readonly offset: number;
}
