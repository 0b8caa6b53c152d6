/**
 * The reference evaluator: what every expression of a plan means. Kernels must agree with it; what no kernel does runs
 * here, value by value. Three-valued logic; the order is defined: AND, OR, CASE, COALESCE go left to right and stop as
 * soon as the answer is known. Arguments of a call are all evaluated, left to right, so that the leftmost failure is the
 * one reported and NULL beside a failure is a failure.
 */
import type { SqlType, Value } from '../core/value.ts';
import { castValue } from './cast.ts';
import { EvaluationFailure } from './evaluation-failure.ts';
import { compareValues } from './functions/comparison.ts';
import { builtIns, type FunctionRegistry } from './functions/registry.ts';
import { compileLike, type LikeMatcher } from './like.ts';
import type { Expr } from './plan.ts';

/** Where columns, keys and aggregates come from. */
export interface Environment {
  /** What can be called; the language's own functions unless said. */
  readonly functions?: FunctionRegistry;
  /** The record's column decoded as the type; throws EvaluationFailure where the bytes do not fit. */
  column(index: number, type: SqlType): Value;
  key(index: number): Value;
  aggregate(index: number): Value;
}

/** Throws EvaluationFailure where the expression has no value for this record. */
export function evaluate(expr: Expr, env: Environment): Value {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'column':
      return env.column(expr.column, expr.type);
    case 'key':
      return env.key(expr.index);
    case 'aggregate':
      return env.aggregate(expr.index);
    case 'call':
      return call(expr, env);
    case 'and':
      return logical(expr.args, env, false);
    case 'or':
      return logical(expr.args, env, true);
    case 'not': {
      const value = evaluate(expr.value, env);
      return value === null ? null : value !== true;
    }
    case 'isNull':
      return evaluate(expr.value, env) === null;
    case 'in': {
      const value = evaluate(expr.value, env);
      if (value === null) return null;
      if (expr.options.some((option) => compareValues(value, option) === 0)) return true;
      return expr.hasNull ? null : false;
    }
    case 'like': {
      const value = evaluate(expr.value, env);
      return typeof value === 'string' ? matcherOf(expr)(value) : null;
    }
    case 'case': {
      const branch = expr.branches.find(({ when }) => evaluate(when, env) === true);
      return evaluate(branch?.then ?? expr.otherwise, env);
    }
    case 'coalesce': {
      for (const arg of expr.args) {
        const value = evaluate(arg, env);
        if (value !== null) return value;
      }
      return null;
    }
    case 'cast':
      return cast(expr, env);
    default:
      return unreachable(expr);
  }
}

function call(expr: Expr & { kind: 'call' }, env: Environment): Value {
  const fn = (env.functions ?? builtIns).functionById(expr.fn);
  const values = expr.args.map((arg) => evaluate(arg, env));
  if (fn.strict && values.includes(null)) return null;
  return fn.scalar(...values);
}

/** AND (`decisive` false) and OR (`decisive` true): the decisive value ends it, NULL is remembered. */
function logical(args: readonly Expr[], env: Environment, decisive: boolean): Value {
  let sawNull = false;
  for (const arg of args) {
    const value = evaluate(arg, env);
    if (value === decisive) return decisive;
    if (value === null) sawNull = true;
  }
  return sawNull ? null : !decisive;
}

function cast(expr: Expr & { kind: 'cast' }, env: Environment): Value {
  const value = evaluate(expr.value, env); // outside the try: only the conversion itself is lenient
  if (!expr.lenient) return castValue(value, expr.value.type, expr.type);
  try {
    return castValue(value, expr.value.type, expr.type);
  } catch (error) {
    if (error instanceof EvaluationFailure) return null;
    throw error;
  }
}

/** Compiled patterns live as long as the plan's node does. */
const matchers = new WeakMap<object, LikeMatcher>();

function matcherOf(expr: Expr & { kind: 'like' }): LikeMatcher {
  let matcher = matchers.get(expr);
  if (matcher === undefined) {
    matcher = compileLike(expr.pattern, expr.escape, expr.ignoreCase);
    matchers.set(expr, matcher);
  }
  return matcher;
}

function unreachable(expr: never): never {
  throw new Error(`Cannot evaluate ${JSON.stringify(expr)}`);
}
