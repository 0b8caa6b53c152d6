/** Turns whatever a task threw into plain data, because an Error loses its code and class between threads. */
import { RunError, UsageError } from '../src/core/errors.ts';
import { ArenaFullError } from '../src/execute/arena.ts';
import type { TaskFailure } from '../src/execute/messages.ts';
import { PoisonRecordError } from '../src/execute/record-failure.ts';

export function taskFailure(error: unknown): TaskFailure {
  const code = codeOf(error);
  return {
    type: 'failure',
    kind: kindOf(error, code),
    message: error instanceof Error ? error.message : String(error),
    code,
    stack: error instanceof Error ? (error.stack ?? null) : null,
    ...(error instanceof PoisonRecordError ? { offset: error.offset } : {}),
  };
}

/** The code of the error, or of what caused it: inputs wrap the system's errors in words of their own. */
function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : null;
}

function kindOf(error: unknown, code: string | null): TaskFailure['kind'] {
  if (error instanceof UsageError) return 'usage';
  if (error instanceof ArenaFullError) return 'arena';
  if (error instanceof PoisonRecordError) return 'record';
  if (error instanceof RunError) return 'io';
  // the system's codes (EIO, ENOENT) and zlib's (Z_DATA_ERROR), not Node's own (ERR_INVALID_ARG_TYPE)
  return code !== null && /^(E(?!RR_)|Z_)/.test(code) ? 'io' : 'bug';
}
