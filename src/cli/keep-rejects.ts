/**
 * Connects a run to the file that `--rejects` names.
 */
import type { QueryRun } from '../coordinator/run-query.ts';
import { RejectsFile } from './rejects-file.ts';
import { RejectsInOrder } from './rejects-in-order.ts';

/** Throws UsageError where the file cannot be written. Call before the work starts. */
export function keepRejects(path: string): { follow(run: QueryRun): void; finish(): Promise<void> } {
  const file = new RejectsFile(path);
  const ordered = new RejectsInOrder();
  let writing: Promise<void> = Promise.resolve();
  const write = (rejects: Parameters<RejectsFile['write']>[0]) => {
    writing = writing.then(() => file.write(rejects));
    writing.catch(() => undefined); // finish() tells
  };
  return {
    follow(run) {
      // A split with rejects announces them after it was done.
      run.events.on('splitDone', ({ split, records }) => {
        if (records.rejected === 0) write(ordered.add(split.index, []));
      });
      run.events.on('rejected', ({ split, rejects }) => write(ordered.add(split.index, rejects)));
    },
    async finish() {
      write(ordered.rest());
      try {
        await writing;
      } finally {
        await file.close();
      }
    },
  };
}
