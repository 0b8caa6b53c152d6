/** CASE and COALESCE: built from the end, each earlier branch written over the later ones. */
import type { Expr } from '../../query/plan.ts';
import { runsByRow } from './calls.ts';
import { openAfter } from './guards.ts';
import type { Program, Slot, Step } from './program.ts';

export function compileCase(program: Program, expr: Expr & { kind: 'case' }): Slot {
  const { kernels } = program;
  const guarded = runsByRow(expr);
  let open = program.guard;
  const branches = expr.branches.map((branch) => {
    const when = program.compileFor(open, branch.when);
    const chosen = guarded ? openAfter(program, when, 'whenTrue', open) : open;
    const then = program.compileFor(chosen, branch.then);
    if (guarded) open = openAfter(program, when, 'unlessTrue', open);
    return { when, then };
  });
  const otherwise = program.compileFor(open, expr.otherwise);
  const out = program.slot(expr.type);
  const choose = expr.type === 'boolean' ? kernels.choose1 : kernels.choose8;
  program.add(copyTo(program, otherwise, out));
  for (const { when, then } of branches.reverse()) {
    program.add((rows) => choose(when.data, when.flags, then.data, then.flags, rows, out.data, out.flags));
  }
  return out;
}

export function compileCoalesce(program: Program, expr: Expr & { kind: 'coalesce' }): Slot {
  const { kernels } = program;
  let open = program.guard;
  const args = expr.args.map((arg) => {
    const slot = program.compileFor(open, arg);
    if (runsByRow(expr)) open = openAfter(program, slot, 'whenNull', open);
    return slot;
  });
  const last = args.at(-1);
  if (last === undefined) throw new Error('Cannot compile "coalesce" of nothing: the binder must not make it');
  const out = program.slot(expr.type);
  const coalesce = expr.type === 'boolean' ? kernels.coalesce1 : kernels.coalesce8;
  program.add(copyTo(program, last, out));
  for (const arg of args.slice(0, -1).reverse()) {
    program.add((rows) => coalesce(arg.data, arg.flags, rows, out.data, out.flags));
  }
  return out;
}

function copyTo(program: Program, from: Slot, out: Slot): Step {
  const { kernels } = program;
  return (rows) => {
    kernels.copyFlags(from.flags, rows, out.flags);
    if (out.type === 'boolean') kernels.copyFlags(from.data, rows, out.data);
    else kernels.copyValues(from.data, rows, out.data);
  };
}
