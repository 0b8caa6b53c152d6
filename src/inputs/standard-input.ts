/**
 * Standard input as a descriptor whose reads do not wait, where the system gives one.
 *
 * A thread that waits inside a read cannot be ended, and neither can its process: `tail -f app.log | millrace ... LIMIT 3 -`
 * would have its answer and hang until the next line, and Ctrl-C as well. So a pipe or terminal is opened once more,
 * non-blocking, which leaves the descriptor that is shared with other programs as it is. (A file would start anew.)
 */
import { constants, fstatSync, openSync } from 'node:fs';

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
