/** Why a task has no result: what the worker said, or what happened to the worker. */
import { RunError } from '../core/errors.ts';
import type { Suspect, TaskFailure } from '../execute/messages.ts';

/**
 * `usage io arena bug record`: the worker reported it and lives on. `heap died deadline`: the worker is gone. `aborted`: asked
 * for. `pool`: no worker can be started at all.
 */
export type FailureKind = TaskFailure['kind'] | 'heap' | 'died' | 'deadline' | 'aborted' | 'pool';

export interface FailureDetails {
  readonly kind: FailureKind;
  /** Slot of the worker; -1 where the task never reached one. */
  readonly worker: number;
  readonly code: string | null;
  /** What the worker was working on, as far as that is known. */
  readonly suspect?: Suspect | null;
  /** Where the record is that has to be left out; of kind `record`. */
  readonly offset?: number;
  readonly cause?: unknown;
}

export class TaskError extends RunError {
  readonly kind: FailureKind;
  readonly worker: number;
  readonly code: string | null;
  readonly suspect: Suspect | null;
  readonly offset: number | null;

  constructor(message: string, details: FailureDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.worker = details.worker;
    this.code = details.code;
    this.suspect = details.suspect ?? null;
    this.offset = details.offset ?? null;
  }
}

/** `signal`: what called the task off; undefined where the pool was closed. */
export function abortError(signal: AbortSignal | undefined): TaskError {
  const details = { kind: 'aborted', worker: -1, code: 'ABORT_ERR' } as const;
  return new TaskError(
    'The task was called off',
    signal === undefined ? details : { ...details, cause: signal.reason },
  );
}
