/** What happened to a worker that is gone: from how it left, or from what its thread threw last. */
import type { FailureKind } from './task-error.ts';
import type { WorkerLife } from './worker-lives.ts';

export function deathKind(life: WorkerLife | null, code: string | null): FailureKind {
  if (life?.leaving === 'deadline' || life?.leaving === 'aborted') return life.leaving;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'heap' : 'died';
}

export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
