/** Conversions between types, decoding of text among them; src/query/cast.ts is the reference. */
import type { SqlType } from '../../core/value.ts';
import { castValue } from '../../query/cast.ts';
import type { Expr } from '../../query/plan.ts';
import { placePowers } from './power-table.ts';
import type { Program, Slot, Step } from './program.ts';
import { computeRow, forEachValid, forListedRows, rowReader } from './rows.ts';

const nullFlag = 1;
const notIntegerFlag = 4;
const notNumberFlag = 5;
const notTimestampFlag = 6;
const notBooleanFlag = 7;
const overflowFlag = 8;

export function compileCast(program: Program, expr: Expr & { kind: 'cast' }): Slot {
  return convert(program, program.compile(expr.value), expr.type, expr.lenient);
}

/** `lenient`: NULL where a value does not fit. Once per vector and target, whoever asks. */
export function convert(program: Program, from: Slot, to: SqlType, lenient: boolean): Slot {
  if (from.type === to) return from;
  return program.once(`convert ${from.id} ${to} ${lenient}`, () => {
    const kernel = kernels[`${from.type} to ${to}`];
    if (kernel === undefined) return convertByRow(program, from, to, lenient);
    const out = program.slot(to, program.strictFlags([from], kernel.fails));
    program.add(kernel.step(program, from, out, lenient));
    return out;
  });
}

interface ConversionKernel {
  /** Whether values may not fit: then the result has flags of its own. */
  readonly fails: boolean;
  readonly step: (program: Program, from: Slot, out: Slot, lenient: boolean) => Step;
}

const kernels: Readonly<Record<string, ConversionKernel>> = {
  'text to integer': {
    fails: true,
    step: ({ kernels }, from, out, lenient) => {
      const notInteger = lenient ? nullFlag : notIntegerFlag;
      const overflow = lenient ? nullFlag : overflowFlag;
      return (rows) => kernels.decodeInteger(from.data, out.flags, rows, out.data, notInteger, overflow);
    },
  },
  'text to double': { fails: true, step: decodeDouble },
  'text to boolean': {
    fails: true,
    step: ({ kernels }, from, out, lenient) => {
      const code = lenient ? nullFlag : notBooleanFlag;
      return (rows) => kernels.decodeBoolean(from.data, out.flags, rows, out.data, code);
    },
  },
  'text to timestamp': {
    fails: true,
    step: (program, from, out, lenient) => {
      const decide = decideRow(program, from, out, lenient);
      return (rows) => {
        const left = program.kernels.decodeTimestamp(from.data, out.flags, rows, out.data, program.rowList);
        forListedRows(program, left, decide);
      };
    },
  },
  'integer to double': {
    fails: false,
    step:
      ({ kernels }, from, out) =>
      (rows) =>
        kernels.integerToDouble(from.data, rows, out.data),
  },
  'integer to boolean': {
    fails: false,
    step:
      ({ kernels }, from, out) =>
      (rows) =>
        kernels.integerToBoolean(from.data, rows, out.data),
  },
  'boolean to integer': {
    fails: false,
    step:
      ({ kernels }, from, out) =>
      (rows) =>
        kernels.booleanToInteger(from.data, rows, out.data),
  },
  'double to integer': {
    fails: true,
    step: ({ kernels }, from, out, lenient) => {
      const code = lenient ? nullFlag : overflowFlag;
      return (rows) => kernels.doubleToInteger(from.data, out.flags, rows, out.data, code);
    },
  },
  'integer to timestamp': {
    fails: true,
    step: ({ kernels }, from, out, lenient) => {
      const code = lenient ? nullFlag : notTimestampFlag;
      return (rows) => kernels.integerToTimestamp(from.data, out.flags, rows, out.data, code);
    },
  },
};

/** The table of powers is only made when a number comes that needs it: most logs have none. */
function decodeDouble(program: Program, from: Slot, out: Slot, lenient: boolean): Step {
  const { kernels, rowList } = program;
  const code = lenient ? nullFlag : notNumberFlag;
  const decide = decideRow(program, from, out, lenient);
  let powers = 0;
  return (rows) => {
    let left = kernels.decodeDouble(from.data, out.flags, rows, out.data, code, powers, rowList);
    if (left > 0 && powers === 0) {
      powers = placePowers(program);
      left = kernels.decodeDouble(from.data, out.flags, rows, out.data, code, powers, rowList);
    }
    forListedRows(program, left, decide);
  };
}

function decideRow(program: Program, from: Slot, out: Slot, lenient: boolean): (row: number) => void {
  const read = rowReader(program, from);
  return (row) => computeRow(program, out, row, lenient, () => castValue(read(row), from.type, out.type));
}

/** NULL has no data to convert; the rest is printing, which is rare in front of grouping. */
function convertByRow(program: Program, from: Slot, to: SqlType, lenient: boolean): Slot {
  const out = program.slot(to);
  const { kernels } = program;
  const decide = decideRow(program, from, out, lenient);
  program.add((rows) => {
    kernels.copyFlags(from.flags, rows, out.flags);
    forEachValid(program, out.flags, rows, decide);
  });
  return out;
}
