/**
 * Results to stdout, at the speed of whoever reads them. A reader that goes away (`| head`) is no failure: it has what it
 * wanted.
 */
import { once } from 'node:events';
import type { Sink } from '../outputs/output.ts';

/** Nobody reads stdout any more. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError';
}

export function stdoutSink(): Sink {
  let failure: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error.code === 'EPIPE' ? new ClosedPipeError('Standard output is closed') : error;
  });
  return async (chunk) => {
    if (failure !== null) throw failure;
    if (chunk.length === 0) return;
    if (typeof chunk !== 'string') {
      // a copy that could wait in the stream would be memory that nobody counts
      await new Promise<void>((resolve) => process.stdout.write(chunk, () => resolve()));
    } else if (!process.stdout.write(chunk)) {
      // `once` rejects with the stream's error, which the listener above has translated by then.
      await once(process.stdout, 'drain').catch(() => undefined);
    }
    if (failure !== null) throw failure;
  };
}
