/**
 * What a sweep may vary: which settings the engine can run with, and which values of a dimension are worth a trial. Pure.
 *
 * Invariant: a setting is what the engine itself makes of what is said, so a trial, `--explain` and the run that follows agree.
 */
import type { Budget } from '../coordinator/budget.ts';
import type { RunPlan } from '../coordinator/plan-run.ts';
import { UsageError } from '../core/errors.ts';
import { type Dimension, dimensions, type Setting } from './setting.ts';

/** What is said of a setting; the rest is derived, as in any run. */
export type Choice = Partial<Setting>;

export interface Resolved {
  readonly setting: Setting;
  readonly budget: Budget;
}

export interface Space {
  /** What the user has said: it is not varied. */
  readonly pinned: Choice;
  readonly cores: number;
  /** No split of the sample is larger; 0 where nothing can be cut. */
  readonly longestStretchBytes: number;
  readonly sampleBytes: number;
  readonly hasFunctions: boolean;
  /** null: the budget does not hold it. */
  resolve(choice: Choice): Resolved | null;
}

const mib = 2 ** 20;

/** `plan`: the run that the engine plans for a choice; throws UsageError where it cannot. */
export function openSpace(limits: Omit<Space, 'resolve'>, plan: (choice: Choice) => RunPlan): Space {
  return {
    ...limits,
    resolve(choice) {
      try {
        const { budget, splitBytes, recycleAfter } = plan({ ...choice, ...limits.pinned });
        const setting = {
          memoryBytes: budget.totalBytes,
          workers: budget.workers,
          heapBytes: (budget.workerHeapOldMb + budget.workerHeapYoungMb) * mib,
          arenaBytes: budget.workerArenaBytes,
          splitBytes,
          recycleAfter,
        };
        return { setting, budget };
      } catch (error) {
        if (error instanceof UsageError) return null;
        throw error;
      }
    },
  };
}

/** What the sweep has seen of a setting, as far as it tells what to vary. */
export interface Seen {
  readonly setting: Setting;
  readonly peakRssBytes: number;
  /** Of the worker that reached most. */
  readonly peakHeapBytes: number;
  readonly peakArenaBytes: number;
  /** Workers that were replaced because of their memory, or died of it. */
  readonly memoryEnds: number;
}

/** Values to try, in directions: a direction ends at the first value that is no better. `why`: none is worth a trial. */
export type Ladder = { readonly directions: readonly (readonly number[])[] } | { readonly why: string };

/** The share of an arena at which workers hand over what they have gathered. */
const arenaSoftShare = 0.6;
/** A heap that is filled no further than this has no need of another cap. */
const quietHeapBytes = 16 * mib;

export function ladder(space: Space, dimension: Dimension, seen: Seen): Ladder {
  if (space.pinned[dimension] !== undefined) return { why: 'said by you' };
  return ladders[dimension](space, seen);
}

const ladders: Readonly<Record<Dimension, (space: Space, seen: Seen) => Ladder>> = {
  workers({ cores }, { setting: { workers } }) {
    if (cores === 1) return { why: 'this machine has one core' };
    const values = [...doublings(1, cores), cores];
    return towards(values, workers);
  },

  memoryBytes(_, { setting: { memoryBytes }, peakRssBytes }) {
    const nearest = 2 ** Math.ceil(Math.log2(peakRssBytes));
    const values = [4, 2, 1].map((factor) => factor * nearest).filter((value) => value < memoryBytes);
    return values.length === 0 ? { why: 'the budget is near the peak already' } : { directions: [values] };
  },

  heapBytes({ hasFunctions }, { setting: { heapBytes }, peakHeapBytes, memoryEnds }) {
    if (!hasFunctions && peakHeapBytes <= quietHeapBytes && memoryEnds === 0) {
      return { why: `workers keep ${mebibytes(peakHeapBytes)} there: the kernels work in the arena` };
    }
    return towards(doublings(32 * mib, 512 * mib), heapBytes);
  },

  arenaBytes(_, { setting: { arenaBytes }, peakArenaBytes, memoryEnds }) {
    const useful = doublings(16 * mib, 2048 * mib).filter((value) => value * arenaSoftShare < peakArenaBytes);
    const isFull = peakArenaBytes >= arenaBytes * arenaSoftShare || memoryEnds > 0;
    const up = isFull ? [arenaBytes * 2, arenaBytes * 4] : [];
    const down = useful.filter((value) => value < arenaBytes).reverse();
    if (up.length + down.length > 0) return { directions: [down, up] };
    return { why: `workers reach ${mebibytes(peakArenaBytes)} of ${mebibytes(arenaBytes)}` };
  },

  splitBytes({ longestStretchBytes, sampleBytes, cores }, { setting: { splitBytes, workers } }) {
    const most = Math.min(longestStretchBytes, sampleBytes / Math.min(cores, workers));
    const values = [1, 2, 4, 8, 16, 32].map((count) => count * mib).filter((value) => value <= most);
    const shown = Math.min(splitBytes, most);
    const down = values.filter((value) => value * 2 <= shown).reverse();
    const up = values.filter((value) => value > shown);
    if (down.length + up.length > 0) return { directions: [everyOther(down), everyOther(up)] };
    return {
      why: longestStretchBytes === 0 ? 'such files are read whole' : 'the sample is too small for other splits',
    };
  },

  recycleAfter({ sampleBytes, hasFunctions }, { setting, peakHeapBytes, memoryEnds }) {
    const { splitBytes, workers, heapBytes, recycleAfter } = setting;
    if (!hasFunctions && memoryEnds === 0 && peakHeapBytes < heapBytes / 2) {
      return { why: 'nothing keeps memory from task to task' };
    }
    const tasksPerWorker = sampleBytes / splitBytes / workers;
    const values = [64, 16, 4, 1].filter((tasks) => tasks * 2 <= tasksPerWorker && tasks !== recycleAfter);
    return values.length === 0 ? { why: 'a worker has too few tasks' } : { directions: [values] };
  },
};

/** The dimensions in the order in which a sweep goes through them: what changes most comes first. */
export const sweepOrder = ['workers', 'memoryBytes', 'heapBytes', 'arenaBytes', 'splitBytes', 'recycleAfter'] as const;
sweepOrder satisfies readonly Dimension[];

/** Which values of a choice the user left to the sweep. */
export function saidBySweep(space: Space, choice: Choice): Dimension[] {
  return dimensions.filter((dimension) => choice[dimension] !== undefined && space.pinned[dimension] === undefined);
}

/** Away from `from`, one direction down and one up. */
function towards(values: readonly number[], from: number): Ladder {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const down = sorted.filter((value) => value < from).reverse();
  const up = sorted.filter((value) => value > from);
  return { directions: [down, up] };
}

function doublings(least: number, most: number): number[] {
  const values: number[] = [];
  for (let value = least; value <= most; value *= 2) values.push(value);
  return values;
}

/** Split sizes differ little from one to the next. */
function everyOther(values: readonly number[]): number[] {
  return values.filter((_, i) => i % 2 === 1 || i === values.length - 1);
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / mib)} MiB`;
}
