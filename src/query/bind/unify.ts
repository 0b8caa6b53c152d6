/** The one type that several expressions are compared or chosen in. */
import type { SqlType } from '../../core/value.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { coerce, isTextLiteral, parseLiteral } from './coerce.ts';
import { isLiteral } from './fold.ts';

/** Integers beyond this are not exact as doubles. */
const exactDouble = 2n ** 53n;

/** All expressions in their common type. `doing`: for the message, like `compare`. */
export function unify(binder: Binder, exprs: readonly Expr[], doing: string, at: number): readonly Expr[] {
  const type = commonType(binder, exprs);
  if (type === null) {
    const types = [...new Set(exprs.map((expr) => expr.type).filter((each) => each !== 'null'))];
    return refuse(binder, `cannot ${doing} ${types.join(' and ')}`, at, 'cast one side, like x::text');
  }
  return exprs.map(
    (expr) => coerce(binder, expr, type) ?? refuse(binder, `cannot ${doing} ${expr.type} and ${type}`, at),
  );
}

function commonType(binder: Binder, exprs: readonly Expr[]): SqlType | null {
  const isFlexible = (expr: Expr) =>
    expr.type === 'null' || isTextLiteral(expr) || (expr.type === 'text' && binder.columns.isLoose(expr));
  const firm = exprs.filter((expr) => !isFlexible(expr));
  const types = new Set(firm.map((expr) => expr.type));
  const texts = exprs.filter(isTextLiteral);
  if (types.size === 0) return exprs.some((expr) => expr.type === 'text') ? 'text' : 'null';
  const [only] = types;
  if (types.size === 1 && only !== 'integer' && only !== 'double') return only ?? null;
  if ([...types].some((type) => type !== 'integer' && type !== 'double')) return null;
  // numbers: fields that hold epochs may be compared with times
  const fits = (to: SqlType) => texts.every((text) => parseLiteral(text, to) !== null);
  if (!fits('double') && fits('timestamp') && firm.every((expr) => binder.columns.isLoose(expr))) return 'timestamp';
  if (types.has('double') || (!fits('integer') && fits('double'))) return 'double';
  const hasField = exprs.some((expr) => expr.type === 'text' && !isTextLiteral(expr));
  return hasField && !firm.some(isHuge) ? 'double' : 'integer';
}

function isHuge(expr: Expr): boolean {
  if (!isLiteral(expr) || typeof expr.value !== 'bigint') return false;
  return expr.value > exactDouble || expr.value < -exactDouble;
}
