/** What Piscina is told of the pool's threads. */
import { fileURLToPath } from 'node:url';
import type { WorkerSetup } from '../execute/messages.ts';
import type { PoolOptions } from './pool-options.ts';

/** `setup`: what a thread is handed when it starts, one for each row of slots. */
export function threadOptions(options: PoolOptions, setup: Omit<WorkerSetup, 'handler'>) {
  const workerData: WorkerSetup = {
    ...setup,
    handler: handlerOf(options.workerFile ?? new URL('../../workers/scan-worker.cjs', import.meta.url)),
  };
  return {
    filename: fileURLToPath(new URL('../../workers/worker-entry.cjs', import.meta.url)),
    minThreads: setup.slotCount,
    maxThreads: setup.slotCount,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    stricterFIFO: true,
    atomics: 'disabled',
    recordTiming: false,
    workerData,
    resourceLimits: {
      maxOldGenerationSizeMb: options.heapOldMb,
      maxYoungGenerationSizeMb: options.heapYoungMb,
      stackSizeMb: 4,
    },
  } as const;
}

/** A bundle's path, because a thread that is told an address has to load what reads it. */
function handlerOf(file: URL): string {
  return file.pathname.endsWith('.cjs') ? fileURLToPath(file) : file.href;
}
