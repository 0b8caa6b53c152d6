/**
 * Which of the measured settings to recommend. Pure.
 *
 * Invariant: no preference rests on a difference that the machine's noise explains: then memory decides, then the smaller promise,
 * then what is nearer to the defaults.
 */
import type { Setting } from './setting.ts';

export type Target =
  | { readonly type: 'knee' }
  | { readonly type: 'time' }
  | { readonly type: 'memory'; readonly bytes: number };

/** A setting with what its trials came to. */
export interface Candidate {
  readonly setting: Setting;
  /** How many values are said and not derived. */
  readonly saidCount: number;
  /** For the whole input: the least of the runs, extrapolated. */
  readonly wholeMs: number;
  /** For the whole input. */
  readonly peakRssBytes: number;
}

/** Slower by this much is not slower, where nothing is known of the noise. */
const leastAllowance = 0.02;
/** What the knee gives away for memory at most: where the share of memory that it saves is more than twice that of time. */
const kneeAllowance = 0.1;
/** Peaks that are nearer than this are the same. */
const peakShare = 0.05;
const peakSlackBytes = 6 * 2 ** 20;

/** The share of the fastest time that memory is allowed to cost. */
export function allowanceOf(target: Target, noise: number): number {
  return Math.max(target.type === 'knee' ? kneeAllowance : leastAllowance, noise);
}

/** null where no candidate keeps within the memory. `noise`: the relative spread of runs of one setting. */
export function choose<C extends Candidate>(candidates: readonly C[], target: Target, noise: number): C | null {
  const fitting = target.type === 'memory' ? candidates.filter((c) => c.peakRssBytes <= target.bytes) : candidates;
  const fastest = Math.min(...fitting.map((c) => c.wholeMs));
  const line = fastest * (1 + allowanceOf(target, noise));
  const quick = fitting.filter((c) => c.wholeMs <= line);
  const asFast = fastest * (1 + Math.max(leastAllowance, noise));
  const cost = (c: C) => (target.type === 'knee' ? c.peakRssBytes * slower(c, asFast) ** 2 : c.peakRssBytes);
  const least = Math.min(...quick.map(cost));
  const cheap = quick.filter((c) => cost(c) <= Math.max(least * (1 + peakShare), least + peakSlackBytes));
  return [...cheap].sort(byPromise)[0] ?? null;
}

/** How many times as long as what counts as the fastest. */
function slower({ wholeMs }: Candidate, asFastMs: number): number {
  return Math.max(1, wholeMs / asFastMs);
}

function byPromise(a: Candidate, b: Candidate): number {
  return a.setting.memoryBytes - b.setting.memoryBytes || a.saidCount - b.saidCount || a.wholeMs - b.wholeMs;
}

/** Those that no other beats in both time and memory; by memory. */
export function frontier<C extends Candidate>(candidates: readonly C[]): C[] {
  const sorted = [...candidates].sort((a, b) => a.peakRssBytes - b.peakRssBytes || a.wholeMs - b.wholeMs);
  const kept: C[] = [];
  for (const candidate of sorted) {
    if (candidate.wholeMs < (kept.at(-1)?.wholeMs ?? Number.POSITIVE_INFINITY)) kept.push(candidate);
  }
  return kept;
}

/** The best, the second best and so on: what is worth being measured again. */
export function finalists<C extends Candidate>(
  candidates: readonly C[],
  target: Target,
  noise: number,
  count: number,
): C[] {
  const chosen: C[] = [];
  while (chosen.length < count) {
    const next = choose(
      candidates.filter((candidate) => !chosen.includes(candidate)),
      target,
      noise,
    );
    if (next === null) break;
    chosen.push(next);
  }
  return chosen;
}

/** How much slower the second fastest run of a setting was than its fastest: of several settings the middle one. */
export function noiseOf(runs: readonly (readonly number[])[]): number {
  const spreads = runs.flatMap((ms) => {
    const [first, second] = [...ms].sort((a, b) => a - b);
    return first === undefined || second === undefined ? [] : [second / first - 1];
  });
  return spreads.sort((a, b) => a - b)[spreads.length >> 1] ?? 0;
}
