/** A task on its way through the pool: what its caller holds, and what the pool does. */
import type { WorkerResult, WorkerTask } from '../execute/messages.ts';
import type { TaskError } from './task-error.ts';
import type { WorkerLife } from './worker-lives.ts';

/** A task that was handed to the pool. */
export interface Job {
  readonly result: Promise<WorkerResult>;
  /** Slot of the worker that runs it, -1 while it waits or when it is over. */
  slot(): number;
}

export interface Ticket {
  readonly task: WorkerTask;
  readonly onStart: (worker: number) => void;
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: TaskError) => void;
  /** Only a worker that has had no task yet will do. */
  readonly fresh: boolean;
  life: WorkerLife | null;
  startedAtMs: number;
  settled: boolean;
}

export function isTicket(value: unknown): value is Ticket {
  return typeof value === 'object' && value !== null && 'life' in value && 'settled' in value;
}
