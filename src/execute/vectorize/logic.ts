/** AND, OR, NOT and IS NULL. */
import type { Expr } from '../../query/plan.ts';
import { runsByRow } from './calls.ts';
import { openAfter } from './guards.ts';
import type { Program, Slot } from './program.ts';

export function compileLogical(program: Program, expr: Expr & { kind: 'and' | 'or' }): Slot {
  const { kernels } = program;
  const [first, ...rest] = expr.args;
  if (first === undefined) throw new Error(`Cannot compile "${expr.kind}" of nothing: the binder must not make it`);
  let left = program.compile(first);
  if (rest.length === 0) return left;
  const out = program.slot('boolean');
  const [decide, goesOn] =
    expr.kind === 'and' ? ([kernels.and2, 'unlessFalse'] as const) : ([kernels.or2, 'unlessTrue'] as const);
  let open = program.guard;
  for (const arg of rest) {
    if (runsByRow(arg)) open = openAfter(program, left, goesOn, program.guard);
    const right = program.compileFor(open, arg);
    const from = left;
    program.add((rows) => decide(from.data, from.flags, right.data, right.flags, rows, out.data, out.flags));
    left = out;
  }
  return out;
}

export function compileNot(program: Program, expr: Expr & { kind: 'not' }): Slot {
  const value = program.compile(expr.value);
  const out = program.slot('boolean', value.flags);
  program.add((rows) => program.kernels.not1(value.data, rows, out.data));
  return out;
}

export function compileIsNull(program: Program, expr: Expr & { kind: 'isNull' }): Slot {
  const value = program.compile(expr.value);
  const out = program.slot('boolean');
  program.add((rows) => program.kernels.isNull1(value.flags, rows, out.data, out.flags));
  return out;
}
