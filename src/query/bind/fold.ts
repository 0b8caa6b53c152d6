/** Makes plan nodes, computing those whose operands are constants at once: a constant that cannot be computed is the caller's mistake. */
import type { SqlType, Value } from '../../core/value.ts';
import { evaluate } from '../evaluate.ts';
import { EvaluationFailure } from '../evaluation-failure.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';

export type Literal = Expr & { kind: 'literal' };

export function literal(type: SqlType, value: Value, at: number): Literal {
  return { kind: 'literal', type, value, at };
}

export function isLiteral(expr: Expr): expr is Literal {
  return expr.kind === 'literal';
}

/** The node, or the literal it amounts to when all of `operands` are literals. */
export function fold(binder: Binder, expr: Expr, operands: readonly Expr[]): Expr {
  if (!operands.every(isLiteral)) return expr;
  try {
    return literal(expr.type, evaluate(expr, constants), expr.at);
  } catch (error) {
    if (error instanceof EvaluationFailure) return refuse(binder, error.detail, expr.at);
    throw error;
  }
}

const constants = {
  column: notConstant,
  key: notConstant,
  aggregate: notConstant,
};

function notConstant(): never {
  throw new Error('Cannot fold an expression that is not constant');
}

/**
 * AND and OR, flattened. What stands after a decisive constant is never reached and dropped; what stands before it stays,
 * because computing it may reject the record.
 */
export function logical(kind: 'and' | 'or', args: readonly Expr[], at: number): Expr {
  const decisive = kind === 'or';
  const kept: Expr[] = [];
  for (const arg of args.flatMap((inner) => (inner.kind === kind ? inner.args : [inner]))) {
    if (isLiteral(arg) && arg.value === !decisive) continue;
    kept.push(arg);
    if (isLiteral(arg) && arg.value === decisive) break;
  }
  const [only] = kept;
  if (only === undefined) return literal('boolean', !decisive, at);
  if (kept.length === 1) return only;
  if (kept.every(isLiteral)) {
    return literal('boolean', kept.some((arg) => arg.value === decisive) ? decisive : null, at);
  }
  return { kind, type: 'boolean', args: kept, at };
}
