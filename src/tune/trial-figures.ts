/** What a trial came to, in the figures that decisions and tables are made of. */
import type { Setting } from './setting.ts';
import type { Choice } from './space.ts';
import type { TrialReport } from './trial.ts';

/** How much of the input: all trials of a size read the same bytes. */
export type SampleSize = 'part' | 'sample';

export interface Trial {
  readonly choice: Choice;
  readonly setting: Setting;
  readonly size: SampleSize;
  readonly result: TrialFigures | { readonly failure: string };
}

export interface TrialFigures {
  /** From the process's start to its end. */
  readonly ms: number;
  /** Of the input, as files are measured. */
  readonly bytes: number;
  readonly peakRssBytes: number;
  /** Of the worker that reached most, and of all together. */
  readonly peakHeapBytes: number;
  readonly peakArenaBytes: number;
  readonly heapBytes: number;
  readonly arenaBytes: number;
  readonly gcSeconds: number;
  /** Of partial results, as they leave the workers. */
  readonly stateBytes: number;
  readonly bytesPerGroup: number | null;
  readonly spilledBytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly rows: number;
  readonly recycles: Readonly<Record<string, number>>;
  /** Workers that were replaced because of their memory, or died of it. */
  readonly memoryEnds: number;
  readonly retries: number;
}

export function figuresOf(ms: number, bytes: number, { stats, peakRssBytes, rows }: TrialReport): TrialFigures {
  const { perWorker, bytesPerRecord, bytesPerGroup } = stats.memory;
  const heaps = perWorker.map(({ peakHeapBytes }) => peakHeapBytes);
  const arenas = perWorker.map(({ peakArenaBytes }) => peakArenaBytes);
  return {
    ms,
    bytes,
    peakRssBytes,
    peakHeapBytes: Math.max(0, ...heaps),
    peakArenaBytes: Math.max(0, ...arenas),
    heapBytes: sum(heaps),
    arenaBytes: sum(arenas),
    gcSeconds: sum(perWorker.map(({ gcSeconds }) => gcSeconds)),
    stateBytes: (bytesPerRecord ?? 0) * stats.records.matched,
    bytesPerGroup,
    spilledBytes: stats.spilledBytes,
    records: stats.records.read,
    rejected: stats.records.rejected,
    rows,
    recycles: stats.recycles,
    memoryEnds: (stats.recycles.heap ?? 0) + (stats.recycles.arena ?? 0) + (stats.retriesByReason.heap ?? 0),
    retries: stats.retries,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
