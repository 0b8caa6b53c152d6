/** One look at a run: its progress, the process, and every worker that lives. Costs microseconds. */

import type { WorkerPool } from './pool.ts';
import type { Sample, WorkerSample } from './run-log.ts';
import type { QueryRun } from './run-query.ts';

export function sampleRun(pool: Pick<WorkerPool, 'slots'>, run: Pick<QueryRun, 'progress'>): Sample {
  const { bytesRead, bytesTotal, records, splits } = run.progress();
  const { user, system } = process.cpuUsage();
  return {
    type: 'sample',
    ...{ bytesRead, bytesTotal, records, splits },
    rssBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    workers: sampleWorkers(pool),
  };
}

export function sampleWorkers({ slots }: Pick<WorkerPool, 'slots'>): WorkerSample[] {
  const workers: WorkerSample[] = [];
  for (let worker = 0; worker < slots.count; worker++) {
    if (slots.owner(worker) === 0) continue;
    const split = slots.get(worker, 'splitIndex');
    workers.push({
      worker,
      split: split < 0 ? null : split,
      taskBytesRead: slots.get(worker, 'taskBytesRead'),
      heapUsedBytes: slots.get(worker, 'heapUsedBytes'),
      heapLimitBytes: slots.get(worker, 'heapLimitBytes'),
      externalBytes: slots.get(worker, 'externalBytes'),
      arenaUsedBytes: slots.get(worker, 'arenaUsedBytes'),
      arenaLimitBytes: slots.get(worker, 'arenaLimitBytes'),
      gcSeconds: slots.get(worker, 'gcSecondsTotal'),
      flushes: slots.get(worker, 'flushesTotal'),
      tasksInLife: slots.get(worker, 'tasksInLife'),
    });
  }
  return workers;
}

/** A quarter of a second at first; a long run is told in whole seconds, so that its log stays readable. */
export function sampleIntervalMs(elapsedMs: number): number {
  return elapsedMs < 60_000 ? 250 : 1000;
}
