/**
 * Results to stdout, at the speed of whoever reads them. A reader that goes away (`| head`) is no failure: it has what it
 * wanted.
 *
 * A small answer goes to a file or a pipe past the stream, for which a short run would wait at its end. Only a small one:
 * where a pipe is full such a write blocks this thread, interrupts included.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { RunError } from '../core/errors.ts';
import { systemErrorWords } from '../inputs/system-error.ts';
import type { Sink } from '../outputs/output.ts';
import { descriptors, isFileOrPipe, standardOutput } from './standard-output.ts';

/** Nobody reads stdout any more. */
export class ClosedPipeError extends Error {
  override readonly name = 'ClosedPipeError';
}

/** What an empty pipe holds, on macOS; on Linux it is four times as much. */
const smallBytes = 16 * 1024;

/** `isCounted`: somebody asks the stream how much went through it. */
export function stdoutSink(isCounted: boolean): Sink {
  let failure: Error | null = null;
  let directBytes = isCounted || !isFileOrPipe('stdout') ? 0 : smallBytes;
  standardOutput.isDirect = directBytes > 0;
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
  if (!standardOutput.isDirect) process.stdout.on('error', fail);
  /** Gives what is left for the stream. */
  const writeDirectly = (chunk: string | Uint8Array): string | Uint8Array => {
    if (!standardOutput.isDirect) return chunk;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const written = bytes.length <= directBytes ? writeNow(bytes) : 0;
    directBytes -= written;
    if (written === bytes.length) return '';
    standardOutput.isDirect = false;
    process.stdout.on('error', fail);
    return written === 0 ? chunk : bytes.subarray(written);
  };
  const write = async (whole: string | Uint8Array): Promise<void> => {
    const chunk = writeDirectly(whole);
    if (typeof chunk !== 'string') {
      // a copy that could wait in the stream would be memory that nobody counts
      await new Promise<void>((resolve) => process.stdout.write(chunk, () => resolve()));
    } else if (chunk !== '' && !process.stdout.write(chunk)) {
      // `once` rejects with the stream's error, which the listener above has translated by then.
      await once(process.stdout, 'drain').catch(() => undefined);
    }
  };
  return async (chunk) => {
    if (failure === null && chunk.length > 0) await write(chunk).catch(fail);
    if (failure !== null) throw failure;
  };
}

/** How many of the bytes the system took: a pipe that another process has made non-blocking may be full. */
function writeNow(bytes: Uint8Array): number {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptors.stdout, bytes, written);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
  }
  return written;
}
