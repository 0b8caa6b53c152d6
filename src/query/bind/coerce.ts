/**
 * Implicit conversions. Constants in text become what they are compared with; integers become doubles; a field of JSON or
 * CSV is read as what its use needs. Everything else takes a cast in the query.
 */
import type { SqlType } from '../../core/value.ts';
import { canCast, castValue } from '../cast.ts';
import { EvaluationFailure } from '../evaluation-failure.ts';
import { parseInterval } from '../interval.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { isLiteral, type Literal, literal } from './fold.ts';

/** The expression as another type, or null where that takes an explicit cast. */
export function coerce(binder: Binder, expr: Expr, to: SqlType): Expr | null {
  if (expr.type === to) return expr;
  if (expr.type === 'null') return literal(to, null, expr.at);
  if (conversionCost(binder, expr, to) === null && !isTextLiteral(expr)) return null;
  if (isTextLiteral(expr)) return literalAs(binder, expr, to);
  if (isLiteral(expr)) return literal(to, castValue(expr.value, expr.type, to), expr.at);
  if (binder.columns.isLoose(expr) && !(expr.type === 'integer' && to === 'double')) return { ...expr, type: to };
  return { kind: 'cast', type: to, value: expr, lenient: false, at: expr.at };
}

/**
 * How far an implicit conversion goes, for choosing between overloads; null where there is none. Numbers in untyped text
 * are doubles unless only an integer will do.
 */
export function conversionCost(binder: Binder, expr: Expr, to: SqlType): number | null {
  if (expr.type === to || expr.type === 'null') return 0;
  if (isTextLiteral(expr)) return parseLiteral(expr, to) === null ? null : 2;
  if (expr.type === 'integer' && to === 'double') return 1;
  if (!binder.columns.isLoose(expr)) return null;
  if (expr.type === 'text' && canCast('text', to)) return to === 'double' ? 2 : 6;
  const isNumber = expr.type === 'integer' || expr.type === 'double';
  return isNumber && to === 'timestamp' ? 8 : null;
}

export function isTextLiteral(expr: Expr): expr is Literal {
  return isLiteral(expr) && expr.type === 'text' && expr.value !== null;
}

/** Converts a constant, or points at it. */
export function literalAs(binder: Binder, expr: Literal, to: SqlType): Expr {
  const parsed = parseLiteral(expr, to);
  if (parsed === null) refuse(binder, `"${expr.value}" is not ${article(to)}`, expr.at, remedies[to] ?? '');
  return parsed;
}

const remedies: Partial<Record<SqlType, string>> = {
  timestamp: "write it like '2026-10-01' or '2026-10-01 12:30:00'",
  interval: "write it like '5 minutes'",
};

export function parseLiteral(expr: Literal, to: SqlType): Expr | null {
  if (typeof expr.value !== 'string') return null;
  if (to === 'interval') {
    const interval = parseInterval(expr.value);
    return interval === null ? null : literal('interval', interval, expr.at);
  }
  if (!canCast('text', to)) return null;
  try {
    return literal(to, castValue(expr.value, 'text', to), expr.at);
  } catch (error) {
    if (error instanceof EvaluationFailure) return null;
    throw error;
  }
}

export function article(type: SqlType): string {
  return type === 'integer' || type === 'interval' ? `an ${type}` : type === 'text' ? 'text' : `a ${type}`;
}

/** A condition. */
export function asBoolean(binder: Binder, expr: Expr, what: string): Expr {
  const condition = coerce(binder, expr, 'boolean');
  return condition ?? refuse(binder, `${what} needs a condition, not ${article(expr.type)}`, expr.at);
}
