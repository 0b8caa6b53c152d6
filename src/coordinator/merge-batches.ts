/**
 * Which partitions go to a worker together: a task costs both sides about a millisecond, which is more than small partitions
 * are worth.
 */
import { partitionCount } from '../execute/partial.ts';
import type { PartialStore } from './partial-store.ts';

/** More tasks than workers, so that none has nothing to do for long while others end: at least, and where there is much to merge. */
const [fewTasks, manyTasks] = [2, 4];
/** Less is not worth many tasks. */
const leastBytes = 4 << 20;
/** Where they are large, the first ones are smaller: as long as these are put together, workers wait. */
const firstPart = 1 / 4;
const leastToWaitFor = 1 << 20;
/** A task's bytes are copied together before it is sent, and stand in memory twice until then. */
const mostBytes = 8 << 20;
const partOfStore = 1 / 16;

/**
 * All partitions of a store that have groups, in order, in batches of one or more. `parallel`: batches that are out at a time.
 * `alone`: each by itself.
 */
export function mergeBatches(store: PartialStore, parallel: number, alone: boolean): number[][] {
  const sizes = Array.from({ length: partitionCount }, (_, partition) => store.bytesOf(partition));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const wanted = Math.min(total / (parallel * fewTasks), Math.max(total / (parallel * manyTasks), leastBytes));
  const most = alone ? 0 : Math.min(wanted, mostBytes, store.limitBytes * partOfStore);
  const batches: number[][] = [];
  let room = 0;
  for (const [partition, bytes] of sizes.entries()) {
    if (bytes === 0) continue;
    const last = batches.at(-1);
    if (last !== undefined && bytes <= room) {
      last.push(partition);
    } else {
      batches.push([partition]);
      room = most > leastToWaitFor && batches.length <= parallel ? most * firstPart : most;
    }
    room -= bytes;
  }
  return batches;
}
