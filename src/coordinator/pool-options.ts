/** What a pool of workers is made from, and what it tells. */
import type { HeapProfileOptions } from './heap-files.ts';
import type { RecyclePolicy, RecycleReason } from './recycle-policy.ts';

export interface PoolOptions {
  /** Tasks that run at the same time. */
  readonly workers: number;
  /** One more thread, kept warm; not worth its memory where no worker will be recycled. */
  readonly spare: boolean;
  readonly heapOldMb: number;
  readonly heapYoungMb: number;
  readonly arenaLimitBytes: number;
  readonly recycle: RecyclePolicy;
  /** A task without progress for so long costs its worker the life. */
  readonly deadlineMs: number;
  /** Absent: heaps are not profiled. */
  readonly heapProfile?: HeapProfileOptions;
  /** The built worker; another one in tests. */
  readonly workerFile?: URL;
}

export interface Retirement {
  readonly reason: RecycleReason | 'aborted';
  readonly worker: number;
  /** The how manieth life in the worker's slot, from 1; 0 for a thread that never came to run our code. */
  readonly life: number;
  readonly tasks: number;
  /** From leaving service to the thread's end. */
  readonly ms: number;
  /** Length of the life, from the thread's start to its end. */
  readonly ageMs: number;
  /** High-water marks of this life, as far as it told them: a worker that dies tells those of its last chunk. */
  readonly peakHeapBytes: number;
  readonly peakArenaBytes: number;
}

/** A worker that is ready for tasks. */
export interface WorkerStart {
  readonly worker: number;
  /** `Date.now()` when its thread was started. */
  readonly startedAtMs: number;
  /** From the thread's start to readiness. */
  readonly ms: number;
}

export interface PoolEvents {
  readonly started: WorkerStart;
  readonly retired: Retirement;
  /** No task is handed out any more; those that run end. */
  readonly paused: object;
  readonly resumed: object;
  /** A thread goes on although it was terminated (a livelock of V8): only the end of the process ends it. */
  readonly stuck: { readonly worker: number };
  readonly warning: { readonly message: string };
}
