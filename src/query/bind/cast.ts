/**
 * Casts that were written. A field's text is read as the type at once; try_cast starts from the field's own bytes, so that a
 * field which looked like a number in the sample gives NULL, not a rejected record, where it is none. A field that looked like an
 * integer there is read as a double at once too.
 */
import type { AstExpr } from '../ast.ts';
import { canCast } from '../cast.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { isTextLiteral, literalAs } from './coerce.ts';
import { fold, literal } from './fold.ts';

export function bindCast(
  binder: Binder,
  expr: Extract<AstExpr, { kind: 'cast' }>,
  bind: (inner: AstExpr) => Expr,
): Expr {
  const { to, lenient, at } = expr;
  const value = bind(expr.value);
  if (value.type === 'null') return literal(to, null, at);
  if (isTextLiteral(value) && (!lenient || to === 'interval')) return literalAs(binder, value, to);
  if (lenient && expr.value.kind === 'name' && binder.columns.isField(value)) {
    return to === 'text' ? { ...value, type: 'text' } : castNode(binder, { ...value, type: 'text' }, expr);
  }
  if (value.type === to) return value;
  if (value.type === 'text' && to !== 'interval' && binder.columns.isField(value)) return { ...value, type: to };
  // the sample may have shown whole numbers only
  if (value.type === 'integer' && to === 'double' && binder.columns.isLoose(value)) return { ...value, type: to };
  return castNode(binder, value, expr);
}

function castNode(binder: Binder, value: Expr, { to, lenient, at }: Extract<AstExpr, { kind: 'cast' }>): Expr {
  if (!canCast(value.type, to)) {
    const remedy = value.type === 'timestamp' ? 'write epoch(x) for its seconds' : '';
    refuse(binder, `cannot cast ${value.type} to ${to}`, at, remedy);
  }
  return fold(binder, { kind: 'cast', type: to, value, lenient, at }, [value]);
}
