/** bool_and(x): whether every value is true, which is the smallest boolean; NULL where there was none. */
import type { Aggregate } from './aggregate.ts';
import { finalizeExtreme } from './extreme.ts';

export const boolAnd: Aggregate = {
  name: 'bool_and',
  aliases: ['every'],
  signature: 'bool_and(x)',
  summary: 'whether every value is true',
  paramCount: 0,

  resolve([type, ...others]) {
    if (others.length > 0 || (type !== 'boolean' && type !== 'text' && type !== 'null')) return null;
    return { type: 'boolean', argTypes: ['boolean'], states: [{ kind: 'minInteger', arg: 0 }] };
  },

  finalize([state], _params, type) {
    return finalizeExtreme(state, type);
  },
};
