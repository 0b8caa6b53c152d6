/** avg(x): the exact sum divided by the count, rounded once; NULL where there was no value. */
import type { Aggregate } from './aggregate.ts';
import { numberType } from './types.ts';

export const avg: Aggregate = {
  name: 'avg',
  aliases: ['mean'],
  signature: 'avg(x)',
  summary: 'arithmetic mean',
  paramCount: 0,

  resolve(argTypes, distinct) {
    const type = numberType(argTypes[0]);
    if (argTypes.length !== 1 || distinct || type === null) return null;
    return {
      type: 'double',
      argTypes: [type],
      states: [{ kind: type === 'integer' ? 'sumInteger' : 'sumDouble', arg: 0 }],
    };
  },

  finalize([state]) {
    return state?.average() ?? null;
  },
};
