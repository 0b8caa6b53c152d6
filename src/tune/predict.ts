/**
 * What the whole input will take, from runs of one setting on samples of two sizes. Pure.
 *
 * Time is fixed + bytes / throughput. Memory is what the run on the sample took, and what grows beyond it: the heaps of the workers
 * up to where they are replaced because of them, and the state of the question, which the model behind `--explain --sample` foretells
 * for both sizes.
 */
import type { Budget } from '../coordinator/budget.ts';
import { predictRun, type RunShape, type SampleFigures } from '../coordinator/predict-memory.ts';
import type { Resolved } from './space.ts';
import type { TrialFigures } from './trial-figures.ts';

export interface Prediction {
  readonly ms: number;
  readonly peakRssBytes: number;
  /** The sample was the whole input: nothing is extrapolated. */
  readonly isMeasured: boolean;
  /** What the peak is made of: that of the sample, and what grows. */
  readonly parts: { readonly sampleBytes: number; readonly heapBytes: number; readonly stateBytes: number };
}

/** What a first look told of the question and its input. */
export interface Model {
  readonly figures: SampleFigures;
  readonly shape: Omit<RunShape, 'budget' | 'splits'>;
}

export interface InputModel {
  readonly model: Model;
  /** As files are measured. */
  readonly wholeBytes: number;
}

/** The heap of a worker whose functions keep nothing. */
export const quietHeapBytes = 16 * 2 ** 20;
/** Of the old generation: see workers/heap-watch.ts. */
const spentShare = 0.6;
/** Of the young generation, on top. */
const youngInUseMb = 9;

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

/** What runs of one setting on two sizes tell of all settings. */
export interface Question {
  readonly fixedMs: number;
  /** What a byte of input adds to the heaps, all workers together, until they are replaced. */
  readonly heapPerByte: number;
}

export function questionOf(runs: readonly TrialFigures[]): Question {
  const [small, large] = ends(runs);
  const heapPerByte =
    small === undefined || large === undefined || small.bytes === large.bytes
      ? 0
      : (large.heapBytes - small.heapBytes) / (large.bytes - small.bytes);
  return { fixedMs: fixedMs(runs), heapPerByte: Math.max(0, heapPerByte) };
}

/** `runs`: of one setting, on the sample. null without any. */
export function predict(
  runs: readonly TrialFigures[],
  question: Question,
  resolved: Resolved,
  input: InputModel,
): Prediction | null {
  const run = typical(runs);
  if (run === undefined) return null;
  const { wholeBytes } = input;
  const { budget } = resolved;
  const [ofSample, ofWhole] = [run.bytes, wholeBytes].map((bytes) => foretell(input, bytes, resolved).peakRssBytes);
  const stateBytes = Math.max(0, (ofWhole ?? 0) - (ofSample ?? 0));
  const heapBytes = heapGrowth(run, question, resolved, wholeBytes);
  return {
    ms: wholeMs(run, question.fixedMs, wholeBytes),
    peakRssBytes: Math.min(run.peakRssBytes + heapBytes + stateBytes, Math.max(budget.totalBytes, run.peakRssBytes)),
    isMeasured: run.bytes >= wholeBytes,
    parts: { sampleBytes: run.peakRssBytes, heapBytes, stateBytes },
  };
}

/** Groups, rows and what waits, with everything else that a run has, as the engine's own model of it says. */
function foretell({ model, wholeBytes }: InputModel, bytes: number, { setting, budget }: Resolved) {
  const figures = { ...model.figures, inputBytes: (model.figures.inputBytes * bytes) / Math.max(1, wholeBytes) };
  const splits = Math.max(1, Math.ceil(bytes / setting.splitBytes));
  return predictRun(figures, { ...model.shape, splits, budget });
}

/** Of the whole input; null for plain selects. */
export function groupsForetold(input: InputModel, resolved: Resolved): number | null {
  return foretell(input, input.wholeBytes, resolved).groups;
}

/** Only what users' functions keep grows; a worker is replaced when it is too much, or after its number of tasks. */
function heapGrowth(
  run: TrialFigures,
  { heapPerByte }: Question,
  { setting, budget }: Resolved,
  wholeBytes: number,
): number {
  const { workers, recycleAfter, splitBytes } = setting;
  const lifeBytes = recycleAfter === 0 ? Number.POSITIVE_INFINITY : recycleAfter * splitBytes * workers;
  // the sample may have filled the heaps of the setting that was asked first, and then tells little of larger ones
  const kept = (run.heapBytes - quietHeapBytes * workers) / Math.max(1, Math.min(run.bytes, lifeBytes));
  const bytes = Math.min(wholeBytes, lifeBytes) - run.bytes;
  return Math.max(0, Math.min(Math.max(heapPerByte, kept) * bytes, heapLine(budget) * workers - run.heapBytes));
}

/** The heap at which a worker is replaced because of it: see workers/heap-watch.ts. */
export function heapLine({ workerHeapOldMb, workerHeapYoungMb }: Budget): number {
  return (workerHeapOldMb * spentShare + Math.min(workerHeapYoungMb, youngInUseMb)) * 2 ** 20;
}

/** Whether the whole input spills in this budget where the sample does not: then its trial does not tell the time of the whole. */
export function spillsLater(
  run: Pick<TrialFigures, 'spilledBytes' | 'bytes'>,
  resolved: Resolved,
  input: InputModel,
): boolean {
  return run.spilledBytes === 0 && foretell(input, input.wholeBytes, resolved).spilledBytes > 0;
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
  const [peak, time] = [byPeak, byTime].map((sorted) => sorted[(sorted.length - 1) >> 1]);
  return peak === undefined || time === undefined ? undefined : { ...peak, ms: time.ms };
}
