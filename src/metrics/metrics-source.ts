/** What metrics are read from. */
import type { WorkerPool } from '../coordinator/pool.ts';
import type { QueryRun } from '../coordinator/run-query.ts';

export type ObservedPool = Pick<WorkerPool, 'slots' | 'retirements' | 'workers' | 'isPaused' | 'events'>;

export interface MetricsSource {
  readonly pool: ObservedPool;
  readonly run: Pick<QueryRun, 'progress' | 'events'>;
  readonly budgetBytes: number;
}
