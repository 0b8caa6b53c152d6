/** After grouping only keys and aggregates exist: expressions over columns are rewritten over those, or refused. */
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { sameExpr } from './same.ts';
import { mapChildren } from './walk.ts';

/** `distinct`: the keys are those of SELECT DISTINCT, which the message has to say. */
export function regroup(binder: Binder, expr: Expr, keys: readonly Expr[], distinct: boolean): Expr {
  if (expr.kind === 'literal' || expr.kind === 'aggregate' || expr.kind === 'key') return expr;
  const index = keys.findIndex((key) => sameExpr(key, expr));
  if (index >= 0) return { kind: 'key', type: expr.type, index, at: expr.at };
  if (expr.kind === 'column') return reread(expr, keys) ?? refuseUngrouped(binder, expr, distinct);
  return mapChildren(expr, (child) => regroup(binder, child, keys, distinct));
}

/** A field grouped as text and used as a number: the key is converted, as its bytes would have been. */
function reread(expr: Expr & { kind: 'column' }, keys: readonly Expr[]): Expr | null {
  const index = keys.findIndex((key) => key.kind === 'column' && key.column === expr.column && key.type === 'text');
  if (index < 0) return null;
  const key: Expr = { kind: 'key', type: 'text', index, at: expr.at };
  return { kind: 'cast', type: expr.type, value: key, lenient: false, at: expr.at };
}

function refuseUngrouped(binder: Binder, expr: Expr & { kind: 'column' }, distinct: boolean): never {
  const name = binder.columns.nameOf(expr.column);
  if (distinct) refuse(binder, `column "${name}" is not selected, so DISTINCT has no value to sort by`, expr.at);
  refuse(
    binder,
    `column "${name}" is neither grouped nor aggregated`,
    expr.at,
    'add it to GROUP BY, or write min or max',
  );
}
