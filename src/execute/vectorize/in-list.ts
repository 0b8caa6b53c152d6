/** IN over constants. */
import type { Value } from '../../core/value.ts';
import type { Expr } from '../../query/plan.ts';
import { placeLiteral } from './literals.ts';
import type { Program, Slot } from './program.ts';

const maxInteger = 2n ** 63n - 1n;
const minInteger = -(2n ** 63n);

export function compileIn(program: Program, expr: Expr & { kind: 'in' }): Slot {
  const { kernels } = program;
  const value = program.compile(expr.value);
  const hasNull = expr.hasNull ? 1 : 0;
  const out = program.slot('boolean', program.strictFlags([value], expr.hasNull));
  switch (value.type) {
    case 'integer':
    case 'timestamp': {
      const { address, count } = placeIntegers(program, expr.options);
      program.add((rows) => kernels.inInteger(value.data, out.flags, rows, address, count, hasNull, out.data));
      return out;
    }
    case 'double': {
      const { address, count } = placeDoubles(program, expr.options);
      program.add((rows) => kernels.inDouble(value.data, out.flags, rows, address, count, hasNull, out.data));
      return out;
    }
    case 'boolean': {
      const members = (expr.options.includes(false) ? 1 : 0) | (expr.options.includes(true) ? 2 : 0);
      program.add((rows) => kernels.inBoolean(value.data, out.flags, rows, members, hasNull, out.data));
      return out;
    }
    case 'text': {
      const { address, slots } = placeTexts(program, expr.options);
      program.add((rows) => kernels.inText(value.data, out.flags, rows, address, slots, hasNull, out.data));
      return out;
    }
    case 'interval':
    case 'null':
      return out; // NULL everywhere, and the flags say so
    default:
      return unreachable(value.type);
  }
}

interface PlacedList {
  readonly address: number;
  readonly count: number;
}

/** Ascending; what 64 bits do not hold no row can equal. */
function placeIntegers(program: Program, options: readonly Value[]): PlacedList {
  const list = options
    .filter((option) => typeof option === 'bigint')
    .filter((option) => option >= minInteger && option <= maxInteger);
  const sorted = BigInt64Array.from(list).sort();
  return { address: program.place(new Uint8Array(sorted.buffer)), count: sorted.length };
}

function placeDoubles(program: Program, options: readonly Value[]): PlacedList {
  const sorted = Float64Array.from(options.filter((option) => typeof option === 'number')).sort();
  return { address: program.place(new Uint8Array(sorted.buffer)), count: sorted.length };
}

interface PlacedTable {
  readonly address: number;
  /** A power of two. */
  readonly slots: number;
}

function placeTexts(program: Program, options: readonly Value[]): PlacedTable {
  const texts = [...new Set(options.filter((option) => typeof option === 'string'))];
  const spans = BigUint64Array.from(texts, (text) => {
    const { address, length } = placeLiteral(program, text);
    return BigInt(address) | (BigInt(length) << 32n);
  });
  const list = program.place(new Uint8Array(spans.buffer));
  const slots = 2 ** Math.ceil(Math.log2(2 * texts.length + 2));
  const address = program.place(new Uint8Array(8 + 8 * slots));
  program.kernels.buildTextList(list, texts.length, address, slots);
  return { address, slots };
}

function unreachable(type: never): never {
  throw new Error(`Cannot compile IN over ${String(type)}`);
}
