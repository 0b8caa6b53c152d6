/**
 * quantile_exact(x, fraction): the value itself, by nearest rank like PostgreSQL's percentile_disc; NULL where there was none.
 * Keeps every value: use quantile where 1 % is near enough.
 */
import type { Aggregate } from './aggregate.ts';
import { quantile } from './quantile.ts';
import { numberType } from './types.ts';

export const quantileExact: Aggregate = {
  name: 'quantile_exact',
  aliases: ['quantile_disc'],
  signature: 'quantile_exact(x, fraction)',
  summary: 'exact quantile by nearest rank; keeps every value',
  paramCount: 1,

  resolve(argTypes, distinct) {
    const type = argTypes.length !== 1 || distinct ? null : numberType(argTypes[0]);
    return type === null ? null : { type, argTypes: [type], states: [{ kind: 'values', arg: 0 }] };
  },

  checkParams(params) {
    return quantile.checkParams?.(params) ?? null;
  },

  finalize([state], [fraction], type) {
    const ordered = fraction === undefined ? null : (state?.atQuantile(fraction) ?? null);
    if (ordered === null) return null;
    return type === 'integer' ? BigInt.asIntN(64, ordered ^ signBit) : doubleOf(ordered);
  },
};

const signBit = 1n << 63n;

/** Back from bits whose unsigned order is the doubles' order. */
function doubleOf(ordered: bigint): number {
  const bits = new BigUint64Array([ordered & signBit ? ordered ^ signBit : BigInt.asUintN(64, ~ordered)]);
  return new Float64Array(bits.buffer)[0] ?? 0;
}
