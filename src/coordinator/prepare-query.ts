/**
 * From a query's text and settings to a run: parses, finds the files, settles the format, binds, divides the budget and
 * starts the workers, whatever can be done side by side at the same time.
 *
 * Invariant: whoever gets a PreparedQuery closes it; when preparing fails, nothing is left running.
 */
import { UsageError } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import type { ResultColumn } from '../core/value.ts';
import type { FormatOptions } from '../formats/format.ts';
import { bindQuery } from '../query/bind.ts';
import { parseQuery, sourceOf } from '../query/parse.ts';
import type { Plan } from '../query/plan.ts';
import { type ChosenFormat, chooseFormat } from './choose-format.ts';
import { type EarlyOptions, type EarlyStart, isSplittable, startEarly } from './early-start.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger, resumeNotes } from './ledger/open-ledger.ts';
import { loadFunctions } from './load-functions.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { splitKindOf } from './plan-splits.ts';
import { openWorkerPool, type WorkerPool } from './pool.ts';
import type { Prediction } from './predict-memory.ts';
import { predictBySample } from './predict-sample.ts';
import { runRequest, sizeOf } from './query-options.ts';
import { parseRejectBudget } from './reject-budget.ts';
import { type QueryRun, runQuery } from './run-query.ts';

export interface PrepareOptions extends EarlyOptions {
  readonly signal?: AbortSignal;
  /** How many rejected records to hand back. */
  readonly keepRejects?: number;
  /** False: the state outlives this process but need not outlive the machine, and what cannot keep state has none. */
  readonly durableState?: boolean;
  /** Another process watches this one, and says whether the one before died of its work. */
  readonly supervised?: { readonly blame: boolean } | null;
}

export interface PreparedQuery {
  readonly plan: Plan;
  readonly sources: readonly SourceFile[];
  readonly run: RunPlan;
  readonly columns: readonly ResultColumn[];
  /** For the user: empty files, files of another format, doubtful parts of the query. */
  readonly notes: readonly string[];
  /** Where `state` was asked for; closed by close(). */
  readonly ledger: Ledger | null;
  /** The pool of the run, once it is open. */
  pool(): Promise<WorkerPool>;
  /** Looks at a sample of the input on that pool. */
  predict(): Promise<Prediction>;
  /** Starts the run; once. */
  start(): Promise<QueryRun>;
  /** Lets go of the state, and ends the workers, unless the pool was the caller's. */
  close(): Promise<void>;
}

/**
 * Throws UsageError (QueryError with a position) for every mistake that can be seen before records are read. `starting`: of the
 * same query and options, where it was called before.
 */
export async function prepareQuery(
  sql: string,
  options: PrepareOptions,
  starting: Promise<EarlyStart> = startEarly(sql, options), // the threads boot while this one parses
): Promise<PreparedQuery> {
  const preparing = prepareSources(starting, options);
  const parsing = parseQuery(sql);
  parsing.catch(() => undefined); // awaited below, after what can go on meanwhile
  const loading = loadFunctions(options.functions ?? []);
  loading.catch(() => undefined); // the same
  const early = await Promise.allSettled([preparing]);
  const ast = await parsing; // a mistake in the query comes before one about its files
  const [outcome] = early;
  if (outcome.status === 'rejected') throw outcome.reason;
  const { sources, chosen, opening } = outcome.value;
  try {
    checkNames(sourceOf(ast), options.files ?? []);
    const { plan, warnings } = bindQuery(ast, chosen.spec, await loading);
    const planned = planRun(sources, splitKindOf(plan), runRequest(options), isSplittable);
    const ledger = options.startWorkers === false ? null : openLedger(plan, sources, planned, options);
    const run = ledger === null ? planned : { ...planned, splits: ledger.splits };
    const notes = [...chosen.notes, ...warnings, ...resumeNotes(ledger)];
    const pool = opening ?? openWhenAsked(run, options);
    if (opening !== null) (await opening).recycleBy(run.pool.recycle);
    return prepared({ plan, sources, run, notes, chosen, ledger, opening: pool, options });
  } catch (error) {
    opening?.then((pool) => pool.close()).catch(() => undefined);
    throw error;
  }
}

interface Prepared extends EarlyStart {
  readonly chosen: ChosenFormat;
}

/** All that needs no syntax tree, while the parser loads. */
async function prepareSources(starting: Promise<EarlyStart>, options: PrepareOptions): Promise<Prepared> {
  const { sources, opening } = await starting;
  try {
    return { sources, chosen: await chooseFormat(sources, formatOptions(options), options.replay !== true), opening };
  } catch (error) {
    opening?.then((pool) => pool.close()).catch(() => undefined);
    throw error;
  }
}

function openWhenAsked(run: RunPlan, options: PrepareOptions): Promise<WorkerPool> | null {
  if (options.pool !== undefined) return Promise.resolve(options.pool);
  if (options.startWorkers === false) return null;
  const opening = openWorkerPool(run.pool);
  opening.catch(() => undefined); // awaited when the run starts
  return opening;
}

/** The files can be named in one place only. */
function checkNames(source: ReturnType<typeof sourceOf>, files: readonly string[]): void {
  if (source.kind === 'logs' && files.length === 0) {
    throw new UsageError(`No files given for the table "logs": name them after the query, or write FROM 'file.log'`);
  }
  if (source.kind === 'glob' && files.length > 0) {
    throw new UsageError(
      `Cannot read both FROM '${source.glob}' and the files named: write FROM logs to read the latter`,
    );
  }
}

interface Parts {
  readonly plan: Plan;
  readonly sources: readonly SourceFile[];
  readonly run: RunPlan;
  readonly notes: readonly string[];
  readonly chosen: ChosenFormat;
  readonly ledger: Ledger | null;
  readonly opening: Promise<WorkerPool> | null;
  readonly options: PrepareOptions;
}

function prepared({ plan, sources, run, notes, chosen, ledger, opening, options }: Parts): PreparedQuery {
  const pool = () => opening ?? Promise.reject(new Error('Cannot run a query that was prepared without workers'));
  const { maxRecord, strict, keepRejects, spillDir, signal, rejects, maxRejects, maxDeaths } = options;
  const predict = async () => {
    const { budget, splits } = run;
    const limit = maxRecord === undefined ? {} : { maxRecordBytes: sizeOf(maxRecord) };
    const abort = signal === undefined ? {} : { signal };
    return predictBySample({ plan, sources, pool: await pool(), budget, splits: splits.length, ...limit, ...abort });
  };
  return {
    plan,
    sources,
    run,
    columns: plan.outputs.map(({ name, type }) => ({ name, type })),
    notes,
    ledger,
    pool,
    predict,
    async start() {
      const prediction = options.sample === true ? await predict() : null;
      return runQuery(plan, sources, await pool(), {
        splits: run.splits,
        budget: run.budget,
        prefixes: chosen.prefixes,
        ...(maxRecord === undefined ? {} : { maxRecordBytes: sizeOf(maxRecord) }),
        ...(ledger === null ? {} : { ledger, maxRecordBytes: ledger.maxRecordBytes }),
        ...(keepRejects === undefined ? {} : { keepRejects }),
        ...(strict === undefined ? {} : { strict }),
        ...(rejects === undefined ? {} : { rejectsFile: rejects }),
        ...(maxRejects === undefined ? {} : { maxRejects: parseRejectBudget(String(maxRejects)) }),
        ...(maxDeaths === undefined ? {} : { maxDeaths }),
        ...(spillDir === undefined ? {} : { spillFolder: spillDir }),
        ...(signal === undefined ? {} : { signal }),
        ...(prediction === null ? {} : { prediction }),
      });
    },
    async close() {
      try {
        await ledger?.close();
      } finally {
        if (options.pool === undefined) await (await opening)?.close();
      }
    },
  };
}

function formatOptions({ format, delimiter, quote, header, columns }: FormatOptions): FormatOptions {
  return {
    ...(format === undefined ? {} : { format }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(header === undefined ? {} : { header }),
    ...(columns === undefined ? {} : { columns }),
  };
}
