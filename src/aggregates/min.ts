/** min(x): the smallest value of any type; NULL where there was none. */
import type { Aggregate } from './aggregate.ts';
import { finalizeExtreme, resolveExtreme } from './extreme.ts';

export const min: Aggregate = {
  name: 'min',
  aliases: [],
  signature: 'min(x)',
  summary: 'smallest value',
  paramCount: 0,
  unknownAs: 'double',

  resolve(argTypes) {
    return resolveExtreme(argTypes, { integer: 'minInteger', double: 'minDouble', text: 'minText' });
  },

  finalize([state], _params, type) {
    return finalizeExtreme(state, type);
  },
};
