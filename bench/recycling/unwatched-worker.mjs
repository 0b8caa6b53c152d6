// The real worker without its watch over the heap: what happens where nobody looks until V8's limit is reached.
import { threadId, workerData } from 'node:worker_threads';
import { Arena } from '../../dist/src/execute/arena.js';
import { FunctionLoader } from '../../dist/src/execute/function-loader.js';
import { mergePartitions } from '../../dist/src/execute/merge.js';
import { routePartition } from '../../dist/src/execute/route.js';
import { scan } from '../../dist/src/execute/scan.js';
import { Slots } from '../../dist/src/execute/slots.js';
import { taskFailure } from '../../dist/workers/task-failure.js';
import { WorkerGauges } from '../../dist/workers/worker-gauges.js';

const gauges = new WorkerGauges(new Slots(workerData.slots), threadId);
const arena = new Arena(workerData.kernels, workerData.arenaLimitBytes);
const functions = new FunctionLoader(() => gauges.alive());
const context = {
  arena,
  worker: gauges.slot,
  functions,
  onBatch: (start, end, records) => gauges.batch(start, end, records),
  onChunk: (bytes, counts) => gauges.chunk(arena, bytes, counts),
};

export default async function handle(task) {
  arena.reset();
  gauges.begin(task, arena);
  try {
    const outcome = await run(task);
    return { ...outcome, memory: await gauges.end(arena) };
  } catch (error) {
    const suspect = gauges.suspect();
    await gauges.end(arena);
    return { ...taskFailure(error), suspect };
  }
}

function run(task) {
  if (task.type === 'scan') return scan(task, context);
  return task.type === 'merge' ? mergePartitions(task, arena, functions) : routePartition(task, arena, functions);
}
