/** max(x): the largest value of any type; NULL where there was none. */
import type { Aggregate } from './aggregate.ts';
import { finalizeExtreme, resolveExtreme } from './extreme.ts';

export const max: Aggregate = {
  name: 'max',
  aliases: [],
  signature: 'max(x)',
  summary: 'largest value',
  paramCount: 0,
  unknownAs: 'double',

  resolve(argTypes) {
    return resolveExtreme(argTypes, { integer: 'maxInteger', double: 'maxDouble', text: 'maxText' });
  },

  finalize([state], _params, type) {
    return finalizeExtreme(state, type);
  },
};
