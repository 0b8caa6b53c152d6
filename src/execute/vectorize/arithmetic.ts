/** Kernels of src/query/functions/arithmetic.ts. */
import { argument, binaryFailing, type CallKernel, constantOf, identity, unary, unaryFailing } from './call-kernel.ts';

/** By a constant number of decimal places; the others are rare. */
const roundDecimals: CallKernel = (program, call) => {
  const places = constantOf(call.args[1]);
  if (typeof places !== 'bigint' || places < 0n) return null;
  const a = argument(program, call, 0);
  if (places > 15n) return a;
  const out = program.slot('double', a.flags);
  const scale = 10 ** Number(places);
  program.add((rows) => program.kernels.roundDecimals(a.data, rows, out.data, scale));
  return out;
};

export const arithmeticKernels: Readonly<Record<string, CallKernel>> = {
  'add(integer,integer)': binaryFailing(({ kernels }) => kernels.addInteger),
  'add(double,double)': binaryFailing(({ kernels }) => kernels.addDouble),
  'sub(integer,integer)': binaryFailing(({ kernels }) => kernels.subtractInteger),
  'sub(double,double)': binaryFailing(({ kernels }) => kernels.subtractDouble),
  'mul(integer,integer)': binaryFailing(({ kernels }) => kernels.multiplyInteger),
  'mul(double,double)': binaryFailing(({ kernels }) => kernels.multiplyDouble),
  'div(double,double)': binaryFailing(({ kernels }) => kernels.divideDouble),
  'intdiv(integer,integer)': binaryFailing(({ kernels }) => kernels.divideInteger),
  'mod(integer,integer)': binaryFailing(({ kernels }) => kernels.moduloInteger),
  'neg(integer)': unaryFailing(({ kernels }) => kernels.negateInteger),
  'neg(double)': unary(({ kernels }) => kernels.negateDouble),
  'abs(integer)': unaryFailing(({ kernels }) => kernels.absoluteInteger),
  'abs(double)': unary(({ kernels }) => kernels.absoluteDouble),
  'round(integer)': identity,
  'round(double)': unary(({ kernels }) => kernels.roundDouble),
  'round(double,integer)': roundDecimals,
  'floor(integer)': identity,
  'floor(double)': unary(({ kernels }) => kernels.floorDouble),
  'ceil(integer)': identity,
  'ceil(double)': unary(({ kernels }) => kernels.ceilDouble),
};
