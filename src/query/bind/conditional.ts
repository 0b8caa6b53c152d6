/** CASE and its relatives: COALESCE, NULLIF, IS TRUE. */
import type { AstExpr } from '../ast.ts';
import type { Expr } from '../plan.ts';
import type { Binder } from './binder.ts';
import { asBoolean } from './coerce.ts';
import { isLiteral, literal } from './fold.ts';
import { compare } from './operator.ts';
import { unify } from './unify.ts';

interface Branch {
  readonly when: Expr;
  readonly result: Expr;
}

export function bindCase(
  binder: Binder,
  expr: Extract<AstExpr, { kind: 'case' }>,
  bind: (inner: AstExpr) => Expr,
): Expr {
  const { subject } = expr;
  const branches = expr.branches.map(({ when, result }) => ({
    when:
      subject === null
        ? asBoolean(binder, bind(when), 'WHEN')
        : compare(binder, 'eq', [bind(subject), bind(when)], when.at),
    result: bind(result),
  }));
  const otherwise = expr.otherwise === null ? literal('null', null, expr.at) : bind(expr.otherwise);
  return choose(binder, branches, otherwise, expr.at);
}

/** CASE over bound parts: results in their common type, branches that constants decide taken or dropped. */
export function choose(binder: Binder, branches: readonly Branch[], otherwise: Expr, at: number): Expr {
  const results = unify(binder, [...branches.map((branch) => branch.result), otherwise], 'choose between', at);
  let last = results[branches.length] ?? otherwise;
  const kept: { when: Expr; result: Expr }[] = [];
  for (const [index, { when, result }] of branches.entries()) {
    const typed = results[index] ?? result;
    if (isLiteral(when) && when.value !== true) continue;
    if (isLiteral(when)) {
      last = typed;
      break;
    }
    kept.push({ when, result: typed });
  }
  if (kept.length === 0) return last;
  return caseNode(kept, last, at);
}

function caseNode(branches: readonly Branch[], otherwise: Expr, at: number): Expr {
  const planned = branches.map(({ when, result }) => ({ when, then: result }));
  return { kind: 'case', type: otherwise.type, branches: planned, otherwise, at };
}

export function bindCoalesce(binder: Binder, args: readonly Expr[], at: number): Expr {
  const unified = unify(binder, args, 'choose between', at);
  const kept: Expr[] = [];
  for (const arg of unified) {
    if (isLiteral(arg) && arg.value === null) continue;
    kept.push(arg);
    if (isLiteral(arg)) break; // never NULL: what follows is not reached
  }
  const [only] = kept;
  if (only === undefined) return literal(unified[0]?.type ?? 'null', null, at);
  return kept.length === 1 ? only : { kind: 'coalesce', type: only.type, args: kept, at };
}

/** NULL where both are equal, else the first. */
export function nullIf(binder: Binder, value: Expr, other: Expr, at: number): Expr {
  const equal = compare(binder, 'eq', [value, other], at);
  return choose(binder, [{ when: equal, result: literal('null', null, at) }], value, at);
}

/** IS TRUE and IS FALSE are never NULL. */
export function bindTruth(
  binder: Binder,
  expr: Extract<AstExpr, { kind: 'isTruth' }>,
  bind: (inner: AstExpr) => Expr,
): Expr {
  const value = asBoolean(binder, bind(expr.value), 'IS TRUE');
  const when: Expr = expr.truth ? value : { kind: 'not', type: 'boolean', value, at: expr.at };
  const folded = isLiteral(value) ? literal('boolean', value.value === expr.truth, expr.at) : when;
  if (isLiteral(folded)) return folded;
  const result = literal('boolean', true, expr.at);
  return choose(binder, [{ when: folded, result }], literal('boolean', false, expr.at), expr.at);
}
