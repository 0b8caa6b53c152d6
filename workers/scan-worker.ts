/** What Piscina loads into a worker thread: runs one task at a time in the thread's arena. Everything else is imported. */
import { threadId, workerData } from 'node:worker_threads';
import { Arena } from '../src/execute/arena.ts';
import { mergePartition } from '../src/execute/merge.ts';
import type { TaskFailure, WorkerResult, WorkerSetup, WorkerTask } from '../src/execute/messages.ts';
import { scan } from '../src/execute/scan.ts';
import { Slots } from '../src/execute/slots.ts';
import { taskFailure } from './task-failure.ts';
import { WorkerGauges } from './worker-gauges.ts';

const setup: WorkerSetup = workerData;
const gauges = new WorkerGauges(new Slots(setup.slots), threadId);
let arena = new Arena(setup.kernels, setup.arenaLimitBytes);

export default async function handle(task: WorkerTask): Promise<WorkerResult | TaskFailure> {
  gauges.begin(task, arena);
  try {
    const result = await run(task);
    return { ...result, memory: await gauges.end(arena) };
  } catch (error) {
    await gauges.end(arena);
    arena = new Arena(setup.kernels, setup.arenaLimitBytes); // a task that failed half-way leaves blocks behind
    return taskFailure(error);
  }
}

function run(task: WorkerTask): Promise<WorkerResult> {
  if (task.type === 'merge') return mergePartition(task, arena);
  return scan(task, {
    arena,
    worker: gauges.slot,
    onChunk: (bytes, counts) => gauges.chunk(arena, bytes, counts),
  });
}
