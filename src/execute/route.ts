/** Cuts a partition that is too large for an arena into 64 by further bits of the hash; each fits, or is cut again. */
import { monotonicMs } from '../core/monotonic.ts';
import type { Arena } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import type { FunctionLoader } from './function-loader.ts';
import { GroupTable } from './group-table.ts';
import type { RouteOutcome, RouteTask } from './messages.ts';
import { createPartial, partitionCount } from './partial.ts';
import { PartialOutbox } from './partial-outbox.ts';
import { SegmentReader } from './segment-reader.ts';

/** So much is gathered before it leaves as a partial. */
const gatherBytes = 1 << 20;

/** Throws ArenaFullError, RunError. */
export async function routePartition(task: RouteTask, arena: Arena, loader: FunctionLoader): Promise<RouteOutcome> {
  const started = monotonicMs();
  const functions = await loader.load(task.plan.modules);
  const outbox = new PartialOutbox(task.results.resultBytes, task.results.spill);
  const table = new GroupTable(task.plan, arena, functions);
  table.cutAfter(task.usedBits);
  const gathered = Array.from({ length: partitionCount }, () => new ByteWriter(gatherBytes / partitionCount));
  let bytes = 0;
  const leave = () => {
    if (bytes > 0) outbox.add(partialOf(gathered));
    for (const writer of gathered) writer.clear();
    bytes = 0;
  };
  try {
    new SegmentReader(arena).read(table, task.segments, (begin, end) => {
      table.route(begin, end, (partition, piece) => gathered[partition]?.append(piece));
      bytes += end - begin;
      if (bytes >= gatherBytes) leave();
      return true;
    });
    leave();
    return { type: 'route', ...outbox.finish(), rows: [], elapsedMs: monotonicMs() - started };
  } finally {
    outbox.close();
  }
}

/** How many groups there are nobody knows: some may be in it several times. */
function partialOf(gathered: readonly ByteWriter[]): Uint8Array {
  const { partial, begins } = createPartial(
    0,
    gathered.map((writer) => writer.length),
  );
  gathered.forEach((writer, partition) => {
    partial.set(writer.view(), begins[partition]);
  });
  return partial;
}
