/** Function calls that are not aggregates: by overload, but for those that are other nodes of the plan in disguise. */
import type { AstExpr } from '../ast.ts';
import { functionAliases, rewrittenNames } from '../functions/table.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse, refuseFunction } from './binder.ts';
import { asBoolean, coerce } from './coerce.ts';
import { bindCoalesce, choose, nullIf } from './conditional.ts';
import { fold, literal } from './fold.ts';
import { callOverload, chooseOverload } from './overload.ts';
import { bindTimeCall } from './time-call.ts';
import { unify } from './unify.ts';

export type Call = Extract<AstExpr, { kind: 'call' }>;

export function bindCall(binder: Binder, call: Call, bind: (inner: AstExpr) => Expr): Expr {
  const { name, at } = call;
  const known = binder.functions.overloadsOf(name).some((overload) => overload.syntax === 'function');
  if (!known && !rewrittenNames.has(name)) refuseFunction(binder, name, at);
  if (call.star) refuse(binder, `${name}(*) has no meaning`, at);
  if (call.distinct) refuse(binder, `DISTINCT is for aggregates, not for ${name}`, at);
  if (call.filter !== null) refuse(binder, `FILTER is for aggregates, not for ${name}`, at);
  const args = call.args.map(bind);
  return bindDisguised(binder, name, args, at) ?? bindOverload(binder, name, args, at);
}

function bindDisguised(binder: Binder, name: string, args: readonly Expr[], at: number): Expr | null {
  const [first, second, third] = args;
  switch (name) {
    case 'nullif':
      if (first === undefined || second === undefined || third !== undefined) return wrongCount(binder, name, at);
      return nullIf(binder, first, second, at);
    case 'coalesce':
    case 'ifnull':
      return bindCoalesce(binder, args, at);
    case 'if':
    case 'iif':
      if (first === undefined || second === undefined || third === undefined) return wrongCount(binder, name, at);
      return choose(binder, [{ when: asBoolean(binder, first, 'if'), result: second }], third, at);
    case 'concat':
      // unlike ||, concat takes NULL for an empty text
      return concat(
        binder,
        args.map((arg) => bindCoalesce(binder, [asText(binder, arg), literal('text', '', arg.at)], arg.at)),
        at,
      );
    case 'greatest':
    case 'least':
      if (args.length < 2) return first ?? wrongCount(binder, name, at);
      return variadic(binder, name, unify(binder, args, 'compare', at), at);
    case 'utc':
      // a field that is a timestamp has lost its offset: read its text instead
      if (first?.kind !== 'column' || first.type !== 'timestamp' || second !== undefined) return null;
      return bindOverload(binder, name, [{ ...first, type: 'text' }], at);
    case 'date_trunc':
    case 'date_part':
    case 'extract':
      return bindTimeCall(binder, name, args, at);
    default:
      return null;
  }
}

function wrongCount(binder: Binder, name: string, at: number): never {
  refuse(binder, `wrong number of arguments of ${name}`, at);
}

function bindOverload(binder: Binder, name: string, args: readonly Expr[], at: number): Expr {
  const overload = chooseOverload(binder, name, args);
  if (overload !== null) return callOverload(binder, overload, args, at);
  const canonical = functionAliases[name] ?? name;
  const forms = binder.functions
    .overloadsOf(name)
    .filter((each) => each.syntax === 'function')
    .map((each) => each.id);
  const given = `${canonical}(${args.map((arg) => arg.type).join(',')})`;
  return refuse(binder, `there is no ${given}`, at, `there is ${forms.join(', ')}`);
}

/** f(a, b, c) as f(f(a, b), c). */
function variadic(binder: Binder, name: string, args: readonly Expr[], at: number): Expr {
  const [first, ...rest] = args;
  if (first === undefined) return wrongCount(binder, name, at);
  return rest.reduce((left, right) => bindOverload(binder, name, [left, right], at), first);
}

/** `||`: NULL where an operand is; operands that are not text are printed. */
export function concat(binder: Binder, args: readonly Expr[], at: number): Expr {
  const texts = args.map((arg) => asText(binder, arg));
  const [first, ...rest] = texts;
  if (first === undefined) return literal('text', '', at);
  return rest.reduce(
    (left, right) =>
      fold(binder, { kind: 'call', type: 'text', fn: 'concat(text,text)', args: [left, right], at }, [left, right]),
    first,
  );
}

function asText(binder: Binder, expr: Expr): Expr {
  if (expr.type === 'interval') refuse(binder, 'an interval cannot be made text', expr.at);
  const text = coerce(binder, expr, 'text');
  return text ?? fold(binder, { kind: 'cast', type: 'text', value: expr, lenient: false, at: expr.at }, [expr]);
}
