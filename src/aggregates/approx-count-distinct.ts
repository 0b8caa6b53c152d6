/** approx_count_distinct(x): number of different values by HyperLogLog, in constant memory per group. */
import type { Aggregate } from './aggregate.ts';

export const approxCountDistinct: Aggregate = {
  name: 'approx_count_distinct',
  aliases: [],
  signature: 'approx_count_distinct(x)',
  summary: 'number of different values, estimated (HyperLogLog)',
  paramCount: 0,

  resolve([type, ...others]) {
    if (type === undefined || others.length > 0 || type === 'interval') return null;
    return { type: 'integer', argTypes: [type], states: [{ kind: 'hyperloglog', arg: 0 }] };
  },

  finalize([state]) {
    return state?.estimate() ?? 0n;
  },
};
