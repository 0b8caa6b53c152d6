/** Decides everything about a run that --explain prints: budget, workers, splits, recycling. Pure but for the default memory. */
import { availableParallelism } from 'node:os';
import type { InputName, SourceFile, Split } from '../core/source.ts';
import { type Budget, divideBudget } from './budget.ts';
import type { HeapProfileOptions } from './heap-files.ts';
import { defaultMemory, type MemoryDefault, originOf } from './memory-limit.ts';
import {
  defaultRecycleAfter,
  defaultSplitBytes,
  planSplits,
  type SplitKind,
  type SplitRequest,
} from './plan-splits.ts';
import type { PoolOptions } from './pool.ts';
import { defaultRecyclePolicy } from './recycle-policy.ts';

/** What the user may say; whatever is absent is derived. */
export interface RunRequest {
  readonly memoryBytes?: number;
  /** What is taken where that is absent, by who plans several times: looking for it reads a handful of files. */
  readonly memoryDefault?: MemoryDefault;
  readonly workers?: number;
  readonly workerHeapBytes?: number;
  readonly workerArenaBytes?: number;
  readonly splitBytes?: number;
  /** 0: never. */
  readonly recycleAfter?: number;
  /** A task without progress for so long is taken from its worker. */
  readonly deadlineMs?: number;
  readonly heapProfile?: HeapProfileOptions;
}

export interface RunPlan {
  readonly budget: Budget;
  /** Where the budget comes from; null where the user said it. */
  readonly budgetOrigin: string | null;
  readonly splits: readonly Split[];
  readonly splitBytes: number;
  readonly recycleAfter: number;
  readonly pool: PoolOptions;
}

const defaultDeadlineMs = 120_000;
/** A thread is ready for work after about 50 ms, in which another reads more than this. */
const leastBytesPerWorker = 8 * 1024 * 1024;

/** Throws UsageError where the budget is too small. */
export function planRun(
  sources: readonly SourceFile[],
  kind: SplitKind,
  request: RunRequest,
  isSplittable: (input: InputName) => boolean,
): RunPlan {
  const memory = request.memoryBytes === undefined ? (request.memoryDefault ?? defaultMemory()) : null;
  const divide = (spare: boolean, workers: number | null) =>
    divideBudget({
      totalBytes: request.memoryBytes ?? memory?.bytes ?? 0,
      workers,
      cores: availableParallelism(),
      spare,
      workerHeapBytes: request.workerHeapBytes ?? null,
      workerArenaBytes: request.workerArenaBytes ?? null,
    });
  const fitting = divide(false, request.workers ?? null).workers;
  const workers = request.workers ?? Math.min(fitting, usefulWorkers(sources, isSplittable));
  const splitRequest: SplitRequest = {
    workers,
    splitBytes: request.splitBytes ?? null,
    kind,
    arenaBytes: divide(false, workers).workerArenaBytes,
    isSplittable,
  };
  const splitBytes = request.splitBytes ?? defaultSplitBytes(sources, splitRequest);
  const splits = planSplits(sources, splitRequest);
  const recycleAfter = request.recycleAfter ?? defaultRecycleAfter(splitBytes);
  const spare = recycleAfter > 0 && splits.length > recycleAfter;
  const budget = divide(spare, workers);
  return {
    budget,
    budgetOrigin: memory === null ? null : originOf(memory),
    splits,
    splitBytes,
    recycleAfter,
    pool: {
      ...poolOptions(budget, recycleAfter, spare, request.deadlineMs ?? defaultDeadlineMs),
      ...(request.heapProfile === undefined ? {} : { heapProfile: request.heapProfile }),
    },
  };
}

/** How many workers have enough to do to be worth their start. */
function usefulWorkers(sources: readonly SourceFile[], isSplittable: (input: InputName) => boolean): number {
  let bytes = 0;
  let whole = 0;
  for (const { input, sizeBytes } of sources) {
    if (sizeBytes !== null && isSplittable(input)) bytes += sizeBytes;
    else whole++;
  }
  return Math.max(1, whole + Math.ceil(bytes / leastBytesPerWorker));
}

export function poolOptions(budget: Budget, recycleAfter: number, spare: boolean, deadlineMs: number): PoolOptions {
  return {
    workers: budget.workers,
    spare,
    heapOldMb: budget.workerHeapOldMb,
    heapYoungMb: budget.workerHeapYoungMb,
    arenaLimitBytes: budget.workerArenaBytes,
    recycle: { ...defaultRecyclePolicy, afterTasks: recycleAfter },
    deadlineMs,
  };
}
