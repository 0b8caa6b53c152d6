/**
 * When a worker that has just finished a task leaves. Pure; the soft line here stays well below the hard cap (the heap
 * limit that kills), because a line close to the cap is crossed and passed between two looks.
 */
import type { MemorySample } from '../execute/messages.ts';

/** Reasons of the policy, and of workers that did not leave by it; `isolation`: a suspect task needed a fresh one. */
export type RecycleReason = 'tasks' | 'heap' | 'arena' | 'age' | 'died' | 'deadline' | 'isolation';

export interface RecyclePolicy {
  /** Tasks per worker's life; 0: no limit. */
  readonly afterTasks: number;
  /** Peak heap as a share of the heap limit. */
  readonly heapShare: number;
  /** Arena grown so far as a share of its limit: a new life gives the memory back. */
  readonly arenaShare: number;
  /**
   * Lives shorter than this are not ended by the arena: where every task fills it, leaving after each would cost more than
   * it gives back, and the budget has paid for the arena in full. The heap is different: at its limit the worker dies.
   */
  readonly arenaLeastAgeMs: number;
  readonly maxAgeMs: number;
}

export const defaultRecyclePolicy: RecyclePolicy = {
  afterTasks: 0,
  heapShare: 0.8,
  arenaShare: 0.8,
  arenaLeastAgeMs: 5000,
  maxAgeMs: Number.POSITIVE_INFINITY,
};

export interface LifeSoFar {
  /** Number of the life in its pool; spreads the retirements. */
  readonly seat: number;
  readonly completedTasks: number;
  readonly ageMs: number;
  readonly memory: Pick<
    MemorySample,
    'peakHeapBytes' | 'heapLimitBytes' | 'peakArenaBytes' | 'arenaLimitBytes' | 'isSpent'
  > | null;
}

/** The reason to retire the worker now, or null. */
export function recycleReason(policy: RecyclePolicy, life: LifeSoFar): 'tasks' | 'heap' | 'arena' | 'age' | null {
  if (life.completedTasks >= tasksPerLife(policy, life.seat)) return 'tasks';
  if (life.memory !== null) {
    if (life.memory.isSpent === true) return 'heap';
    if (life.memory.peakHeapBytes >= policy.heapShare * life.memory.heapLimitBytes) return 'heap';
    const arenaLine = policy.arenaShare * life.memory.arenaLimitBytes;
    if (life.memory.peakArenaBytes >= arenaLine && life.ageMs >= policy.arenaLeastAgeMs) return 'arena';
  }
  if (life.ageMs >= policy.maxAgeMs) return 'age';
  return null;
}

/** `afterTasks`, less up to a tenth by seat, so that workers which started together do not leave together. */
export function tasksPerLife(policy: RecyclePolicy, seat: number): number {
  if (policy.afterTasks === 0) return Number.POSITIVE_INFINITY;
  const spread = Math.floor(policy.afterTasks / 10) + 1;
  return policy.afterTasks - ((seat * 7919) % spread);
}
