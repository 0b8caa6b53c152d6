/**
 * Listens to a run, its pool and the clock, and gives everything that happens as entries of the run's log: see run-log.ts.
 *
 * Invariant: a follower changes nothing in the run; what it holds does not grow with the run.
 */
import { availableParallelism } from 'node:os';
import { monotonicMs } from '../core/monotonic.ts';
import type { Reject } from '../core/reject.ts';
import type { RowBlock } from '../core/row-block.ts';
import type { Split } from '../core/source.ts';
import type { ResultColumn, SqlType, Value } from '../core/value.ts';
import { packageVersion } from '../core/version.ts';
import { formatValue } from '../outputs/format-value.ts';
import { describePlan } from '../query/describe-plan.ts';
import type { Plan } from '../query/plan.ts';
import type { HeapProfileFound } from './heap-profile.ts';
import type { RunPlan } from './plan-run.ts';
import type { WorkerPool } from './pool.ts';
import type { LoggedReject, LoggedSplit, RunLogEntry, RunLogEvent, RunStarted } from './run-log.ts';
import type { QueryRun } from './run-query.ts';
import type { RunStats } from './run-stats.ts';
import { sampleIntervalMs, sampleRun } from './sample-run.ts';

/** What is followed; a PreparedQuery has the first four. */
export interface Followed {
  readonly plan: Plan;
  readonly sources: readonly { readonly name: string; readonly sizeBytes: number | null; readonly input: string }[];
  readonly columns: readonly ResultColumn[];
  readonly run: RunPlan;
}

export interface RunFollower {
  /** Takes note of rows that were handed out. */
  rows(block: RowBlock): void;
  /** Ends the log with a last sample, the result, what heaps held and the outcome. Once. */
  end(outcome: { readonly stats: RunStats } | { readonly error: unknown }, heap?: HeapProfileFound | null): void;
}

const loggedFiles = 100;
const loggedRows = 100;
const loggedRejects = 20;
const loggedRecordBytes = 512;

export function followRun(
  followed: Followed,
  pool: WorkerPool,
  run: QueryRun,
  settings: RunStarted['settings'],
  listen: (entry: RunLogEntry) => void,
): RunFollower {
  const beganMs = monotonicMs();
  const log = (event: RunLogEvent) => {
    const ms = Math.round((monotonicMs() - beganMs) * 10) / 10;
    listen({ ms, at: Date.now(), ...event });
  };
  const named = (split: Split) => nameSplit(split, followed.sources);
  log(started(followed, settings));
  for (const { worker, ms } of pool.workers) log({ type: 'workerStarted', worker, bootMs: ms });

  const known = (worker: number) => (worker < 0 ? null : worker);

  let samplesLeft = loggedRejects;
  const unsubscribe = [
    pool.events.on('started', ({ worker, ms }) => log({ type: 'workerStarted', worker, bootMs: ms })),
    pool.events.on('retired', ({ ms, ...rest }) => log({ type: 'workerRetired', ...rest, retireMs: ms })),
    pool.events.on('warning', ({ message }) => log({ type: 'warning', message })),
    pool.events.on('paused', () => log({ type: 'paused' })),
    pool.events.on('resumed', () => log({ type: 'resumed' })),
    run.events.on('splitStarted', (event) =>
      log({ type: 'splitStarted', ...event, split: named(event.split), worker: known(event.worker) }),
    ),
    run.events.on('splitDone', (event) => log({ type: 'splitDone', ...event, split: named(event.split) })),
    run.events.on('taskFailed', (event) =>
      log({ type: 'taskFailed', ...event, split: event.split && named(event.split), worker: known(event.worker) }),
    ),
    run.events.on('retry', (event) => log({ type: 'retry', ...event, split: event.split && named(event.split) })),
    run.events.on('rescan', (event) => log({ type: 'rescan', ...event, split: named(event.split) })),
    run.events.on('merged', (event) => log({ type: 'merged', ...event })),
    run.events.on('spilled', (event) => log({ type: 'spilled', ...event })),
    run.events.on('rejected', ({ split, count, rejects }) => {
      const samples = rejects.slice(0, samplesLeft).map(describeReject);
      samplesLeft -= samples.length;
      log({ type: 'rejected', split: named(split), count, samples });
    }),
  ];

  let timer: NodeJS.Timeout | undefined;
  const sample = () => log(sampleRun(pool, run));
  const sampleAndGoOn = () => {
    sample();
    timer = setTimeout(sampleAndGoOn, sampleIntervalMs(monotonicMs() - beganMs)).unref();
  };
  sampleAndGoOn();

  const kept: (string | null)[][] = [];
  let rowCount = 0;
  return {
    rows(block) {
      if (kept.length < loggedRows) {
        for (const row of [...block].slice(0, loggedRows - kept.length)) kept.push(textOf(row, followed.columns));
      }
      rowCount += block.length;
    },
    end(outcome, heap = null) {
      clearTimeout(timer);
      for (const stop of unsubscribe) stop();
      sample();
      log({
        type: 'result',
        columns: followed.columns.map(({ name, type }) => ({ name, type })),
        rows: kept,
        rowCount,
      });
      if (heap !== null) log({ type: 'heapProfile', ...heap });
      const rejects = run.rejects().slice(0, loggedRejects).map(describeReject);
      const error =
        'error' in outcome ? (outcome.error instanceof Error ? outcome.error.message : String(outcome.error)) : null;
      log({ type: 'runEnded', error, stats: 'stats' in outcome ? outcome.stats : null, rejects });
    },
  };
}

function started({ plan, sources, run }: Followed, settings: RunStarted['settings']): RunStarted {
  return {
    type: 'runStarted',
    sql: plan.sql,
    plan: describePlan(plan),
    versions: {
      millrace: packageVersion(),
      node: process.version.slice(1),
      v8: process.versions.v8,
      platform: `${process.platform} ${process.arch}`,
    },
    cores: availableParallelism(),
    settings,
    files: sources.slice(0, loggedFiles).map(({ name, sizeBytes, input }) => ({ name, sizeBytes, input })),
    fileCount: sources.length,
    splits: run.splits.length,
    splitBytes: run.splitBytes,
    recycleAfter: run.recycleAfter,
    budget: run.budget,
  };
}

function nameSplit({ index, source, start, end }: Split, sources: Followed['sources']): LoggedSplit {
  return { index, file: sources[source]?.name ?? '', start, end: Number.isFinite(end) ? end : null };
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function describeReject({ file, offset, reason, record }: Reject): LoggedReject {
  const text = lenient.decode(record.subarray(0, loggedRecordBytes));
  return { file, offset, reason, record: text, isCut: record.length > loggedRecordBytes };
}

function textOf(row: readonly Value[], columns: readonly ResultColumn[]): (string | null)[] {
  const cut = (text: string) => (text.length > loggedRecordBytes ? `${text.slice(0, loggedRecordBytes)}...` : text);
  return row.map((value, i) =>
    value === null ? null : cut(formatValue(value, columns[i]?.type ?? ('text' satisfies SqlType))),
  );
}
