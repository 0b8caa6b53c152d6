/** Kernels of src/query/functions/comparison.ts. Text equal to a constant, the most frequent filter, has its own. */
import { argument, binary, type Call, type CallKernel, constantOf } from './call-kernel.ts';
import { placeLiteral } from './literals.ts';
import type { Program, Slot } from './program.ts';

type Operator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

type NumberKernel = (a: number, b: number, rows: number, out: number) => void;
type TextKernel = (a: number, b: number, flags: number, rows: number, out: number) => void;

interface Kernels {
  readonly integer: NumberKernel;
  readonly double: NumberKernel;
  readonly boolean: NumberKernel;
  readonly text: TextKernel;
}

function kernelsOf({ kernels }: Program): Readonly<Record<Operator, Kernels>> {
  return {
    eq: {
      integer: kernels.equalInteger,
      double: kernels.equalDouble,
      boolean: kernels.equalBoolean,
      text: kernels.equalText,
    },
    ne: {
      integer: kernels.differInteger,
      double: kernels.differDouble,
      boolean: kernels.differBoolean,
      text: kernels.differText,
    },
    lt: {
      integer: kernels.lessInteger,
      double: kernels.lessDouble,
      boolean: kernels.lessBoolean,
      text: kernels.lessText,
    },
    le: {
      integer: kernels.lessEqualInteger,
      double: kernels.lessEqualDouble,
      boolean: kernels.lessEqualBoolean,
      text: kernels.lessEqualText,
    },
    gt: {
      integer: kernels.greaterInteger,
      double: kernels.greaterDouble,
      boolean: kernels.greaterBoolean,
      text: kernels.greaterText,
    },
    ge: {
      integer: kernels.greaterEqualInteger,
      double: kernels.greaterEqualDouble,
      boolean: kernels.greaterEqualBoolean,
      text: kernels.greaterEqualText,
    },
  };
}

const operators = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const satisfies readonly Operator[];
const numberTypes = [
  ['integer', 'integer'],
  ['timestamp', 'integer'],
  ['double', 'double'],
  ['boolean', 'boolean'],
] as const;

export const comparisonKernels: Readonly<Record<string, CallKernel>> = {
  ...Object.fromEntries(
    operators.flatMap((operator) =>
      numberTypes.map(([type, stored]) => [
        `${operator}(${type},${type})`,
        binary((program) => kernelsOf(program)[operator][stored]),
      ]),
    ),
  ),
  ...Object.fromEntries(
    operators.map((operator) => [
      `${operator}(text,text)`,
      (program: Program, call: Call) =>
        (operator === 'eq' || operator === 'ne' ? equalConstant(program, call, operator) : null) ??
        compareTexts(program, call, operator),
    ]),
  ),
  ...Object.fromEntries(
    (['integer', 'timestamp', 'double', 'boolean', 'text'] as const).flatMap((type) => [
      [`isDistinct(${type},${type})`, isDistinct],
      [`greatest(${type},${type})`, (program: Program, call: Call) => extreme(program, call, 'ge')],
      [`least(${type},${type})`, (program: Program, call: Call) => extreme(program, call, 'le')],
    ]),
  ),
};

function compareTexts(program: Program, call: Call, operator: Operator): Slot {
  const a = argument(program, call, 0);
  const b = argument(program, call, 1);
  const out = program.slot('boolean', program.strictFlags([a, b], false));
  const run = kernelsOf(program)[operator].text;
  program.add((rows) => run(a.data, b.data, out.flags, rows, out.data));
  return out;
}

function equalConstant(program: Program, call: Call, operator: 'eq' | 'ne'): Slot | null {
  const [left, right] = call.args;
  const onRight = constantOf(right);
  const constant = onRight ?? constantOf(left);
  const side = onRight === undefined ? right : left;
  if (typeof constant !== 'string' || side === undefined) return null;
  const a = program.compile(side);
  const out = program.slot('boolean', program.strictFlags([a], false));
  const { address, length } = placeLiteral(program, constant);
  const run = operator === 'eq' ? program.kernels.equalOneText : program.kernels.differOneText;
  program.add((rows) => run(a.data, out.flags, rows, address, length, out.data));
  return out;
}

/** The comparison of a call's two arguments, under their combined flags. */
function compared(program: Program, call: Call, operator: Operator): Slot {
  const type = argument(program, call, 0).type;
  return program.compile({ ...call, type: 'boolean', fn: `${operator}(${type},${type})` });
}

function isDistinct(program: Program, call: Call): Slot {
  const a = argument(program, call, 0);
  const b = argument(program, call, 1);
  const differ = compared(program, call, 'ne');
  const out = program.slot('boolean');
  program.add((rows) => program.kernels.distinct1(a.flags, b.flags, differ.data, rows, out.data, out.flags));
  return out;
}

/** greatest (`ge`) and least (`le`): the first argument where the comparison holds. */
function extreme(program: Program, call: Call, operator: 'ge' | 'le'): Slot {
  const { kernels } = program;
  const a = argument(program, call, 0);
  const b = argument(program, call, 1);
  const first = compared(program, call, operator);
  const out = program.slot(call.type);
  const pick = call.type === 'boolean' ? kernels.pick1 : kernels.pick8;
  program.add((rows) => pick(a.data, a.flags, b.data, b.flags, first.data, rows, out.data, out.flags));
  return out;
}
