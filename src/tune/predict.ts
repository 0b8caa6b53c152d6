/**
 * What the whole input will take, from runs of one setting on samples of two sizes. Pure.
 *
 * Time is fixed + bytes / throughput. Memory is taken apart: heaps and arenas of the workers grow up to where something stops
 * them (a cap, recycling), and so does the rest (partial results that wait) up to where it is spilled. What did not grow from the
 * smaller sample to the larger one is not going to.
 */
import type { Budget } from '../coordinator/budget.ts';
import type { TrialFigures } from './trial-figures.ts';

export interface Prediction {
  readonly ms: number;
  readonly peakRssBytes: number;
  /** The sample was the whole input: nothing is extrapolated. */
  readonly isMeasured: boolean;
  /** What the peak is made of. */
  readonly parts: { readonly heapBytes: number; readonly arenaBytes: number; readonly restBytes: number };
}

/** Recycling by heap takes a worker out of service at this share of its cap. */
const heapLine = 0.8;
const arenaLine = 0.8;
/** Partial results are held in memory up to this share of what is budgeted for waiting ones. */
const storeShare = 1 / 4;

/** Of a question, not of a setting: what a run takes however little it reads. 0 where the runs do not tell. */
export function fixedMs(runs: readonly Pick<TrialFigures, 'ms' | 'bytes'>[]): number {
  const [small, large] = ends(runs);
  if (small === undefined || large === undefined || small.bytes === large.bytes) return 0;
  const msPerByte = (large.ms - small.ms) / (large.bytes - small.bytes);
  return Math.max(0, Math.min(small.ms, small.ms - msPerByte * small.bytes));
}

export function wholeMs({ ms, bytes }: Pick<TrialFigures, 'ms' | 'bytes'>, fixed: number, wholeBytes: number): number {
  const fixedPart = Math.min(fixed, ms);
  return bytes === 0 ? ms : fixedPart + (ms - fixedPart) * (wholeBytes / bytes);
}

/** `runs`: of one setting, at one or two sizes. null without any. */
export function predict(
  runs: readonly TrialFigures[],
  fixed: number,
  budget: Budget,
  wholeBytes: number,
): Prediction | null {
  const [small, large] = ends(runs);
  if (large === undefined) return null;
  const isMeasured = large.bytes >= wholeBytes;
  const growth = (of: (run: TrialFigures) => number, mostBytes: number, untilBytes = wholeBytes) => {
    if (small === undefined || small.bytes === large.bytes) return 0;
    const perByte = Math.max(0, (of(large) - of(small)) / (large.bytes - small.bytes));
    return Math.max(0, Math.min(perByte * (Math.min(untilBytes, wholeBytes) - large.bytes), mostBytes - of(large)));
  };
  const rest = (run: TrialFigures) => run.peakRssBytes - run.heapBytes - run.arenaBytes;
  const heapCap = (budget.workerHeapOldMb + budget.workerHeapYoungMb) * 2 ** 20 * budget.workers * heapLine;
  const heapBytes = large.heapBytes + (large.memoryEnds > 0 ? 0 : growth((run) => run.heapBytes, heapCap));
  const arenaCap = budget.workerArenaBytes * budget.workers * arenaLine;
  const arenaBytes = large.arenaBytes + growth((run) => run.arenaBytes, arenaCap);
  const restBytes = rest(large) + growth(rest, Number.POSITIVE_INFINITY, spillsAt(large, budget));
  return {
    ms: wholeMs(large, fixed, wholeBytes),
    peakRssBytes: Math.min(heapBytes + arenaBytes + restBytes, Math.max(budget.totalBytes, large.peakRssBytes)),
    isMeasured,
    parts: { heapBytes, arenaBytes, restBytes },
  };
}

/** How many bytes of the input fill the memory for partial results; Infinity where the sample spilled, and its growth is known. */
function spillsAt({ bytes, stateBytes, spilledBytes }: TrialFigures, { queuedBytes }: Budget): number {
  if (stateBytes === 0 || spilledBytes > 0) return Number.POSITIVE_INFINITY;
  return Math.max(bytes, (bytes * queuedBytes * storeShare) / stateBytes);
}

/** Whether the whole input spills where the sample did not: what its trial says of the time is not said of the whole. */
export function spillsLater(run: TrialFigures, budget: Budget, wholeBytes: number): boolean {
  return run.spilledBytes === 0 && spillsAt(run, budget) < wholeBytes;
}

/** The smallest and the largest size, each as a run in the middle of its runs: what a run takes that nobody chose. */
function ends<R extends Pick<TrialFigures, 'ms' | 'bytes'> & { readonly peakRssBytes?: number }>(
  runs: readonly R[],
): [R | undefined, R | undefined] {
  const sizes = [...new Set(runs.map(({ bytes }) => bytes))].sort((a, b) => a - b);
  const at = (bytes: number | undefined) => typical(runs.filter((run) => run.bytes === bytes));
  return [at(sizes[0]), at(sizes.at(-1))];
}

function typical<R extends { readonly ms: number; readonly peakRssBytes?: number }>(runs: readonly R[]): R | undefined {
  const byPeak = [...runs].sort((a, b) => (a.peakRssBytes ?? 0) - (b.peakRssBytes ?? 0));
  const byTime = [...runs].sort((a, b) => a.ms - b.ms);
  const [peak, time] = [byPeak, byTime].map((sorted) => sorted[sorted.length >> 1]);
  return peak === undefined || time === undefined ? undefined : { ...peak, ms: time.ms };
}
