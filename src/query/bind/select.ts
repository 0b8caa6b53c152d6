/** The clauses of a SELECT, in the order in which they take their meaning. */
import type { Ast, AstExpr, OrderItem } from '../ast.ts';
import type { Expr } from '../plan.ts';
import { type Binder, type Place, refuse } from './binder.ts';
import { asBoolean, coerce } from './coerce.ts';
import { bindExpression } from './expression.ts';
import { isLiteral } from './fold.ts';
import { aliasedItem, allColumns } from './names.ts';
import { sameExpr } from './same.ts';
import { someNode } from './walk.ts';

/** An item of the select list, `*` spread out. */
export interface BoundItem {
  readonly name: string;
  readonly expr: Expr;
  /** Index of the item in the syntax. */
  readonly item: number;
}

export function bindItems(binder: Binder): readonly BoundItem[] {
  return binder.ast.items.flatMap((item, index): readonly BoundItem[] => {
    const { expr, alias, text } = item;
    if (expr.kind === 'star') {
      return allColumns(binder, expr.at).map((column) => ({
        name: columnName(binder, column),
        expr: column,
        item: index,
      }));
    }
    const place: Place = { clause: 'the select list', aggregates: true, aliases: index };
    const bound = withType(binder, bindExpression(binder, expr, place));
    const named = expr.kind === 'name' && bound.kind === 'column' ? columnName(binder, bound) : null;
    const fallback = expr.kind === 'name' ? (expr.parts.at(-1)?.text ?? text) : text;
    return [{ name: alias ?? named ?? fallback, expr: bound, item: index }];
  });
}

function columnName(binder: Binder, expr: Expr): string {
  return expr.kind === 'column' ? binder.columns.nameOf(expr.column) : '';
}

/** NULL of no type is text; an interval has no form in a result. */
function withType(binder: Binder, expr: Expr): Expr {
  if (expr.type === 'interval') refuse(binder, 'an interval cannot be a result', expr.at, 'add it to a time');
  return coerce(binder, expr, expr.type === 'null' ? 'text' : expr.type) ?? expr;
}

/** WHERE, over columns. Null where every record passes. */
export function bindWhere(binder: Binder, where: AstExpr | null): Expr | null {
  if (where === null) return null;
  const place: Place = { clause: 'WHERE', aggregates: false, aliases: binder.ast.items.length };
  const filter = asBoolean(binder, bindExpression(binder, where, place), 'WHERE');
  return isLiteral(filter) && filter.value === true ? null : filter;
}

/** Group keys over columns, without repetitions. */
export function bindGroupBy(binder: Binder, groupBy: Ast['groupBy'], items: readonly BoundItem[]): readonly Expr[] {
  if (groupBy.kind === 'all') {
    return distinctExprs(items.map((item) => item.expr).filter((expr) => !hasAggregate(expr) && !isLiteral(expr)));
  }
  const place: Place = { clause: 'GROUP BY', aggregates: false, aliases: binder.ast.items.length };
  return distinctExprs(
    groupBy.terms.map((term) => {
      const ordinal = ordinalItem(binder, term, items, 'GROUP BY');
      if (ordinal === null) return withType(binder, bindExpression(binder, term, place));
      if (hasAggregate(ordinal.expr)) refuse(binder, `GROUP BY position ${ordinalOf(term)} is an aggregate`, term.at);
      return ordinal.expr;
    }),
  );
}

export function bindHaving(binder: Binder, having: AstExpr | null): Expr | null {
  if (having === null) return null;
  const place: Place = { clause: 'HAVING', aggregates: true, aliases: binder.ast.items.length };
  return asBoolean(binder, bindExpression(binder, having, place), 'HAVING');
}

/** Aliases come before columns here, as in PostgreSQL. */
export function bindOrderTerm(binder: Binder, order: OrderItem, items: readonly BoundItem[]): Expr {
  const place: Place = { clause: 'ORDER BY', aggregates: true, aliases: binder.ast.items.length };
  const ordinal = ordinalItem(binder, order.expr, items, 'ORDER BY');
  if (ordinal !== null) return ordinal.expr;
  const [part, ...others] = order.expr.kind === 'name' ? order.expr.parts : [];
  if (part !== undefined && others.length === 0) {
    const index = aliasedItem(binder, part.text, part.quoted, binder.ast.items.length);
    const item = index < 0 ? undefined : items.find((candidate) => candidate.item === index);
    if (item !== undefined) return item.expr;
  }
  return withType(binder, bindExpression(binder, order.expr, place));
}

/** LIMIT and OFFSET: a constant count, null where absent or NULL. */
export function bindCount(binder: Binder, count: AstExpr | null, clause: string): number | null {
  if (count === null) return null;
  const bound = coerce(binder, bindExpression(binder, count, { clause, aggregates: false, aliases: 0 }), 'integer');
  if (bound === null || !isLiteral(bound)) return refuse(binder, `${clause} needs a constant count`, count.at);
  if (bound.value === null) return null;
  const value = Number(bound.value);
  if (value < 0 || !Number.isSafeInteger(value)) refuse(binder, `${clause} needs a count of 0 or more`, count.at);
  return value;
}

export function hasAggregate(expr: Expr): boolean {
  return someNode(expr, (node) => node.kind === 'aggregate');
}

export function distinctExprs(exprs: readonly Expr[]): readonly Expr[] {
  return exprs.filter((expr, index) => exprs.findIndex((other) => sameExpr(other, expr)) === index);
}

function ordinalOf(term: AstExpr): bigint | null {
  return term.kind === 'literal' && term.type === 'integer' ? term.value : null;
}

/** The item that a bare integer points at, or null where the term is no bare integer. */
function ordinalItem(binder: Binder, term: AstExpr, items: readonly BoundItem[], clause: string): BoundItem | null {
  const position = ordinalOf(term);
  if (position === null) return null;
  const item = position > 0n ? items[Number(position) - 1] : undefined;
  if (item !== undefined) return item;
  const range = items.length === 1 ? 'it has 1 column' : `it has ${items.length} columns`;
  return refuse(binder, `${clause} position ${position} is not in the select list`, term.at, range);
}
