/**
 * The answer to a question as the library hands it out: rows as objects, read once, as they come.
 */
import { UsageError } from '../core/errors.ts';
import type { Reject } from '../core/reject.ts';
import type { ResultColumn, Value } from '../core/value.ts';
import type { WorkerPool } from './pool.ts';
import { prepareQuery } from './prepare-query.ts';
import type { PoolSettings, QuestionSettings } from './query-options.ts';
import type { Progress, QueryRun } from './run-query.ts';
import type { RunStats } from './run-stats.ts';

/** A row by column names. */
export type Row = Readonly<Record<string, Value>>;

export interface AskOptions {
  /** Aborting calls the question off: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second while rows are being awaited, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** How many rejected records `rejects` holds, the first ones by file and offset; 20 unless said. All are counted. */
  readonly keepRejects?: number;
}

export interface Answer extends AsyncIterable<Row> {
  readonly columns: readonly ResultColumn[];
  /** What a person should know: empty files, files of another format, doubtful parts of the query. */
  readonly notes: readonly string[];
  /** Settles when the rows have been read, or the loop over them was left. */
  readonly stats: Promise<RunStats>;
  /** The first rejected records, as far as the rows have been read. */
  readonly rejects: readonly Reject[];
  /** All rows; for answers that fit in memory. */
  toArray(): Promise<Row[]>;
  /** Ends an answer whose rows nobody will read. Not needed otherwise. */
  close(): Promise<void>;
}

const progressMs = 100;

/** `pool`: null to open one that ends with the answer. */
export async function answerOf(
  sql: string,
  options: PoolSettings & QuestionSettings & AskOptions,
  pool: WorkerPool | null,
): Promise<Answer> {
  options.signal?.throwIfAborted();
  const prepared = await prepareQuery(sql, pool === null ? options : { ...options, pool });
  let run: QueryRun;
  try {
    run = await prepared.start();
  } catch (error) {
    await prepared.close().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  let isRead = false;
  async function* rows(): AsyncGenerator<Row> {
    if (isRead) throw new UsageError('Cannot read the rows of an answer twice: keep them, or ask again');
    isRead = true;
    const timer = options.onProgress && setInterval(() => options.onProgress?.(run.progress()), progressMs);
    try {
      for await (const block of run.rows) {
        for (const values of block) yield rowObject(prepared.columns, values);
      }
    } finally {
      clearInterval(timer);
      await prepared.close();
      options.onProgress?.(run.progress());
    }
  }
  const answer: Answer = {
    columns: prepared.columns,
    notes: prepared.notes,
    stats: run.stats,
    get rejects() {
      return run.rejects();
    },
    [Symbol.asyncIterator]: rows,
    async toArray() {
      const all: Row[] = [];
      for await (const row of answer) all.push(row);
      return all;
    },
    async close() {
      isRead = true;
      await prepared.close();
    },
  };
  return answer;
}

/** Without a prototype's names in the way of columns. */
function rowObject(columns: readonly ResultColumn[], values: readonly Value[]): Row {
  return Object.fromEntries(columns.map(({ name }, i) => [name, values[i] ?? null]));
}
