/** Operators: arithmetic by overload, comparisons in their common type, `||` over anything that prints. */
import type { AstExpr } from '../ast.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { concat } from './call.ts';
import { coerce } from './coerce.ts';
import { fold } from './fold.ts';
import { callOverload, chooseOverload } from './overload.ts';
import { unify } from './unify.ts';

type Operator = Extract<AstExpr, { kind: 'operator' }>;

const arithmetic: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '//': 'intdiv',
  '%': 'mod',
};

const comparisons: Readonly<Record<string, string>> = {
  '=': 'eq',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  'is distinct from': 'isDistinct',
};

export function bindOperator(binder: Binder, expr: Operator, bind: (inner: AstExpr) => Expr): Expr {
  const args = expr.args.map(bind);
  const comparison = comparisons[expr.sign];
  if (comparison !== undefined) return compare(binder, comparison, args, expr.at);
  if (expr.sign === '||') return concat(binder, args, expr.at);
  return compute(binder, expr.sign, args, expr.at);
}

/** `fn`: eq, ne, lt, le, gt, ge or isDistinct. */
export function compare(binder: Binder, fn: string, args: readonly Expr[], at: number): Expr {
  const unified = unify(binder, args, 'compare', at);
  const common = unified[0]?.type ?? 'null';
  if (common === 'interval') refuse(binder, 'intervals cannot be compared', at);
  const type = common === 'null' ? 'text' : common; // NULL = NULL: any type will do
  const typed = unified.map((arg) => coerce(binder, arg, type) ?? arg);
  return fold(binder, { kind: 'call', type: 'boolean', fn: `${fn}(${type},${type})`, args: typed, at }, typed);
}

function compute(binder: Binder, sign: string, args: readonly Expr[], at: number): Expr {
  const unary = args.length === 1;
  // a plus sign computes nothing, but what it stands before must be a number
  const name = unary ? 'neg' : (arithmetic[sign] ?? sign);
  const overload = chooseOverload(binder, name, args);
  if (overload === null) {
    const types = args.map((arg) => arg.type);
    const problem = unary ? `cannot compute ${sign} ${types[0]}` : `cannot compute ${types.join(` ${sign} `)}`;
    return refuse(binder, problem, at, remedyFor(sign, args));
  }
  const call = callOverload(binder, overload, args, at);
  if (unary && sign === '+') return call.kind === 'call' ? (call.args[0] ?? call) : (args[0] ?? call);
  return call;
}

function remedyFor(sign: string, args: readonly Expr[]): string {
  const types = args.map((arg) => arg.type);
  if (types.every((type) => type === 'timestamp')) return 'write epoch(a) - epoch(b), in seconds';
  if (sign === '//' && types.includes('double')) return 'write floor(a / b)';
  if (types.includes('timestamp')) return "add or subtract an interval, like time - INTERVAL '1 hour'";
  return 'cast the operands to numbers, like x::double';
}
