/** median(x) is quantile(x, 0.5). */
import type { Aggregate } from './aggregate.ts';
import { quantile } from './quantile.ts';

export const median: Aggregate = {
  name: 'median',
  aliases: [],
  signature: 'median(x)',
  summary: 'middle value within 1 % relative error (DDSketch)',
  paramCount: 0,

  resolve(argTypes, distinct) {
    return quantile.resolve(argTypes, distinct);
  },

  finalize([state]) {
    return state?.quantile(0.5) ?? null;
  },
};
