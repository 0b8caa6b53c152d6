/** An engine that is a formula: what a trial of a setting comes to, without running anything. */
import { planRun } from '../../src/coordinator/plan-run.ts';
import type { SourceFile } from '../../src/core/source.ts';
import type { InputModel } from '../../src/tune/predict.ts';
import type { Setting } from '../../src/tune/setting.ts';
import { type Choice, openSpace, type Space } from '../../src/tune/space.ts';
import { type SweepOptions, type SweepResult, sweep, type TrialRequest } from '../../src/tune/sweep.ts';
import type { TrialFigures } from '../../src/tune/trial-figures.ts';

export const mib = 2 ** 20;
export const wholeBytes = 4096 * mib;
export const sampleBytes = 512 * mib;

export const source: SourceFile = { name: 'a.log', path: 'a.log', input: 'file', sizeBytes: wholeBytes };

/** A question with few groups: nothing grows. */
export const input: InputModel = {
  wholeBytes,
  model: {
    figures: {
      pieces: [],
      growth: [],
      mergeMs: 0,
      inputBytes: wholeBytes,
      rssBytes: 80 * mib,
      arenaBytes: 0,
      failed: 0,
    },
    shape: { shape: 'grouped', hasKeys: true, hasSets: false, isSorted: true, columns: 2, rowsWanted: Infinity },
  },
};

export function testSpace(limits: Partial<Omit<Space, 'resolve'>> = {}, memoryBytes = 6144 * mib): Space {
  const all = { pinned: {}, cores: 4, longestStretchBytes: 32 * mib, sampleBytes, hasFunctions: false, ...limits };
  return openSpace(all, (choice: Choice) =>
    planRun(
      [source],
      'functions',
      {
        memoryBytes: choice.memoryBytes ?? memoryBytes,
        workers: choice.workers ?? all.cores,
        ...(choice.heapBytes === undefined ? {} : { workerHeapBytes: choice.heapBytes }),
        ...(choice.arenaBytes === undefined ? {} : { workerArenaBytes: choice.arenaBytes }),
        ...(choice.splitBytes === undefined ? {} : { splitBytes: choice.splitBytes }),
        ...(choice.recycleAfter === undefined ? {} : { recycleAfter: choice.recycleAfter }),
      },
      () => true,
    ),
  );
}

export function figures(more: Partial<TrialFigures> = {}): TrialFigures {
  return {
    ...{ ms: 1000, bytes: sampleBytes, peakRssBytes: 100 * mib, peakHeapBytes: 8 * mib, peakArenaBytes: 2 * mib },
    ...{ heapBytes: 16 * mib, arenaBytes: 4 * mib, gcSeconds: 0, stateBytes: 0, bytesPerGroup: 30, spilledBytes: 0 },
    ...{ records: 1000, rejected: 0, rows: 3, recycles: {}, memoryEnds: 0, retries: 0 },
    ...more,
  };
}

/** The cost of a setting: milliseconds for a whole MiB of input and worker, and figures of memory. */
export type Engine = (setting: Setting) => Partial<TrialFigures> & { readonly msPerMib: number };

export const startMs = 200;

/** Drives a sweep to its end. `limit`: trials for which there is time. */
export function runSweep(
  engine: Engine,
  options: Partial<SweepOptions> = {},
  limit = Number.POSITIVE_INFINITY,
  noise: (trial: number) => number = () => 0,
): { readonly result: SweepResult; readonly requests: readonly TrialRequest[] } {
  const steps = sweep({ space: testSpace(), target: { type: 'knee' }, input, isWhole: false, ...options });
  const requests: TrialRequest[] = [];
  let step = steps.next();
  while (step.done !== true) {
    const request = step.value;
    if (requests.length >= limit) {
      step = steps.next(null);
      continue;
    }
    requests.push(request);
    const bytes = request.size === 'sample' ? sampleBytes : sampleBytes / 4;
    const { msPerMib, ...rest } = engine(request.resolved.setting);
    const ms = (startMs + (msPerMib * bytes) / mib) * (1 + noise(requests.length));
    step = steps.next(Number.isFinite(ms) ? figures({ ...rest, bytes, ms }) : { failure: 'it died' });
  }
  return { result: step.value, requests };
}
