/** Looks at a run for the live view: totals, and every worker with its speed over the last seconds. */

import type { WorkerPool } from '../coordinator/pool.ts';
import type { QueryRun } from '../coordinator/run-query.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { Split } from '../core/source.ts';
import type { ProgressState } from './progress-line.ts';

export interface WatchedWorker {
  readonly worker: number;
  readonly state: 'reading' | 'merging' | 'waiting' | 'starting';
  /** The file and range that it reads; empty where it reads none. Not yet made safe to show. */
  readonly file: string;
  /** Number of the split that it reads. */
  readonly split: number | null;
  readonly splitStart: number;
  readonly splitBytesRead: number;
  readonly bytesPerSecond: number;
  readonly heapUsedBytes: number;
  readonly heapLimitBytes: number;
  readonly arenaUsedBytes: number;
  readonly arenaLimitBytes: number;
  /** Of the last seconds. */
  readonly gcShare: number;
  readonly tasksInLife: number;
  readonly lastRecycle: { readonly reason: string; readonly secondsAgo: number } | null;
}

export interface WatchState {
  readonly progress: ProgressState;
  readonly splits: { readonly queued: number; readonly running: number; readonly done: number };
  readonly rssBytes: number;
  readonly budgetBytes: number;
  readonly recycled: number;
  readonly retries: number;
  readonly spilledBytes: number;
  readonly isPaused: boolean;
  /** Whether keys are read. */
  readonly hasKeys: boolean;
  readonly workers: readonly WatchedWorker[];
}

interface Moment {
  readonly ms: number;
  readonly bytes: readonly number[];
  readonly gcSeconds: readonly number[];
}

/** How far back a speed looks. */
const windowMs = 3000;

export interface Watcher {
  look(): WatchState;
  /** Stops listening to the run. */
  close(): void;
}

export function watchRun(parts: {
  readonly pool: WorkerPool;
  readonly run: QueryRun;
  readonly splits: readonly Split[];
  readonly sources: readonly { readonly name: string }[];
  readonly budgetBytes: number;
  readonly hasKeys: boolean;
}): Watcher {
  const { pool, run, splits, sources, budgetBytes, hasKeys } = parts;
  const { slots } = pool;
  const readBytes = new Array<number>(slots.count).fill(0);
  const leftAtMs = new Map<number, { readonly reason: string; readonly atMs: number }>();
  const moments: Moment[] = [];
  let spilledBytes = 0;
  const unsubscribe = [
    run.events.on('splitDone', ({ worker, bytesRead }) => {
      readBytes[worker] = (readBytes[worker] ?? 0) + bytesRead;
    }),
    run.events.on('spilled', ({ bytes }) => {
      spilledBytes += bytes;
    }),
    pool.events.on('retired', ({ worker, reason }) => {
      if (reason !== 'aborted') leftAtMs.set(worker, { reason, atMs: monotonicMs() });
    }),
  ];

  const remember = (nowMs: number): Moment => {
    const now: Moment = {
      ms: nowMs,
      bytes: readBytes.map((bytes, slot) => bytes + slots.get(slot, 'taskBytesRead')),
      gcSeconds: readBytes.map((_, slot) => slots.get(slot, 'gcSecondsTotal')),
    };
    moments.push(now);
    while (moments.length > 2 && (moments[1]?.ms ?? nowMs) < nowMs - windowMs) moments.shift();
    return now;
  };

  const worker = (slot: number, before: Moment, now: Moment): WatchedWorker => {
    const seconds = Math.max(0.001, (now.ms - before.ms) / 1000);
    const left = leftAtMs.get(slot);
    const split = splits[slots.get(slot, 'splitIndex')];
    const isBusy = slots.get(slot, 'taskStartedAtMs') > 0;
    const isReading = isBusy && split !== undefined;
    return {
      worker: slot,
      state: slots.owner(slot) === 0 ? 'starting' : isReading ? 'reading' : isBusy ? 'merging' : 'waiting',
      file: isReading ? (sources[split.source]?.name ?? '') : '',
      split: isReading ? split.index : null,
      splitStart: split?.start ?? 0,
      splitBytesRead: slots.get(slot, 'taskBytesRead'),
      // a task's bytes leave its slot a moment before they are counted
      bytesPerSecond: Math.max(0, (now.bytes[slot] ?? 0) - (before.bytes[slot] ?? 0)) / seconds,
      heapUsedBytes: slots.get(slot, 'heapUsedBytes'),
      heapLimitBytes: slots.get(slot, 'heapLimitBytes'),
      arenaUsedBytes: slots.get(slot, 'arenaUsedBytes'),
      arenaLimitBytes: slots.get(slot, 'arenaLimitBytes'),
      gcShare: ((now.gcSeconds[slot] ?? 0) - (before.gcSeconds[slot] ?? 0)) / seconds,
      tasksInLife: slots.get(slot, 'tasksInLife'),
      lastRecycle:
        left === undefined ? null : { reason: left.reason, secondsAgo: Math.max(0, (now.ms - left.atMs) / 1000) },
    };
  };

  return {
    look() {
      const { bytesRead, bytesTotal, records, elapsedMs, splits: counts, retries } = run.progress();
      const now = remember(monotonicMs());
      const before = moments[0] ?? now;
      return {
        progress: { bytesRead, bytesTotal, records: records.read, rejected: records.rejected, elapsedMs },
        splits: counts,
        rssBytes: process.memoryUsage.rss(),
        recycled: pool.retirements.filter(({ reason }) => reason !== 'aborted').length,
        retries: Object.values(retries).reduce((sum, count) => sum + count, 0),
        isPaused: pool.isPaused,
        ...{ spilledBytes, budgetBytes, hasKeys },
        workers: readBytes.map((_, slot) => worker(slot, before, now)),
      };
    },
    close() {
      for (const stop of unsubscribe) stop();
    },
  };
}
