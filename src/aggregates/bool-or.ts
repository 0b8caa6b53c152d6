/** bool_or(x): whether any value is true, which is the largest boolean; NULL where there was none. */
import type { Aggregate } from './aggregate.ts';
import { finalizeExtreme } from './extreme.ts';

export const boolOr: Aggregate = {
  name: 'bool_or',
  aliases: [],
  signature: 'bool_or(x)',
  summary: 'whether any value is true',
  paramCount: 0,

  resolve([type, ...others]) {
    if (others.length > 0 || (type !== 'boolean' && type !== 'text' && type !== 'null')) return null;
    return { type: 'boolean', argTypes: ['boolean'], states: [{ kind: 'maxInteger', arg: 0 }] };
  },

  finalize([state], _params, type) {
    return finalizeExtreme(state, type);
  },
};
