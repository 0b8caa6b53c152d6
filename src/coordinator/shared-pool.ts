/**
 * A pool for many questions: workers stay warm between them, and recycling goes on as in a single one.
 */
import { availableParallelism } from 'node:os';
import { type Answer, type AskOptions, answerOf } from './answer.ts';
import { divideBudget } from './budget.ts';
import { defaultMemory } from './memory-limit.ts';
import { poolOptions } from './plan-run.ts';
import { openWorkerPool } from './pool.ts';
import { type PoolSettings, type QuestionSettings, runRequest } from './query-options.ts';

export interface Pool {
  /** As `query`, on this pool's workers. */
  query(sql: string, options?: QuestionSettings & AskOptions): Promise<Answer>;
  /** Ends the workers; running questions fail. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The number of tasks in a worker's life that costs about one per cent with splits of some 16 MiB. */
const recycleAfter = 300;
const deadlineMs = 120_000;

/** Throws UsageError where the budget is too small. */
export async function openSharedPool(settings: PoolSettings): Promise<Pool> {
  const request = runRequest(settings);
  const tasksPerLife = request.recycleAfter ?? recycleAfter;
  const spare = tasksPerLife > 0;
  const budget = divideBudget({
    totalBytes: request.memoryBytes ?? defaultMemory().bytes,
    workers: request.workers ?? null,
    cores: availableParallelism(),
    spare,
    workerHeapBytes: request.workerHeapBytes ?? null,
    workerArenaBytes: request.workerArenaBytes ?? null,
  });
  const pool = await openWorkerPool({
    ...poolOptions(budget, tasksPerLife, spare, deadlineMs),
    ...(request.heapProfile === undefined ? {} : { heapProfile: request.heapProfile }),
  });
  const asked: PoolSettings = { ...settings, workers: budget.workers };
  return {
    query: (sql, options = {}) => answerOf(sql, { ...asked, ...options }, pool),
    close: () => pool.close(),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
