/** Kernels of src/query/functions/text.ts. Rows that need more than ASCII or valid UTF-8 run the function itself. */
import { argument, type Call, type CallKernel, constantOf, functionByRow } from './call-kernel.ts';
import { placeLiteral } from './literals.ts';
import type { Program, Slot } from './program.ts';
import { forListedRows } from './rows.ts';

const maxInteger = 2n ** 63n - 1n;

function changeCase(which: 'lowerText' | 'upperText'): CallKernel {
  return (program, call) => {
    const { kernels, rowList, cursor } = program;
    const a = argument(program, call, 0);
    const out = program.slot('text', program.strictFlags([a], false));
    const decide = functionByRow(program, call, out);
    const run = kernels[which];
    program.add((rows) => {
      openScratch(program, kernels.textBytes(a.data, out.flags, rows));
      const left = run(a.data, out.flags, rows, out.data, cursor, rowList);
      closeScratch(program);
      forListedRows(program, left, decide);
    });
    return out;
  };
}

/** Makes room for `bytes` of text and hands its address to the next kernel. */
function openScratch(program: Program, bytes: number): void {
  const address = program.scratch.reserve(bytes);
  program.arena.u32[program.cursor / 4] = address;
}

/** Takes what the kernel has written. */
function closeScratch(program: Program): void {
  program.scratch.commit(program.arena.u32[program.cursor / 4] ?? 0);
}

const length: CallKernel = (program, call) => {
  const a = argument(program, call, 0);
  const out = program.slot('integer', program.strictFlags([a], false));
  const decide = functionByRow(program, call, out);
  program.add((rows) => {
    const left = program.kernels.lengthText(a.data, out.flags, rows, out.data, program.rowList);
    forListedRows(program, left, decide);
  });
  return out;
};

/** Characters [from, to) of the first argument, counted from 0. */
function slice(program: Program, call: Call, from: bigint, to: bigint): Slot {
  const a = argument(program, call, 0);
  const out = program.slot('text', program.strictFlags([a], false));
  const decide = functionByRow(program, call, out);
  const end = to > maxInteger ? maxInteger : to;
  program.add((rows) => {
    const left = program.kernels.sliceText(a.data, out.flags, rows, from, end, out.data, program.rowList);
    forListedRows(program, left, decide);
  });
  return out;
}

/** Constant positions from the start; a position from the end needs the text's length first. */
const substring: CallKernel = (program, call) => {
  const start = constantOf(call.args[1]);
  if (typeof start !== 'bigint' || start < 0n) return null;
  if (call.args.length === 2) return slice(program, call, start - 1n, maxInteger);
  const size = constantOf(call.args[2]);
  if (typeof size !== 'bigint' || size < 0n) return null;
  return slice(program, call, start - 1n, start - 1n + size);
};

const left: CallKernel = (program, call) => {
  const count = constantOf(call.args[1]);
  return typeof count === 'bigint' && count >= 0n ? slice(program, call, 0n, count) : null;
};

const splitPart: CallKernel = (program, call) => {
  const delimiter = constantOf(call.args[1]);
  const part = constantOf(call.args[2]);
  if (typeof delimiter !== 'string' || typeof part !== 'bigint' || !isFindable(delimiter)) return null;
  const a = argument(program, call, 0);
  const out = program.slot('text', program.strictFlags([a], false));
  const { address, length } = placeLiteral(program, delimiter);
  program.add((rows) => program.kernels.splitPart(a.data, out.flags, rows, address, length, part, out.data));
  return out;
};

/** U+FFFD also stands for bytes that are no UTF-8, which a search by bytes does not see. */
function isFindable(text: string): boolean {
  return text !== '' && !text.includes('\ufffd');
}

function affix(atEnd: 0 | 1): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const b = argument(program, call, 1);
    const out = program.slot('boolean', program.strictFlags([a, b], false));
    program.add((rows) => program.kernels.affixText(a.data, b.data, out.flags, rows, atEnd, out.data));
    return out;
  };
}

const contains: CallKernel = (program, call) => {
  const a = argument(program, call, 0);
  const b = argument(program, call, 1);
  const out = program.slot('boolean', program.strictFlags([a, b], false));
  program.add((rows) => program.kernels.containsText(a.data, b.data, out.flags, rows, out.data));
  return out;
};

function trim(sides: 1 | 2 | 3): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const out = program.slot('text', program.strictFlags([a], false));
    program.add((rows) => program.kernels.trimText(a.data, out.flags, rows, sides, out.data));
    return out;
  };
}

const concat: CallKernel = (program, call) => {
  const { kernels } = program;
  const a = argument(program, call, 0);
  const b = argument(program, call, 1);
  const out = program.slot('text', program.strictFlags([a, b], false));
  program.add((rows) => {
    const bytes = kernels.textBytes(a.data, out.flags, rows) + kernels.textBytes(b.data, out.flags, rows);
    openScratch(program, bytes);
    kernels.concatText(a.data, b.data, out.flags, rows, out.data, program.cursor);
    closeScratch(program);
  });
  return out;
};

export const textKernels: Readonly<Record<string, CallKernel>> = {
  'concat(text,text)': concat,
  'lower(text)': changeCase('lowerText'),
  'upper(text)': changeCase('upperText'),
  'length(text)': length,
  'substring(text,integer)': substring,
  'substring(text,integer,integer)': substring,
  'left(text,integer)': left,
  'split_part(text,text,integer)': splitPart,
  'starts_with(text,text)': affix(0),
  'ends_with(text,text)': affix(1),
  'contains(text,text)': contains,
  'trim(text)': trim(3),
  'ltrim(text)': trim(1),
  'rtrim(text)': trim(2),
};
