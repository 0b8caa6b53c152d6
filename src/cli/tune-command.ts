/**
 * `millrace tune`: takes a query as `millrace query` does, finds out by measuring how to run it, and says so on stdout.
 */
import { access, constants, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planRun } from '../coordinator/plan-run.ts';
import { type PreparedQuery, prepareQuery } from '../coordinator/prepare-query.ts';
import { runRequest } from '../coordinator/query-options.ts';
import { RunError, UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { InputName } from '../core/source.ts';
import { inputByName } from '../inputs/table.ts';
import { configText } from '../tune/config-text.ts';
import { type Recommendation, recommend } from '../tune/recommendation.ts';
import { type TuneReport, tuneJson, tuneText } from '../tune/report.ts';
import type { Choice } from '../tune/space.ts';
import { type TuneOptions, type TuneResult, tune } from '../tune/tune.ts';
import { verify } from '../tune/verify.ts';
import { flagName, type SettingName, type Settings } from './flags.ts';
import { catchInterrupts, type Interrupts } from './interrupts.ts';
import { loadSettings, prepareOptions } from './query-command.ts';
import { terminalWidth } from './terminal-width.ts';
import { TuneProgress } from './tune-progress.ts';

/** Of a query, and of no concern to how fast it runs: accepted, so that a query's line can be tuned as it stands. */
const unused: readonly SettingName[] = [
  ...(['explain', 'stats', 'events', 'report', 'watch', 'csvSafe', 'rejects', 'maxRejects', 'strict'] as const),
  ...(['sample', 'heapProfile', 'heapSnapshots'] as const),
  ...(['state', 'resume', 'supervise', 'metricsPort', 'metricsTextfile', 'pushGateway'] as const),
];

export async function tuneCommand(given: ReadonlyMap<SettingName, string>, args: readonly string[]): Promise<number> {
  const resolved = await loadSettings(given);
  const { settings } = resolved;
  if (settings.printConfig) {
    process.stdout.write((await import('./print-config.ts')).printedConfig(resolved));
    return 0;
  }
  const [sql, ...files] = args;
  if (sql === undefined) throw new UsageError('No query given: write millrace tune "SELECT ..." FILE');
  const { output } = settings;
  if (output === 'csv' || output === 'ndjson') {
    const said = resolved.given.get('output');
    // an output that a file or the environment names is meant for queries
    if (said?.where.startsWith('--')) throw new UsageError(`Cannot tune with --output ${output}: use table or json`);
  }
  if (files.includes('-')) throw unreadable('-');
  if (settings.write !== undefined) await checkWritable(settings.write);
  const options = queryOptions(settings, files);
  const prepared = await prepareQuery(sql, { ...options, startWorkers: false });
  const { sources } = prepared;
  const pipe = sources.find(({ sizeBytes }) => sizeBytes === null);
  if (pipe !== undefined) throw unreadable(pipe.name);
  if (sources.every(({ sizeBytes }) => sizeBytes === 0)) {
    throw new UsageError('Cannot tune on empty files: name files like those that the query is for');
  }
  if (!settings.quiet) for (const note of notes(prepared, given)) process.stderr.write(`${printable(note)}\n`);
  const abort = new AbortController();
  const interrupts = catchInterrupts(abort);
  const progress = new TuneProgress(process.stderr, settings);
  try {
    const result = await tune({
      ...{ sql, options, sources, isSplittable, signal: abort.signal },
      ...tuneOptions(prepared, settings),
      onTrial: (event) => progress.show(event),
    });
    progress.end();
    return await conclude(result, prepared, settings, { sql, options }, interrupts);
  } catch (error) {
    const code = interrupts.exitCode();
    if (code === null) throw error;
    process.stderr.write('millrace: Interrupted before anything was learned\n');
    return code;
  } finally {
    progress.end();
    interrupts.release();
  }
}

/** What an answer is for is left out, and so is what looks into the run. */
function queryOptions(settings: Settings, files: readonly string[]): TuneOptions['options'] {
  const options = prepareOptions(settings, files);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !leftOut.has(name)));
}

const leftOut: ReadonlySet<string> = new Set([...unused, 'startWorkers']);

function tuneOptions(
  { sources, plan }: PreparedQuery,
  settings: Settings,
): Pick<TuneOptions, 'pinned' | 'plan' | 'cores' | 'target' | 'maxSeconds' | 'sampleBytes' | 'endsEarly' | 'command'> {
  const { target, maxTime, sampleSize, deadline, functions } = settings;
  // trials have splits of one size, of which the last may not be a large part of a sample
  const kind = plan.shape === 'rows' ? 'rows' : 'functions';
  const common = runRequest({
    ...(deadline === undefined ? {} : { deadline }),
    ...(functions === undefined ? {} : { functions: functions.split('\n') }),
  });
  return {
    pinned: pinnedBy(settings),
    plan: (choice) => planRun(sources, kind, { ...common, ...requestOf(choice) }, isSplittable),
    cores: availableParallelism(),
    target,
    maxSeconds: maxTime,
    sampleBytes: sampleSize ?? null,
    endsEarly: plan.shape === 'rows' && plan.limit !== null && plan.orderBy.length === 0,
    command: [process.execPath, ...process.execArgv, mainFile(), 'tune-trial'],
  };
}

/** A memory target is a budget, unless the user set another one. */
function pinnedBy({ memory, workers, workerHeap, workerArena, split, recycleAfter, target }: Settings): Choice {
  const memoryBytes = memory ?? (target.type === 'memory' ? target.bytes : undefined);
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(workers === undefined ? {} : { workers }),
    ...(workerHeap === undefined ? {} : { heapBytes: workerHeap }),
    ...(workerArena === undefined ? {} : { arenaBytes: workerArena }),
    ...(split === undefined ? {} : { splitBytes: split }),
    ...(recycleAfter === undefined ? {} : { recycleAfter }),
  };
}

function requestOf({ memoryBytes, workers, heapBytes, arenaBytes, splitBytes, recycleAfter }: Choice) {
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(workers === undefined ? {} : { workers }),
    ...(heapBytes === undefined ? {} : { workerHeapBytes: heapBytes }),
    ...(arenaBytes === undefined ? {} : { workerArenaBytes: arenaBytes }),
    ...(splitBytes === undefined ? {} : { splitBytes }),
    ...(recycleAfter === undefined ? {} : { recycleAfter }),
  };
}

/** Verifies and writes where that was asked for, and prints. */
async function conclude(
  result: TuneResult,
  { sources }: PreparedQuery,
  settings: Settings,
  job: Pick<TuneOptions, 'sql' | 'options'>,
  interrupts: Interrupts,
): Promise<number> {
  const recommendation = recommend(result, settings.target, result.input);
  if (recommendation === null && !result.isInterrupted && result.measured.length === 0) throw failure(result);
  const facts = {
    ...{ sql: job.sql, files: sources.length, wholeBytes: result.input.wholeBytes },
    ...{ cores: availableParallelism(), pinned: pinnedBy(settings) },
  };
  if (recommendation !== null && settings.write !== undefined) {
    await writeConfig(settings.write, configText(recommendation, facts));
  }
  const report: TuneReport = {
    ...{ result, recommendation, target: settings.target, facts },
    verification: await verification(recommendation, settings, job, interrupts),
    writtenTo: recommendation === null ? null : (settings.write ?? null),
  };
  const width = process.stdout.isTTY ? terminalWidth(process.stdout) : 100;
  process.stdout.write(settings.output === 'json' ? tuneJson(report) : tuneText(report, width));
  const code = interrupts.exitCode();
  if (code !== null) process.stderr.write('millrace: Interrupted: this is what was learned until then\n');
  return code ?? (recommendation === null ? 2 : 0);
}

async function verification(
  recommendation: Recommendation | null,
  settings: Settings,
  { sql, options }: Pick<TuneOptions, 'sql' | 'options'>,
  interrupts: Interrupts,
): Promise<TuneReport['verification']> {
  if (!settings.verify || recommendation === null) return null;
  if (interrupts.signal.aborted) return 'interrupted';
  if (!settings.quiet) process.stderr.write('running all of the input with the recommended setting\n');
  const { setting } = recommendation.measured;
  const resources = {
    ...{ memory: setting.memoryBytes, workers: setting.workers, workerHeap: setting.heapBytes },
    ...{ workerArena: setting.arenaBytes, split: setting.splitBytes, recycleAfter: setting.recycleAfter },
  };
  const command = [process.execPath, ...process.execArgv, mainFile(), 'tune-trial'] as const;
  try {
    const job = { sql, options: { ...options, ...resources } };
    return await verify([...command], job, recommendation.predicted, interrupts.signal);
  } catch (error) {
    if (interrupts.signal.aborted) return 'interrupted';
    throw error;
  }
}

/** Before the work, not after it. */
async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function writeConfig(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): RunError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RunError(`Cannot write the configuration to "${path}": ${reason}`, { cause: error });
}

function notes({ notes }: PreparedQuery, given: ReadonlyMap<SettingName, string>): string[] {
  const idle = unused.filter((name) => given.has(name)).map((name) => `--${flagName(name)}`);
  return [...notes, ...(idle.length === 0 ? [] : [`not used by tune: ${idle.join(', ')}`])];
}

function failure({ trials }: TuneResult): RunError {
  const failed = trials.map(({ result }) => result).find((result) => 'failure' in result);
  const why = failed !== undefined && 'failure' in failed ? failed.failure : 'no trial was done in the time given';
  return new RunError(`Cannot tune: the query could not be run: ${why}`);
}

function unreadable(name: string): UsageError {
  return new UsageError(`Cannot tune on "${printable(name)}": it can be read only once: name files`);
}

function isSplittable(input: InputName): boolean {
  return inputByName(input).splittable;
}

function mainFile(): string {
  return fileURLToPath(new URL('main.js', import.meta.url));
}
