/**
 * Standard input as a descriptor whose reads do not wait, where the system gives one.
 *
 * A thread that waits inside a read cannot be ended, and neither can its process: `tail -f app.log | millrace ... LIMIT 3 -`
 * would have its answer and hang until the next line, and Ctrl-C as well. So a pipe or terminal is opened once more,
 * non-blocking, which leaves the descriptor that is shared with other programs as it is. (A file would start anew.)
 */
import { constants, fstatSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const standardInput = 0;

/** Descriptor 0 where there is no other; whoever gets another one closes it. */
export function openStandardInput(): number {
  const stats = fstatSync(standardInput);
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return standardInput;
  try {
    return openSync('/dev/stdin', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return standardInput; // no such device here, or not ours to open (a terminal after su)
  }
}

/**
 * A socket (what Node.js gives the programs it spawns) cannot be opened once more. It is made non-blocking for all threads of
 * the process by wrapping it, in the thread that lives as long as the process: closing the wrapper would close descriptor 0.
 */
export async function unblockStandardInput(): Promise<void> {
  if (!isMainThread || !fstatSync(standardInput).isSocket()) return;
  const { Socket } = await import('node:net');
  new Socket({ fd: standardInput, readable: false, writable: false }).unref();
}
