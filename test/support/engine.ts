/** The built engine with real threads, as the library uses it: one pool, many questions. */
import { openWorkerPool, type WorkerPool } from '../../dist/src/coordinator/pool.js';
import { prepareQuery } from '../../dist/src/coordinator/prepare-query.js';
import type { QuestionSettings } from '../../dist/src/coordinator/query-options.js';
import { defaultRecyclePolicy } from '../../dist/src/coordinator/recycle-policy.js';
import type { RunStats } from '../../dist/src/coordinator/run-stats.js';
import type { RecordCounts, Reject } from '../../src/core/reject.ts';
import type { ResultColumn, Value } from '../../src/core/value.ts';

export interface EngineSettings {
  readonly workers: number;
  /** 0: never. */
  readonly recycleAfter: number;
  /** Instead of the real worker's file. */
  readonly workerFile?: URL;
  /** 48 unless said. */
  readonly heapOldMb?: number;
  /** A minute unless said. */
  readonly deadlineMs?: number;
}

export interface EngineAnswer {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Value[])[];
  readonly records: RecordCounts;
  readonly rejects: readonly Reject[];
  readonly stats: RunStats;
}

const mib = 1024 * 1024;

export class Engine {
  readonly #pool: WorkerPool;

  private constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  static async open({ workers, recycleAfter, workerFile, heapOldMb, deadlineMs }: EngineSettings): Promise<Engine> {
    return new Engine(
      await openWorkerPool({
        workers,
        spare: recycleAfter > 0,
        heapOldMb: heapOldMb ?? 48,
        heapYoungMb: 16,
        arenaLimitBytes: 64 * mib,
        recycle: { ...defaultRecyclePolicy, afterTasks: recycleAfter },
        deadlineMs: deadlineMs ?? 60_000,
        ...(workerFile === undefined ? {} : { workerFile }),
      }),
    );
  }

  /** `whenPlanned` runs between planning and reading. */
  async ask(sql: string, settings: QuestionSettings, whenPlanned?: () => void): Promise<EngineAnswer> {
    const query = await prepareQuery(sql, { ...settings, pool: this.#pool, memory: '2GiB' });
    whenPlanned?.();
    const run = await query.start();
    const rows: (readonly Value[])[] = [];
    for await (const block of run.rows) rows.push(...block);
    const stats = await run.stats;
    await query.close();
    return { columns: query.columns, rows, records: stats.records, rejects: run.rejects(), stats };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
