/** The columns that the query needs, numbered as they are met, and what is known of them. */
import type { SqlType } from '../../core/value.ts';
import type { FormatSpec } from '../../formats/format.ts';
import type { Expr, PlanColumn } from '../plan.ts';

export const pseudoColumns = [
  { name: '_raw', type: 'text' },
  { name: '_file', type: 'text' },
  { name: '_offset', type: 'integer' },
] as const;

export class ColumnRegistry {
  readonly #columns: PlanColumn[] = [];
  readonly #unknown = new Set<number>();
  readonly #loose: boolean;

  constructor(format: FormatSpec) {
    // JSON and CSV carry untyped text, typed from a sample; a template's text columns are known to be text
    this.#loose = format.open || format.dialect !== null;
  }

  get list(): readonly PlanColumn[] {
    return this.#columns;
  }

  /** `unknown`: the format did not list it, nothing but its use tells its type. */
  use(column: PlanColumn, type: SqlType, unknown: boolean, at: number): Expr {
    let index = this.#columns.findIndex(
      (known) => known.name === column.name && known.source === column.source && known.literal === column.literal,
    );
    if (index < 0) index = this.#columns.push(column) - 1;
    if (unknown) this.#unknown.add(index);
    return { kind: 'column', type, column: index, at };
  }

  nameOf(index: number): string {
    return this.#columns[index]?.name ?? '';
  }

  isField(expr: Expr): expr is Expr & { kind: 'column' } {
    return expr.kind === 'column' && this.#columns[expr.column]?.source === 'field';
  }

  /** A field of the record whose bytes may be read as another type than the text or number it looked like. */
  isLoose(expr: Expr): expr is Expr & { kind: 'column' } {
    return this.#loose && this.isField(expr);
  }

  isUnknown(expr: Expr): boolean {
    return expr.kind === 'column' && expr.type === 'text' && this.#unknown.has(expr.column);
  }
}
