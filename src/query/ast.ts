/**
 * The syntax of a query: what was written, nothing resolved. Positions (`at`) are 0-based UTF-16 units of the query text.
 */
import type { SqlType } from '../core/value.ts';

export type AstExpr =
  | { readonly kind: 'literal'; readonly type: 'integer'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'literal'; readonly type: 'double'; readonly value: number; readonly at: number }
  | { readonly kind: 'literal'; readonly type: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'literal'; readonly type: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'literal'; readonly type: 'null'; readonly value: null; readonly at: number }
  /** `l.req.path` is three parts. `quoted`: the part stood in double quotes. Spelling as typed. */
  | { readonly kind: 'name'; readonly parts: readonly NamePart[]; readonly at: number }
  /** `*`, also in `l.*`. */
  | { readonly kind: 'star'; readonly at: number }
  /** A function or aggregate by name (lower case); which of the two is the binder's to say. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly AstExpr[];
      readonly distinct: boolean;
      readonly star: boolean;
      readonly filter: AstExpr | null;
      readonly at: number;
    }
  /** An operator by its sign: `+`, `<=`, `||`; one or two operands. `is distinct from` is spelled out. */
  | { readonly kind: 'operator'; readonly sign: string; readonly args: readonly AstExpr[]; readonly at: number }
  | { readonly kind: 'and' | 'or'; readonly args: readonly AstExpr[]; readonly at: number }
  | { readonly kind: 'not'; readonly value: AstExpr; readonly at: number }
  | { readonly kind: 'isNull'; readonly value: AstExpr; readonly at: number }
  /** IS TRUE, IS FALSE: never NULL. */
  | { readonly kind: 'isTruth'; readonly value: AstExpr; readonly truth: boolean; readonly at: number }
  | { readonly kind: 'in'; readonly value: AstExpr; readonly options: readonly AstExpr[]; readonly at: number }
  | {
      readonly kind: 'between';
      readonly value: AstExpr;
      readonly low: AstExpr;
      readonly high: AstExpr;
      readonly symmetric: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'like';
      readonly value: AstExpr;
      readonly pattern: AstExpr;
      /** null: not said. */
      readonly escape: AstExpr | null;
      readonly ignoreCase: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'case';
      readonly subject: AstExpr | null;
      readonly branches: readonly { readonly when: AstExpr; readonly result: AstExpr }[];
      readonly otherwise: AstExpr | null;
      readonly at: number;
    }
  | { readonly kind: 'coalesce'; readonly args: readonly AstExpr[]; readonly at: number }
  /** `lenient`: try_cast. */
  | {
      readonly kind: 'cast';
      readonly value: AstExpr;
      readonly to: Exclude<SqlType, 'null'>;
      readonly lenient: boolean;
      readonly at: number;
    };

export interface NamePart {
  readonly text: string;
  readonly quoted: boolean;
}

export interface SelectItem {
  readonly expr: AstExpr;
  readonly alias: string | null;
  /** The item as it was typed, blanks collapsed: its column's name where it has no alias. */
  readonly text: string;
  readonly at: number;
}

export interface OrderItem {
  readonly expr: AstExpr;
  readonly descending: boolean;
  /** null: not said. */
  readonly nullsFirst: boolean | null;
}

export interface TableReference {
  /** `glob`: a literal file name or pattern; `logs`: the files of the command line. */
  readonly source: { readonly kind: 'glob'; readonly glob: string; readonly at: number } | { readonly kind: 'logs' };
  /** What columns can be qualified with: the alias, else the table's name; null where there is neither. */
  readonly name: string | null;
}

export interface Ast {
  readonly kind: 'select';
  readonly sql: string;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: TableReference;
  readonly where: AstExpr | null;
  /** `all`: GROUP BY ALL, every item without an aggregate. */
  readonly groupBy:
    | { readonly kind: 'all'; readonly at: number }
    | { readonly kind: 'list'; readonly terms: readonly AstExpr[] };
  readonly having: AstExpr | null;
  readonly orderBy: readonly OrderItem[];
  readonly limit: AstExpr | null;
  readonly offset: AstExpr | null;
}
