/**
 * The library: ask a question of log files from your own program.
 *
 *     import { query } from 'millrace';
 *
 *     const answer = await query("SELECT status, count(*) AS hits FROM 'access.log' GROUP BY status");
 *     for await (const row of answer) console.log(row.status, row.hits);
 *
 * Nothing is kept between calls, and a process may hold several pools. Integers and timestamps (microseconds since 1970,
 * UTC) are `bigint`.
 */
import { type Answer, type AskOptions, answerOf } from './coordinator/answer.ts';
import type { PoolSettings, QuestionSettings } from './coordinator/query-options.ts';
import { openSharedPool, type Pool } from './coordinator/shared-pool.ts';

export type { Answer, AskOptions, Row } from './coordinator/answer.ts';
export type { PoolSettings, QuestionSettings } from './coordinator/query-options.ts';
export type { Progress } from './coordinator/run-query.ts';
export type { RunStats, WorkerMemory } from './coordinator/run-stats.ts';
export type { Pool } from './coordinator/shared-pool.ts';
export { QueryError, RunError, StrictError, UsageError } from './core/errors.ts';
export type { RecordCounts, Reject } from './core/reject.ts';
export type { ResultColumn, SqlType, Value } from './core/value.ts';
export type {
  MillraceFunctions,
  UserAggregate,
  UserFunction,
  UserType,
} from './query/functions/user-functions.ts';

export type QueryOptions = PoolSettings & QuestionSettings & AskOptions;

/**
 * Asks one question on workers of its own, which end with the answer. Rejects with UsageError (QueryError where the query
 * is wrong) before anything is read.
 */
export function query(sql: string, options: QueryOptions = {}): Promise<Answer> {
  return answerOf(sql, options, null);
}

/** Workers for many questions, one after another or at the same time. Close it, or declare it with `await using`. */
export function openPool(options: PoolSettings = {}): Promise<Pool> {
  return openSharedPool(options);
}
