/** sum(x): integers exactly in 128 bits, doubles exactly and rounded once; NULL where there was no value. */
import type { Aggregate } from './aggregate.ts';
import { numberType } from './types.ts';

export const sum: Aggregate = {
  name: 'sum',
  aliases: [],
  signature: 'sum(x)',
  summary: 'exact total',
  paramCount: 0,

  resolve(argTypes, distinct) {
    const type = numberType(argTypes[0]);
    if (argTypes.length !== 1 || distinct || type === null) return null;
    return { type, argTypes: [type], states: [{ kind: type === 'integer' ? 'sumInteger' : 'sumDouble', arg: 0 }] };
  },

  finalize([state], _params, type) {
    if (state === undefined || state.count() === 0n) return null;
    return type === 'integer' ? state.sumInteger() : state.sumDouble();
  },
};
