/**
 * Results to stdout, at the speed of whoever reads them. A reader that goes away (`| head`) is no failure: it has what it
 * wanted.
 */
import { once } from 'node:events';
import { RunError } from '../core/errors.ts';
import { systemErrorWords } from '../inputs/system-error.ts';
import type { Sink } from '../outputs/output.ts';

/** Nobody reads stdout any more. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError';
}

export function stdoutSink(): Sink {
  let failure: Error | null = null;
  const fail = (error: NodeJS.ErrnoException) => {
    failure ??=
      error.code === 'EPIPE'
        ? new ClosedPipeError('Standard output is closed')
        : new RunError(
            `Cannot write the result to standard output: ${systemErrorWords(error)}: send it elsewhere, and run again`,
            {
              cause: error,
            },
          );
  };
  process.stdout.on('error', fail);
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (typeof chunk !== 'string') {
      // a copy that could wait in the stream would be memory that nobody counts
      await new Promise<void>((resolve) => process.stdout.write(chunk, () => resolve()));
    } else if (!process.stdout.write(chunk)) {
      // `once` rejects with the stream's error, which the listener above has translated by then.
      await once(process.stdout, 'drain').catch(() => undefined);
    }
  };
  return async (chunk) => {
    if (failure === null && chunk.length > 0) await write(chunk).catch(fail);
    if (failure !== null) throw failure;
  };
}
