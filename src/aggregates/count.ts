/** count(*): rows · count(x): rows where x is not NULL · count(DISTINCT x): exact number of different values. */
import type { Aggregate } from './aggregate.ts';

export const count: Aggregate = {
  name: 'count',
  aliases: [],
  signature: 'count(*), count(x), count(DISTINCT x)',
  summary: 'number of records, of values, of different values',
  paramCount: 0,

  resolve(argTypes, distinct) {
    const [type] = argTypes;
    if (argTypes.length > 1) return null;
    if (type === undefined) {
      return distinct ? null : { type: 'integer', argTypes: [], states: [{ kind: 'count', arg: -1 }] };
    }
    if (type === 'interval') return null;
    return { type: 'integer', argTypes: [type], states: [{ kind: distinct ? 'distinct' : 'countValid', arg: 0 }] };
  },

  finalize(states) {
    return states[0]?.count() ?? 0n;
  },
};
