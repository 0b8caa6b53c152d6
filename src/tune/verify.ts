/** The whole input with the recommended setting: what was predicted, and what was true. */
import type { Prediction } from './predict.ts';
import { startTrial } from './start-trial.ts';
import type { TrialJob } from './trial.ts';

export interface Verification {
  readonly ms: number;
  readonly peakRssBytes: number;
  /** Predicted over true, less 1. */
  readonly timeError: number;
  readonly peakError: number;
}

const noLimitMs = 2 ** 31 - 1;

/** A text: why there is nothing to compare with. */
export async function verify(
  command: readonly [string, ...string[]],
  job: Omit<TrialJob, 'stretches'>,
  predicted: Prediction,
  signal: AbortSignal,
): Promise<Verification | string> {
  const outcome = await startTrial(command, { ...job, stretches: null }, noLimitMs, signal);
  if ('failure' in outcome) return outcome.failure;
  const { ms, report } = outcome;
  return {
    ms,
    peakRssBytes: report.peakRssBytes,
    timeError: predicted.ms / ms - 1,
    peakError: predicted.peakRssBytes / report.peakRssBytes - 1,
  };
}
