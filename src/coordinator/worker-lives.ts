/**
 * Which worker takes the next task: the bookkeeping of the pool's worker lives, apart from threads.
 *
 * Invariants: a life is never given more tasks than its limit, nor one after it was retired; it is retired by what it
 * has completed, not by what it was given. Among the free the most used goes first, which keeps the spare fresh.
 */
import type { Suspect } from '../execute/messages.ts';
import { type Slots, suspectOf } from '../execute/slots.ts';
import type { Retirement } from './pool-options.ts';
import {
  type LifeSoFar,
  type RecyclePolicy,
  type RecycleReason,
  recycleReason,
  tasksPerLife,
} from './recycle-policy.ts';

/** A thread that takes longer to end may never end (a known V8 livelock). */
const leavingMs = 5000;

export interface WorkerLife {
  readonly threadId: number;
  /** Number of the life in its pool, from 0. */
  readonly seat: number;
  taskLimit: number;
  readonly startedAtMs: number;
  state: 'starting' | 'free' | 'busy' | 'leaving';
  assigned: number;
  completed: number;
  /** Why it leaves, once it does; `aborted`: its task was called off. */
  leaving: RecycleReason | 'aborted' | null;
  leftAtMs: number;
  /** Slot, -1 until the thread has claimed one. Kept after the exit. */
  slot: number;
  /** The how manieth in its slot, from 1; 0 until that is known. */
  number: number;
  /** How long the thread took until it was ready; null while it starts. */
  bootMs: number | null;
  peakHeapBytes: number;
  peakArenaBytes: number;
  /** What it was working on when its thread ended; undefined while that lives. */
  suspect: Suspect | null | undefined;
}

export class WorkerLives {
  readonly #lives = new Map<number, WorkerLife>();
  #policy: RecyclePolicy;
  #seats = 0;

  constructor(policy: RecyclePolicy) {
    this.#policy = policy;
  }

  recycleBy(policy: RecyclePolicy): void {
    this.#policy = policy;
    for (const life of this.#lives.values()) life.taskLimit = tasksPerLife(policy, life.seat);
  }

  add(threadId: number, nowMs: number): WorkerLife {
    const seat = this.#seats++;
    const life: WorkerLife = {
      threadId,
      seat,
      taskLimit: tasksPerLife(this.#policy, seat),
      startedAtMs: nowMs,
      state: 'starting',
      assigned: 0,
      completed: 0,
      leaving: null,
      leftAtMs: 0,
      slot: -1,
      number: 0,
      bootMs: null,
      peakHeapBytes: 0,
      peakArenaBytes: 0,
      suspect: undefined,
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

  /** The life that should take the next task, or null when none is free. `fresh`: one that has had no task yet. */
  choose(fresh = false): WorkerLife | null {
    let best: WorkerLife | null = null;
    for (const life of this.#lives.values()) {
      if (life.state !== 'free' || life.assigned >= life.taskLimit || (fresh && life.assigned > 0)) continue;
      if (best === null || life.assigned > best.assigned) best = life;
    }
    return best;
  }

  /** A life to end so that a fresh one takes its place; null where one is coming already, or none is free. */
  toReplace(nowMs: number): WorkerLife | null {
    let found: WorkerLife | null = null;
    for (const life of this.#lives.values()) {
      const isStuck = life.state === 'leaving' && nowMs - life.leftAtMs > leavingMs;
      if (life.state === 'starting' || (life.state === 'leaving' && !isStuck)) return null;
      if (life.state === 'free') found = life;
    }
    return found;
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

  /** Why a life that has just completed a task should end, or null. */
  reasonToLeave(life: WorkerLife, memory: LifeSoFar['memory'], nowMs: number): RecycleReason | null {
    const { seat, completed, startedAtMs } = life;
    return recycleReason(this.#policy, { seat, completedTasks: completed, ageMs: nowMs - startedAtMs, memory });
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

/** Whether a life serves, or may still come or make room for another. */
export function isHopeful({ state, leftAtMs, startedAtMs }: WorkerLife, nowMs: number, patienceMs: number): boolean {
  if (state === 'free' || state === 'busy') return true;
  return nowMs - (state === 'leaving' ? leftAtMs : startedAtMs) < patienceMs;
}

/** What is told of a life whose thread has ended. */
export function retirementOf(life: WorkerLife, nowMs: number): Retirement {
  return {
    reason: life.leaving ?? 'died',
    worker: life.slot,
    life: life.number,
    tasks: life.completed,
    ms: nowMs - life.leftAtMs,
    ageMs: nowMs - life.startedAtMs,
    peakHeapBytes: life.peakHeapBytes,
    peakArenaBytes: life.peakArenaBytes,
  };
}

/** Keeps what the slot of a thread that has ended says of it, before the slot is freed. */
export function noteLastFigures(life: WorkerLife, slots: Slots): void {
  life.peakHeapBytes = Math.max(life.peakHeapBytes, slots.get(life.slot, 'heapUsedBytes'));
  life.peakArenaBytes = Math.max(life.peakArenaBytes, slots.get(life.slot, 'arenaUsedBytes'));
  life.number = slots.get(life.slot, 'livesTotal');
  life.suspect = suspectOf(slots, life.slot);
}
