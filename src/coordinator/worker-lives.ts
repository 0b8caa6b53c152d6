/**
 * Which worker takes the next task: the bookkeeping of the pool's worker lives, apart from threads.
 *
 * Invariants: a life is never given more tasks than its limit, nor one after it was retired; it is retired by what it
 * has completed, not by what it was given. Among the free the most used goes first, which keeps the spare fresh.
 */
import type { RecycleReason } from './recycle-policy.ts';

export interface WorkerLife {
  readonly threadId: number;
  /** Number of the life in its pool, from 0. */
  readonly seat: number;
  readonly taskLimit: number;
  readonly startedAtMs: number;
  state: 'starting' | 'free' | 'busy' | 'leaving';
  assigned: number;
  completed: number;
  /** Why it leaves, once it does; `aborted`: its task was called off. */
  leaving: RecycleReason | 'aborted' | null;
  leftAtMs: number;
  /** Slot, -1 until the thread has claimed one. Kept after the exit. */
  slot: number;
  /** How long the thread took until it was ready; null while it starts. */
  bootMs: number | null;
  peakHeapBytes: number;
  peakArenaBytes: number;
}

export class WorkerLives {
  readonly #lives = new Map<number, WorkerLife>();
  #seats = 0;

  /** Number that the next life will have. */
  get nextSeat(): number {
    return this.#seats;
  }

  add(threadId: number, taskLimit: number, nowMs: number): WorkerLife {
    const life: WorkerLife = {
      threadId,
      seat: this.#seats++,
      taskLimit,
      startedAtMs: nowMs,
      state: 'starting',
      assigned: 0,
      completed: 0,
      leaving: null,
      leftAtMs: 0,
      slot: -1,
      bootMs: null,
      peakHeapBytes: 0,
      peakArenaBytes: 0,
    };
    this.#lives.set(threadId, life);
    return life;
  }

  get(threadId: number): WorkerLife | undefined {
    return this.#lives.get(threadId);
  }

  /** Only when the thread has exited: until then Piscina goes on offering it. */
  forget(threadId: number): void {
    this.#lives.delete(threadId);
  }

  get size(): number {
    return this.#lives.size;
  }

  [Symbol.iterator](): IterableIterator<WorkerLife> {
    return this.#lives.values();
  }

  /** The life that should take the next task, or null when none is free. */
  choose(): WorkerLife | null {
    let best: WorkerLife | null = null;
    for (const life of this.#lives.values()) {
      if (life.state !== 'free' || life.assigned >= life.taskLimit) continue;
      if (best === null || life.assigned > best.assigned) best = life;
    }
    return best;
  }

  assign(life: WorkerLife): void {
    life.assigned++;
    life.state = 'busy';
  }

  /** The task settled, whichever way; the thread lives on. */
  complete(life: WorkerLife): void {
    life.completed++;
    if (life.state === 'busy') life.state = 'free';
  }

  /** Takes the life out of service; its first reason stays. */
  leave(life: WorkerLife, reason: RecycleReason | 'aborted', nowMs: number): void {
    if (life.state !== 'leaving') {
      life.leaving = reason;
      life.leftAtMs = nowMs;
    }
    life.state = 'leaving';
  }
}
