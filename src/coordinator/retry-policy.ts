/** Whether a failed task is tried again, and what is said when it is not. Pure. */
import { formatSize } from '../core/size.ts';
import type { FailureKind } from './task-error.ts';

export interface RetryPolicy {
  /** Tries per split, the first one included. */
  readonly attempts: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 3 };

export interface Failure {
  readonly kind: FailureKind;
  readonly code: string | null;
  readonly message: string;
  readonly worker: number;
}

/** Codes of states that another try within seconds does not change. */
const lastingCodes: ReadonlySet<string> = new Set([
  'ENOENT',
  'EACCES',
  'EPERM',
  'EISDIR',
  'ENOTDIR',
  'ENOSPC',
  'EROFS',
]);

/** `attempt` is the try that failed, 1 for the first. */
export function isRetried(policy: RetryPolicy, failure: Failure, attempt: number): boolean {
  if (attempt >= policy.attempts) return false;
  switch (failure.kind) {
    case 'heap':
    case 'died':
    case 'deadline':
      return true;
    case 'io':
      // zlib's errors come from the bytes, which stay as they are
      return failure.code === null || !(lastingCodes.has(failure.code) || failure.code.startsWith('Z_'));
    case 'bug':
    case 'arena':
      return attempt === 1; // the same input usually fails in the same way: one more try, on a fresh arena
    case 'usage':
    case 'aborted':
    case 'pool':
    case 'record':
      return false;
  }
  return failure.kind satisfies never;
}

/** Said when too many records kill workers; `place`: where the last one is, for example `app.log:1024`. */
export function deathsMessage(what: string, failure: Failure, deaths: number, place: string | null): string {
  const last = place === null ? '' : `, the last one at ${place}`;
  const how = { heap: 'by its heap limit', deadline: 'by its deadline', arena: 'by its arena limit' };
  const by = failure.kind in how ? how[failure.kind as keyof typeof how] : `(${failure.message})`; // the line's own test
  return `Cannot finish ${what}: workers died of its records ${deaths} times${last} ${by}: correct the function that does it, or raise --max-deaths to put such records aside and go on`;
}

export interface WorkerCaps {
  readonly heapLimitBytes: number;
  readonly arenaLimitBytes: number;
  readonly deadlineMs: number;
  /** False for what was read from a pipe and is gone. */
  readonly isReadable: boolean;
}

const fromFile =
  'and what comes from a pipe cannot be read again: read it from a file, where such records are put aside';

/** `what` is the subject, for example `split app.log[64 MiB, 128 MiB)`. */
export function failureMessage(what: string, failure: Failure, attempt: number, caps: WorkerCaps): string {
  const worker = failure.worker < 0 ? 'a worker' : `worker ${failure.worker}`;
  const times = timesInWords(attempt);
  switch (failure.kind) {
    case 'heap': {
      const limit = formatSize(caps.heapLimitBytes);
      return `Cannot finish ${what}: ${worker} reached its ${limit} heap limit ${times}: raise --worker-heap or --memory`;
    }
    case 'arena': {
      const limit = formatSize(caps.arenaLimitBytes);
      return `Cannot finish ${what}: ${worker} filled its ${limit} arena ${times}: raise --worker-arena or --memory`;
    }
    case 'died':
      return `Cannot finish ${what}: ${worker} died ${times} (${failure.message}), ${caps.isReadable ? 'and no record is to blame: report this' : fromFile}`;
    case 'deadline': {
      const seconds = Math.round(caps.deadlineMs / 1000);
      return `Cannot finish ${what}: ${worker} made no progress for ${seconds} s ${times}${caps.isReadable ? ': raise --deadline' : `, ${fromFile}`}`;
    }
    case 'usage':
    case 'io':
      // inputs say it all: `Cannot open "app.log": ...`
      return failure.message.startsWith('Cannot ') ? failure.message : `Cannot finish ${what}: ${failure.message}`;
    case 'bug':
    case 'aborted':
    case 'pool':
    case 'record':
      return `Cannot finish ${what}: ${failure.message}`;
  }
  return failure.kind satisfies never;
}

function timesInWords(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
