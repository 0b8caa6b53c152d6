/** Results that may take what they like: scans outside of a run, in tests. */
import type { ResultLimits } from './messages.ts';

export const unlimitedResults: ResultLimits = {
  resultBytes: Number.POSITIVE_INFINITY,
  spill: { folder: null, problem: 'Cannot spill: no folder was given' },
};
