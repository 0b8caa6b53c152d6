/** AND, OR, NOT and IS NULL. */
import type { Expr } from '../../query/plan.ts';
import type { Program, Slot } from './program.ts';

export function compileLogical(program: Program, expr: Expr & { kind: 'and' | 'or' }): Slot {
  const args = expr.args.map((arg) => program.compile(arg));
  const { kernels } = program;
  const [first, ...rest] = args;
  if (first === undefined) throw new Error(`Cannot compile "${expr.kind}" of nothing: the binder must not make it`);
  if (rest.length === 0) return first;
  const out = program.slot('boolean');
  const decide = expr.kind === 'and' ? kernels.and2 : kernels.or2;
  let left: Slot = first;
  for (const right of rest) {
    const { data, flags } = left;
    program.add((rows) => decide(data, flags, right.data, right.flags, rows, out.data, out.flags));
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
