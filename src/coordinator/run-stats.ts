/** The statistics of a run: what `--stats` writes. */
import type { RecordCounts } from '../core/reject.ts';
import { peakRssBytes } from './peak-rss.ts';
import type { WorkerPool } from './pool.ts';
import type { Prediction } from './predict-memory.ts';
import type { StateSize } from './state-size.ts';

export interface WorkerMemory {
  readonly worker: number;
  readonly peakHeapBytes: number;
  readonly heapLimitBytes: number;
  readonly peakArenaBytes: number;
  readonly arenaLimitBytes: number;
  readonly gcSeconds: number;
}

export interface RunStats {
  readonly elapsedSeconds: number;
  readonly bytesRead: number;
  readonly records: RecordCounts;
  readonly workers: number;
  /** Splits that were read to their end and counted. */
  readonly splits: number;
  readonly retries: number;
  readonly retriesByReason: Readonly<Record<string, number>>;
  /** Records that were put aside because workers died of them; they are among the rejected. */
  readonly quarantined: number;
  /** Splits that were read again because they began inside quotes. */
  readonly rescans: number;
  /** By reason; `aborted` workers, whose task was not needed any more, are no recycles. */
  readonly recycles: Readonly<Record<string, number>>;
  /** What all retirements took together, from leaving service to the thread's end. */
  readonly recycleMs: number;
  readonly spilledBytes: number;
  /** What a sample of the input had foretold; only where one was taken. */
  readonly prediction?: Prediction;
  readonly memory: {
    readonly budgetBytes: number;
    readonly peakRssBytes: number;
    /** What a sample of the input had foretold; only where one was taken. */
    readonly predictedPeakRssBytes?: number;
    /** Of the question's state, as it leaves the workers; null where no record matched. */
    readonly bytesPerGroup: number | null;
    readonly bytesPerRecord: number | null;
    /** By slot; of the lives in a slot the highest marks, for the pool's time so far. */
    readonly perWorker: readonly WorkerMemory[];
  };
}

/** Peaks of every slot that has worked. */
export function workerMemory(pool: WorkerPool): WorkerMemory[] {
  const { slots } = pool;
  const workers: WorkerMemory[] = [];
  for (let worker = 0; worker < slots.count; worker++) {
    if (slots.get(worker, 'tasksTotal') === 0 && slots.get(worker, 'arenaLimitBytes') === 0) continue;
    workers.push({
      worker,
      peakHeapBytes: slots.get(worker, 'peakHeapBytes'),
      heapLimitBytes: slots.get(worker, 'heapLimitBytes'),
      peakArenaBytes: slots.get(worker, 'peakArenaBytes'),
      arenaLimitBytes: slots.get(worker, 'arenaLimitBytes'),
      gcSeconds: slots.get(worker, 'gcSecondsTotal'),
    });
  }
  return workers;
}

export function memoryStats(
  pool: WorkerPool,
  budgetBytes: number,
  { bytesPerGroup, bytesPerRecord }: StateSize,
  prediction: Prediction | undefined,
): RunStats['memory'] {
  return {
    budgetBytes,
    peakRssBytes: peakRssBytes(),
    ...(prediction === undefined ? {} : { predictedPeakRssBytes: prediction.peakRssBytes }),
    bytesPerGroup,
    bytesPerRecord,
    perWorker: workerMemory(pool),
  };
}

/** Retirements since `from`, the pool's count when the run began. */
export function recycleStats(pool: WorkerPool, from: number): Pick<RunStats, 'recycles' | 'recycleMs'> {
  const recycles: Record<string, number> = {};
  let recycleMs = 0;
  for (const { reason, ms } of pool.retirements.slice(from)) {
    if (reason === 'aborted') continue;
    recycles[reason] = (recycles[reason] ?? 0) + 1;
    recycleMs += ms;
  }
  return { recycles, recycleMs };
}
