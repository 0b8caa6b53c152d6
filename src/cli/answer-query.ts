/**
 * `millrace query`, once the workers start: asks, writes the answer to stdout, and says on stderr what it took.
 */
import { writeFile } from 'node:fs/promises';
import type { EarlyStart } from '../coordinator/early-start.ts';
import type { HeapProfileFound } from '../coordinator/heap-profile.ts';
import { holdOptimizer } from '../coordinator/hold-optimizer.ts';
import { type PreparedQuery, type PrepareOptions, prepareQuery } from '../coordinator/prepare-query.ts';
import type { QueryRun } from '../coordinator/run-query.ts';
import type { RunStats } from '../coordinator/run-stats.ts';
import { RunError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { outputByName } from '../outputs/table.ts';
import type { Settings } from './flags.ts';
import { catchInterrupts, type Interrupts } from './interrupts.ts';
import type { Observation } from './observe-run.ts';
import type { View } from './open-view.ts';
import { ProgressBar } from './progress-bar.ts';
import { counted } from './rates.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import { isTerminal } from './standard-output.ts';
import { howToResume } from './state-options.ts';
import { ClosedPipeError, stdoutSink } from './stdout-sink.ts';
import { heapLines, rejectLines, summaryLine } from './summary.ts';
import { outputPassed, supervisionOf, tellProgress } from './supervised.ts';
import { terminalWidth } from './terminal-width.ts';

/** What `millrace query` was given. */
export interface Question {
  readonly sql: string;
  readonly options: PrepareOptions;
  /** Of the same query and options. */
  readonly starting: Promise<EarlyStart>;
  readonly resolved: ResolvedSettings;
  /** What the options' signal belongs to. */
  readonly abort: AbortController;
}

/** Gives the exit code; throws what cannot be answered. */
export async function answerQuery({ sql, options, starting, resolved, abort }: Question): Promise<number> {
  const { settings } = resolved;
  const prepared = await prepareQuery(sql, options, starting);
  if (!settings.quiet) say(prepared.notes);
  if (settings.explain) {
    try {
      const prediction = settings.sample ? await prepared.predict() : null;
      process.stdout.write((await import('./explain-query.ts')).explainQuery(prepared, prediction));
    } finally {
      await prepared.close();
    }
    return 0;
  }
  // Only now: until the run starts there is nothing to clean up, and a blocking read of stdin's head would hold the handler.
  const interrupts = catchInterrupts(abort, supervisionOf(process.env) !== null);
  tellProgress(prepared.ledger?.progress ?? null);
  try {
    await answer(prepared, resolved, interrupts);
    return 0;
  } catch (error) {
    if (error instanceof ClosedPipeError) return 0;
    const code = interrupts.exitCode();
    if (code === null) throw error;
    process.stderr.write(`millrace: Interrupted${howToResume(prepared, settings)}\n`);
    return code;
  } finally {
    await prepared.ledger?.close();
    interrupts.release();
  }
}

async function answer(prepared: PreparedQuery, resolved: ResolvedSettings, interrupts: Interrupts): Promise<void> {
  const { settings } = resolved;
  const isObserved = settings.events !== undefined || settings.report !== undefined;
  const observation = isObserved ? (await import('./observe-run.ts')).observeRun(resolved) : null;
  const run = await prepared.start();
  const pool = await prepared.pool();
  holdOptimizer(prepared.plan, run, pool);
  let bar: View | null = null;
  const note = (message: string) => {
    bar?.clear(); // a line below it would push it up, and be drawn over
    say([message]);
  };
  if (!settings.quiet) pool.events.on('warning', ({ message }) => note(message));
  // nothing in this process can end such a thread: the parent starts another, and knows what this one died of
  if (supervisionOf(process.env) !== null) pool.events.on('stuck', () => process.kill(process.pid, 'SIGABRT'));
  await observation?.follow(prepared, run);
  const metrics = await openMetrics(prepared, run, settings, note);
  bar = await openBar(prepared, run, settings, interrupts);
  let outcome: Parameters<Observation['end']>[0] = { error: new Error('The run was not finished') };
  try {
    await writeRows(prepared, run, settings, bar, observation);
    outcome = { stats: await run.stats };
  } catch (error) {
    const failure = interrupts.exitCode() === null ? error : new Error('Interrupted');
    outcome = error instanceof ClosedPipeError ? { stats: await run.stats } : { error: failure };
    throw error;
  } finally {
    bar?.end();
    const heap = settings.heapProfile === undefined ? null : await heapProfile(prepared);
    await observation?.end(outcome, heap);
    if (heap !== null && !settings.quiet) say(heapLines(heap));
    await metrics?.finish(interrupts.signal);
  }
  const stats = await run.stats;
  await outputPassed();
  if (settings.stats !== undefined) await writeStats(settings.stats, stats);
  if (!settings.quiet)
    say([
      ...lastNotes(stats),
      summaryLine(stats),
      ...rejectLines(stats.records.rejected, run.rejects(), settings.rejects),
    ]);
}

/** A folder that was taken away from under the run costs a note, and not the answer. */
async function heapProfile(prepared: PreparedQuery): Promise<HeapProfileFound | null> {
  const { heapFiles } = await prepared.pool();
  if (heapFiles === null) return null;
  const { readHeapProfile } = await import('../coordinator/heap-profile.ts');
  try {
    return await readHeapProfile(heapFiles, prepared.plan);
  } catch (error) {
    say([`Cannot read heap profiles from "${heapFiles.folder}": ${error instanceof Error ? error.message : error}`]);
    return null;
  }
}

async function writeRows(
  prepared: PreparedQuery,
  run: QueryRun,
  settings: Settings,
  bar: View | null,
  observation: Observation | null,
): Promise<void> {
  const terminal = supervisionOf(process.env)?.terminal ?? null;
  const isShown = isTerminal('stdout') || terminal !== null;
  const name = settings.output ?? (isShown ? 'table' : 'csv');
  const output = await outputByName(name);
  const toStdout = stdoutSink(supervisionOf(process.env) !== null);
  const sink = (chunk: string | Uint8Array) => {
    if (isShown) bar?.clear();
    return toStdout(chunk);
  };
  const writer = output.open(prepared.columns, sink, {
    width: isShown ? (terminal?.width ?? terminalWidth(process.stdout)) : Number.POSITIVE_INFINITY,
    color: isShown && !process.env.NO_COLOR,
    csvSafe: settings.csvSafe,
  });
  for await (const block of run.rows) {
    observation?.rows(block);
    await writer.rows(block);
  }
  await writer.end();
}

function wantsProgress(settings: Settings): boolean {
  return settings.progress ?? (!settings.quiet && isTerminal('stderr'));
}

async function openBar(
  prepared: PreparedQuery,
  run: QueryRun,
  settings: Settings,
  interrupts: Interrupts,
): Promise<View | null> {
  if (settings.watch && !settings.quiet) {
    return (await import('./open-view.ts')).openView(prepared, run, interrupts, supervisionOf(process.env) !== null);
  }
  return wantsProgress(settings) ? progressBar(run) : null;
}

function progressBar(run: QueryRun): ProgressBar {
  return new ProgressBar(process.stderr, () => {
    const { bytesRead, bytesTotal, records, elapsedMs } = run.progress();
    return { bytesRead, bytesTotal, records: records.read, rejected: records.rejected, elapsedMs };
  });
}

/** Null where nobody asked for metrics: what serves them is loaded for those who do. */
async function openMetrics(
  prepared: PreparedQuery,
  run: QueryRun,
  settings: Settings,
  warn: (message: string) => void,
) {
  const { metricsPort, metricsTextfile, pushGateway } = settings;
  if (metricsPort === undefined && metricsTextfile === undefined && pushGateway === undefined) return null;
  const module = await import('../metrics/open-metrics.ts');
  const pool = await prepared.pool();
  const metrics = await module.openMetrics(
    { pool, run, budgetBytes: prepared.run.budget.totalBytes },
    {
      port: metricsPort ?? null,
      host: settings.metricsHost,
      lingerSeconds: settings.metricsLinger,
      textfile: metricsTextfile ?? null,
      pushGateway: pushGateway ?? null,
      warn,
    },
  );
  if (metrics.url !== null && !settings.quiet) say([`metrics on ${metrics.url}`]);
  return metrics;
}

async function writeStats(path: string, stats: RunStats): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(stats, null, 2)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunError(`Cannot write statistics to "${path}": ${reason}`, { cause: error });
  }
}

/** An empty answer explains itself. */
function lastNotes({ records }: RunStats): string[] {
  if (records.matched > 0 || records.read === 0) return [];
  const why = [
    ...(records.filtered > 0 ? [`${counted(records.filtered, 'record')} filtered out`] : []),
    ...(records.rejected > 0 ? [`${counted(records.rejected, 'record')} rejected`] : []),
  ];
  return [`No record matched: ${why.join(', ')}`];
}

function say(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${printable(line)}\n`);
}
