/** What Piscina is told of the pool's threads. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerSetup } from '../execute/messages.ts';
import type { PoolOptions } from './pool-options.ts';

/** `setup`: what a thread is handed when it starts, one for each row of slots. */
export function threadOptions(options: PoolOptions, setup: Omit<WorkerSetup, 'handler'>) {
  const workerData: WorkerSetup = {
    ...setup,
    handler:
      options.workerFile === undefined
        ? join(import.meta.dirname, '../../workers/scan-worker.cjs')
        : handlerOf(options.workerFile),
  };
  return {
    filename: join(import.meta.dirname, '../../workers/worker-entry.cjs'),
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
