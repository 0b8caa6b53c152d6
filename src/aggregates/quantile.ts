/** quantile(x, fraction), and p99(x) for quantile(x, 0.99): DDSketch, within 1 % of the true value; NULL where there was none. */
import type { Aggregate } from './aggregate.ts';
import { numberType } from './types.ts';

export const quantile: Aggregate = {
  name: 'quantile',
  aliases: ['approx_quantile'],
  signature: 'quantile(x, fraction)',
  summary: 'quantile within 1 % relative error (DDSketch); p99(x) is quantile(x, 0.99)',
  paramCount: 1,

  resolve(argTypes, distinct) {
    if (argTypes.length !== 1 || distinct || numberType(argTypes[0]) === null) return null;
    return { type: 'double', argTypes: ['double'], states: [{ kind: 'ddsketch', arg: 0 }] };
  },

  checkParams([fraction]) {
    if (fraction !== undefined && fraction >= 0 && fraction <= 1) return null;
    return `the fraction of a quantile is between 0 and 1, not ${fraction}`;
  },

  finalize([state], [fraction]) {
    return fraction === undefined ? null : (state?.quantile(fraction) ?? null);
  },
};
