/** Kernels of src/query/functions/time.ts. Buckets need a constant width. */
import type { Interval, Value } from '../../core/value.ts';
import { daysFromCivil, microsPerDay } from '../../query/calendar.ts';
import { argument, type Call, type CallKernel, constantOf, identity, unary } from './call-kernel.ts';
import type { Program, Slot } from './program.ts';

/** As in src/query/functions/time.ts: a Monday for widths of days and less, the century's first month for months. */
const bucketOrigin = BigInt(daysFromCivil(2000, 1, 3)) * microsPerDay;
const monthOrigin = 2000 * 12;

/** Beyond, starts of buckets leave the 64 bits that the kernel computes in. */
const mostMonths = 1_200_000;
const mostMicros = 2n ** 62n;

const timeBucket: CallKernel = (program, call) => {
  const width = constantOf(call.args[0]);
  const origin = call.args.length === 2 ? bucketOrigin : constantOf(call.args[2]);
  if (!isInterval(width) || typeof origin !== 'bigint') return null;
  const at = argument(program, call, 1);
  const { kernels } = program;
  if (width.months === 0 && width.micros > 0n && width.micros < mostMicros) {
    const out = program.slot('timestamp', program.strictFlags([at], true));
    program.add((rows) => kernels.truncateFixed(at.data, out.flags, rows, out.data, width.micros, origin));
    return out;
  }
  if (width.months > 0 && width.months <= mostMonths && width.micros === 0n && call.args.length === 2) {
    const out = program.slot('timestamp', program.strictFlags([at], true));
    program.add((rows) => kernels.truncateMonths(at.data, out.flags, rows, out.data, width.months, monthOrigin));
    return out;
  }
  return null;
};

function isInterval(value: Value | undefined): value is Interval {
  return typeof value === 'object' && value !== null;
}

/** `factor` 1 or -1; months vary in length and go by row. */
function shift(factor: bigint): CallKernel {
  return (program, call) => {
    const span = constantOf(call.args[1]);
    if (!isInterval(span) || span.months !== 0) return null;
    return byConstant(program, call, factor * span.micros, 'addInteger');
  };
}

/** The first argument and one constant through a kernel of integers, as a timestamp. */
function byConstant(
  program: Program,
  call: Call,
  constant: bigint,
  kernel: 'addInteger' | 'multiplyInteger',
): Slot | null {
  if (BigInt.asIntN(64, constant) !== constant) return null;
  const a = argument(program, call, 0);
  const b = program.compile({ kind: 'literal', type: 'integer', value: constant, at: call.at });
  const out = program.slot('timestamp', program.strictFlags([a], true));
  const run = program.kernels[kernel];
  program.add((rows) => run(a.data, b.data, rows, out.data, out.flags));
  return out;
}

/** Numbers as in workers/kernels/expressions/time.ts. */
const dateParts = { year: 0, quarter: 1, month: 2, day: 3, doy: 4, dow: 5, isodow: 6, week: 7 } as const;

function datePart(part: number): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const out = program.slot('integer', program.strictFlags([a], false));
    program.add((rows) => program.kernels.extractDatePart(a.data, out.flags, rows, out.data, part));
    return out;
  };
}

/** Microseconds modulo `modulus` (0: all of them), in units of `unit`. */
function clockPart(modulus: bigint, unit: bigint): CallKernel {
  return (program, call) => {
    const a = argument(program, call, 0);
    const out = program.slot('integer', program.strictFlags([a], false));
    program.add((rows) => program.kernels.extractClockPart(a.data, out.flags, rows, out.data, modulus, unit));
    return out;
  };
}

export const timeKernels: Readonly<Record<string, CallKernel>> = {
  'time_bucket(interval,timestamp)': timeBucket,
  'time_bucket(interval,timestamp,timestamp)': timeBucket,
  'add(timestamp,interval)': shift(1n),
  'sub(timestamp,interval)': shift(-1n),
  'to_timestamp(integer)': (program, call) => byConstant(program, call, 1_000_000n, 'multiplyInteger'),
  'epoch(timestamp)': unary(({ kernels }) => kernels.epochSeconds),
  'epoch_ms(timestamp)': clockPart(0n, 1000n),
  'epoch_us(timestamp)': identity,
  'hour(timestamp)': clockPart(microsPerDay, 3_600_000_000n),
  'minute(timestamp)': clockPart(3_600_000_000n, 60_000_000n),
  'second(timestamp)': clockPart(60_000_000n, 1_000_000n),
  'millisecond(timestamp)': clockPart(60_000_000n, 1000n),
  'microsecond(timestamp)': clockPart(60_000_000n, 1n),
  ...Object.fromEntries(Object.entries(dateParts).map(([name, part]) => [`${name}(timestamp)`, datePart(part)])),
};
