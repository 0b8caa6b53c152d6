/**
 * Calls: a kernel where the table below has one for the overload (and for these arguments), otherwise the function
 * itself, row by row. Adding a kernel is one entry in the file of its subject.
 */

import type { Expr } from '../../query/plan.ts';
import { arithmeticKernels } from './arithmetic.ts';
import { argumentReader, type Call, type CallKernel } from './call-kernel.ts';
import { comparisonKernels } from './comparison.ts';
import type { Program, Slot } from './program.ts';
import { computeRow, forEachValid } from './rows.ts';
import { textKernels } from './text.ts';
import { timeKernels } from './time.ts';

const callKernels: Readonly<Record<string, CallKernel>> = {
  ...arithmeticKernels,
  ...comparisonKernels,
  ...textKernels,
  ...timeKernels,
};

export function compileCall(program: Program, call: Call): Slot {
  return callKernels[call.fn]?.(program, call) ?? callByRow(program, call);
}

/** Whether the expression has a part without any kernel, which is worth guarding (guards.ts). */
export function runsByRow(expr: Expr): boolean {
  switch (expr.kind) {
    case 'call':
      return callKernels[expr.fn] === undefined || expr.args.some(runsByRow);
    case 'and':
    case 'or':
    case 'coalesce':
      return expr.args.some(runsByRow);
    case 'case':
      return expr.branches.some(({ when, then }) => runsByRow(when) || runsByRow(then)) || runsByRow(expr.otherwise);
    case 'not':
    case 'isNull':
    case 'in':
    case 'like':
    case 'cast':
      return runsByRow(expr.value);
    default:
      return false;
  }
}

function callByRow(program: Program, call: Call): Slot {
  const { kernels } = program;
  const fn = program.functions.functionById(call.fn);
  const values = call.args.filter(({ kind, type }) => kind !== 'literal' || type !== 'interval');
  const slots = values.map((arg) => program.compile(arg));
  const read = argumentReader(program, call);
  const out = program.slot(call.type);
  if (fn.strict) {
    const flags = program.strictFlags(slots, false);
    program.add((rows) => kernels.copyFlags(flags, rows, out.flags));
  } else {
    // NULL is a value to such a function: only failures stop it, the leftmost first
    program.add((rows) => kernels.fill1(out.flags, rows, 0));
    for (const { flags } of slots) program.add((rows) => kernels.mergeErrors(flags, rows, out.flags));
  }
  const open = program.guard;
  if (open !== 0) program.add((rows) => kernels.closeFlags(open, rows, out.flags));
  program.add((rows) =>
    forEachValid(program, out.flags, rows, (row) =>
      computeRow(program, out, row, false, () => fn.scalar(...read(row))),
    ),
  );
  return out;
}
