/**
 * One task with the heap of two workers, while the others rest: for the one record that needs more than a worker has.
 *
 * Invariant: at most one such worker at a time, and only while the pool's own hold nothing, so the budget is kept.
 */
import type { WorkerResult, WorkerTask } from '../execute/messages.ts';
import { openWorkerPool, type WorkerPool } from './pool.ts';

export class LargerWorker {
  readonly #pool: WorkerPool;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /** Whether the budget holds one: the shares of two workers are enough. */
  get isAffordable(): boolean {
    return this.#pool.options.workers >= 2;
  }

  /** Rejects with TaskError. */
  run(task: WorkerTask, signal: AbortSignal, onStart: (worker: number) => void): Promise<WorkerResult> {
    const result = this.#turn.then(() => this.#runAlone(task, signal, onStart));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #runAlone(task: WorkerTask, signal: AbortSignal, onStart: (worker: number) => void): Promise<WorkerResult> {
    const { heapProfile: _, ...options } = this.#pool.options; // its slots would have the names of the pool's
    await this.#pool.rest();
    try {
      const heapOldMb = options.heapOldMb * 2 + options.heapYoungMb;
      const larger = await openWorkerPool({ ...options, workers: 1, spare: false, heapOldMb });
      try {
        return await larger.submit(task, signal, onStart).result;
      } finally {
        await larger.close();
      }
    } finally {
      this.#pool.wake();
    }
  }
}
