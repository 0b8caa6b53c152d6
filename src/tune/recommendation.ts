/** The end of a sweep in words and figures: which setting, why, and what it will take. Pure. */
import { formatSize } from '../core/size.ts';
import { allowanceOf, type Target } from './choose.ts';
import type { Measured } from './measurements.ts';
import { type InputModel, type Prediction, predict } from './predict.ts';
import { settingKey } from './setting.ts';
import type { SweepResult } from './sweep.ts';

export interface Recommendation {
  readonly measured: Measured;
  readonly reason: string;
  readonly predicted: Prediction;
  /** What the engine takes by itself; null where that could not be run. */
  readonly initial: Prediction | null;
}

/** null where no setting could be measured, or none keeps within the target. */
export function recommend(
  result: Pick<SweepResult, 'recommended' | 'initial' | 'measured' | 'noise' | 'question'>,
  target: Target,
  input: InputModel,
): Recommendation | null {
  const { recommended, initial, question } = result;
  if (recommended === null) return null;
  const predicted = predict(recommended.onSample, question, recommended.resolved, input);
  if (predicted === null) return null;
  const before = initial === null ? null : predict(initial.onSample, question, initial.resolved, input);
  return { measured: recommended, reason: reasonOf(result, recommended, target), predicted, initial: before };
}

function reasonOf(
  { measured, initial, noise }: Pick<SweepResult, 'measured' | 'initial' | 'noise'>,
  { setting, wholeMs, peakRssBytes }: Measured,
  target: Target,
): string {
  const fastest = Math.min(...measured.filter((other) => fits(other, target)).map((other) => other.wholeMs));
  const equal = percent(allowanceOf({ type: 'time' }, noise));
  const most = percent(allowanceOf(target, noise));
  const within = target.type === 'memory' ? ` that keep within ${formatSize(target.bytes)}` : '';
  const many = measured.length === 1 ? 'the only setting measured' : `of ${measured.length} settings${within}`;
  const isDefault = initial !== null && settingKey(initial.setting) === settingKey(setting);
  const slower = wholeMs / fastest - 1;
  const speed = slower < 0.005 ? 'the fastest' : `${percent(slower)} slower than the fastest`;
  const peaks = measured.filter((other) => fits(other, target)).map((other) => other.peakRssBytes);
  const saved = Math.max(...peaks) - peakRssBytes;
  const memory = measured.length > 1 && saved > 0 ? `, with ${formatSize(saved)} less than the largest peak` : '';
  const knee = `, and up to ${most} of time is given where it saves more than twice that share of memory`;
  const rule = `what is within ${equal} counts as equally fast, then the least memory wins${target.type === 'knee' ? knee : ''}`;
  return (
    `${isDefault ? 'what the engine does by itself; ' : ''}${many} ${measured.length === 1 ? '' : `${speed}${memory}`}`.trim() +
    (measured.length === 1 ? '' : `; ${rule}`)
  );
}

function fits({ peakRssBytes }: Measured, target: Target): boolean {
  return target.type !== 'memory' || peakRssBytes <= target.bytes;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0).replace(/\.0$/, '')} %`;
}
