/** What Piscina loads into a worker thread: runs one task at a time in the thread's arena. Everything else is imported. */
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { Arena } from '../src/execute/arena.ts';
import { type BulkResult, splitBulk } from '../src/execute/bulk.ts';
import { FunctionLoader } from '../src/execute/function-loader.ts';
import { mergePartitions } from '../src/execute/merge.ts';
import type {
  MergeOutcome,
  RouteOutcome,
  ScanOutcome,
  TaskFailure,
  WorkerEnvelope,
  WorkerResult,
  WorkerSetup,
  WorkerTask,
} from '../src/execute/messages.ts';
import { routePartition } from '../src/execute/route.ts';
import { type ScanContext, scan } from '../src/execute/scan.ts';
import { Slots } from '../src/execute/slots.ts';
import { HeapProfiler } from './heap-profiler.ts';
import { HeapWatch } from './heap-watch.ts';
import { taskFailure } from './task-failure.ts';
import { WorkerGauges } from './worker-gauges.ts';

const setup: WorkerSetup = workerData;
const gauges = new WorkerGauges(new Slots(setup.slots), threadId);
const heap = new HeapWatch();
const profiler = setup.heapProfile && new HeapProfiler(setup.heapProfile, gauges.slot, gauges.life);
const functions = new FunctionLoader(() => gauges.alive());
/** Made for the first task, whose kernels it takes. */
let arena: Arena | null = null;

export default async function handle(envelope: WorkerEnvelope): Promise<WorkerResult | BulkResult | TaskFailure> {
  const { kernels, ...task } = envelope;
  try {
    arena ??= new Arena(kernels, setup.arenaLimitBytes);
  } catch (error) {
    // without memory for it the thread ends, as one that cannot start does
    process.nextTick(() => {
      throw error;
    });
    return new Promise(() => undefined);
  }
  arena.reset(); // every task starts on an empty arena, whatever the last one left behind
  gauges.begin(task, arena);
  // what users' functions print is no part of the answer
  if (task.plan.modules !== undefined) process.stdout.write = process.stderr.write.bind(process.stderr);
  try {
    const outcome = await run(task, arena);
    profiler?.look('taskEnd');
    const memory = await gauges.end(arena);
    const isSpent = outcome.type === 'scan' && outcome.isCutShort === true;
    const result: WorkerResult = { ...outcome, memory: { ...memory, isSpent } };
    const parts = splitBulk(result);
    if (parts === null) return result;
    parentPort?.postMessage(parts.bulk, parts.transfer);
    return parts.rest;
  } catch (error) {
    const suspect = gauges.suspect();
    await gauges.end(arena);
    return { ...taskFailure(error), suspect };
  }
}

async function run(task: WorkerTask, arena: Arena): Promise<ScanOutcome | MergeOutcome | RouteOutcome> {
  if (task.type === 'scan') return scan(task, contextOf(arena));
  return task.type === 'merge' ? mergePartitions(task, arena, functions) : routePartition(task, arena, functions);
}

const contextOf = (arena: Arena): ScanContext => ({
  arena,
  worker: gauges.slot,
  functions,
  onBatch: (start, end, records) => gauges.batch(start, end, records),
  onFlush: () => gauges.flushed(),
  onFunctions: () => heap.noteBase(),
  isSpent() {
    const isSpent = heap.isSpent();
    profiler?.look(isSpent ? 'spent' : 'boundary');
    return isSpent;
  },
  onChunk(bytes, counts) {
    gauges.chunk(arena, bytes, counts);
    profiler?.look('boundary');
  },
});
