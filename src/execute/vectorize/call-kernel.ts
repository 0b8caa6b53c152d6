/** The shapes in which kernels are called, shared by the tables of arithmetic, comparison, text and time. */
import type { Value } from '../../core/value.ts';
import type { Expr } from '../../query/plan.ts';
import type { Program, Slot } from './program.ts';
import { computeRow, rowReader } from './rows.ts';

export type Call = Expr & { kind: 'call' };

/** Null where the kernel does not take these arguments (a width that varies by row): then the function runs by row. */
export type CallKernel = (program: Program, call: Call) => Slot | null;

/** The argument's value where it is a constant and not NULL. */
export function constantOf(expr: Expr | undefined): Exclude<Value, null> | undefined {
  return expr?.kind === 'literal' && expr.value !== null ? expr.value : undefined;
}

export function argument(program: Program, call: Call, index: number): Slot {
  const expr = call.args[index];
  if (expr === undefined) throw new Error(`Cannot compile ${call.fn}: it has ${call.args.length} arguments`);
  return program.compile(expr);
}

/** `kernel(a, rows, out)`: one argument, cannot fail. */
export function unary(kernel: (program: Program) => (a: number, rows: number, out: number) => void): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const out = program.slot(call.type, a.flags);
    const run = kernel(program);
    program.add((rows) => run(a.data, rows, out.data));
    return out;
  };
}

/** `kernel(a, rows, out, flags)`: one argument, may fail. */
export function unaryFailing(
  kernel: (program: Program) => (a: number, rows: number, out: number, flags: number) => void,
): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const out = program.slot(call.type, program.strictFlags([a], true));
    const run = kernel(program);
    program.add((rows) => run(a.data, rows, out.data, out.flags));
    return out;
  };
}

/** `kernel(a, b, rows, out)`: two arguments, cannot fail. */
export function binary(
  kernel: (program: Program) => (a: number, b: number, rows: number, out: number) => void,
): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const b = argument(program, call, 1);
    const out = program.slot(call.type, program.strictFlags([a, b], false));
    const run = kernel(program);
    program.add((rows) => run(a.data, b.data, rows, out.data));
    return out;
  };
}

/** `kernel(a, b, rows, out, flags)`: two arguments, may fail or give NULL. */
export function binaryFailing(
  kernel: (program: Program) => (a: number, b: number, rows: number, out: number, flags: number) => void,
): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const b = argument(program, call, 1);
    const out = program.slot(call.type, program.strictFlags([a, b], true));
    const run = kernel(program);
    program.add((rows) => run(a.data, b.data, rows, out.data, out.flags));
    return out;
  };
}

/** The argument itself, under another type where need be. */
export const identity: CallKernel = (program, call) => {
  const a = argument(program, call, 0);
  if (a.type === call.type) return a;
  const out = program.slot(call.type, a.flags);
  program.add((rows) => program.kernels.copyValues(a.data, rows, out.data));
  return out;
};

/** Reads the arguments of a row as JavaScript values; constants, intervals among them, are as they are. */
export function argumentReader(program: Program, call: Call): (row: number) => Value[] {
  const readers = call.args.map((arg) => {
    if (arg.kind === 'literal') return () => arg.value;
    return rowReader(program, program.compile(arg));
  });
  return (row) => readers.map((read) => read(row));
}

/** Decides a row that the call's kernel has left, by the function itself. */
export function functionByRow(program: Program, call: Call, out: Slot): (row: number) => void {
  const fn = program.functions.functionById(call.fn);
  const read = argumentReader(program, call);
  return (row) => computeRow(program, out, row, false, () => fn.scalar(...read(row)));
}
