/** IN, BETWEEN and LIKE. */
import type { AstExpr } from '../ast.ts';
import { parseLike } from '../like.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { article, coerce } from './coerce.ts';
import { fold, isLiteral, literal, logical } from './fold.ts';
import { compare } from './operator.ts';
import { unify } from './unify.ts';

type Bind = (inner: AstExpr) => Expr;

export function bindIn(binder: Binder, expr: Extract<AstExpr, { kind: 'in' }>, bind: Bind): Expr {
  const [value, ...options] = unify(binder, [bind(expr.value), ...expr.options.map(bind)], 'compare', expr.at);
  if (value === undefined) return refuse(binder, 'IN needs a value', expr.at);
  if (!options.every(isLiteral)) {
    return logical(
      'or',
      options.map((option) => compare(binder, 'eq', [value, option], option.at)),
      expr.at,
    );
  }
  if (value.type === 'null') return literal('boolean', null, expr.at);
  const node: Expr = {
    kind: 'in',
    type: 'boolean',
    value,
    options: options.map((option) => option.value).filter((option) => option !== null),
    hasNull: options.some((option) => option.value === null),
    at: expr.at,
  };
  return fold(binder, node, [value]);
}

export function bindBetween(binder: Binder, expr: Extract<AstExpr, { kind: 'between' }>, bind: Bind): Expr {
  const parts = unify(binder, [bind(expr.value), bind(expr.low), bind(expr.high)], 'compare', expr.at);
  const [value, low, high] = parts;
  if (value === undefined || low === undefined || high === undefined) {
    return refuse(binder, 'BETWEEN needs two bounds', expr.at);
  }
  const within = (from: Expr, to: Expr) =>
    logical(
      'and',
      [compare(binder, 'ge', [value, from], expr.at), compare(binder, 'le', [value, to], expr.at)],
      expr.at,
    );
  return expr.symmetric ? logical('or', [within(low, high), within(high, low)], expr.at) : within(low, high);
}

/** PostgreSQL's, where none is said. */
const defaultEscape = '\\';

export function bindLike(binder: Binder, expr: Extract<AstExpr, { kind: 'like' }>, bind: Bind): Expr {
  const name = expr.ignoreCase ? 'ILIKE' : 'LIKE';
  const given = bind(expr.value);
  const value = coerce(binder, given, 'text');
  if (value === null) {
    return refuse(binder, `${name} needs text, not ${article(given.type)}`, given.at, 'cast it, like x::text');
  }
  const pattern = coerce(binder, bind(expr.pattern), 'text');
  if (pattern === null || !isLiteral(pattern))
    return refuse(binder, `${name} needs a constant pattern`, expr.pattern.at);
  const escapeWith = expr.escape === null ? literal('text', defaultEscape, expr.at) : bind(expr.escape);
  if (!isLiteral(escapeWith) || typeof escapeWith.value !== 'string' || [...escapeWith.value].length > 1) {
    return refuse(binder, 'ESCAPE needs one constant character', escapeWith.at);
  }
  if (typeof pattern.value !== 'string') return literal('boolean', null, expr.at);
  if (parseLike(pattern.value, escapeWith.value) === null) {
    return refuse(binder, `the pattern ends with its escape character "${escapeWith.value}"`, pattern.at, 'double it');
  }
  const node: Expr = {
    kind: 'like',
    type: 'boolean',
    value,
    pattern: pattern.value,
    ignoreCase: expr.ignoreCase,
    escape: escapeWith.value,
    at: expr.at,
  };
  return fold(binder, node, [value]);
}
