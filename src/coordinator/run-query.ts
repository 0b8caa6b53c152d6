/**
 * Runs one question over sources on a pool: splits out, results in, one exact answer.
 *
 * Invariants: nothing in the answer depends on the order in which results arrive; a split counts once, with the result
 * that was accepted; reading starts when the rows are first asked for and ends, however it ends, with nothing left behind.
 */
import { setMaxListeners } from 'node:events';
import { tmpdir } from 'node:os';
import { RunError, StrictError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { RecordCounts, Reject } from '../core/reject.ts';
import type { RowBlock } from '../core/row-block.ts';
import type { SourceFile, Split } from '../core/source.ts';
import type { ResultLimits } from '../execute/messages.ts';
import type { Plan } from '../query/plan.ts';
import { answerArena } from './answer-arena.ts';
import type { Budget } from './budget.ts';
import { Emitter } from './emitter.ts';
import { groupedAnswer } from './grouped-answer.ts';
import { HeapKeeper } from './heap-keeper.ts';
import type { Ledger, LedgerProgress } from './ledger/ledger.ts';
import { resumedScans } from './ledger/resumed-scans.ts';
import { PartialStore } from './partial-store.ts';
import type { WorkerPool } from './pool.ts';
import type { Prediction } from './predict-memory.ts';
import { recordLimit } from './record-limit.ts';
import { exceededMessage, isExceeded, type RejectBudget } from './reject-budget.ts';
import { RejectsCollector } from './rejects-collector.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry-policy.ts';
import { RowStore } from './row-store.ts';
import { rowsInFileOrder, rowsInSortOrder } from './rows-answer.ts';
import type { RunEvents } from './run-events.ts';
import { memoryStats, type RunStats, recycleStats } from './run-stats.ts';
import { RunTotals } from './run-totals.ts';
import { checkBoundaries, runScans, type Scanned } from './scan-order.ts';
import { SpillFolder } from './spill-folder.ts';
import { StateSize } from './state-size.ts';
import { TaskRunner } from './task-runner.ts';
import { removeAbandonedFolders } from './temporary-folder.ts';

export interface QueryOptions {
  readonly splits: readonly Split[];
  /** The splits are a part of the sources, and the answer is nobody's: it is not checked that every byte was read. */
  readonly isSample?: boolean;
  readonly budget: Budget;
  /** Longer records are rejected. */
  readonly maxRecordBytes?: number;
  /** How many rejected records to hand back, the first ones by file and offset; all are counted. */
  readonly keepRejects?: number;
  /** The first rejected record fails the run. */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  /** Where is spilled what does not fit into memory; the system's temporary folder unless said. */
  readonly spillFolder?: string;
  /** By source: what was taken from one that cannot be read twice. */
  readonly prefixes?: ReadonlyMap<number, Uint8Array>;
  readonly retry?: RetryPolicy;
  /** Above so many deaths by records the run fails. */
  readonly maxDeaths?: number;
  /** Where to write every rejected record, as NDJSON. */
  readonly rejectsFile?: string;
  /** Above it the run fails. */
  readonly maxRejects?: RejectBudget;
  /** Keeps the results of finished splits, and has those of an earlier run; its splits are the run's. Whoever opened it closes it. */
  readonly ledger?: Ledger;
  /** What a sample foretold, for the statistics. */
  readonly prediction?: Prediction;
}

export interface Progress {
  readonly elapsedMs: number;
  readonly bytesRead: number;
  /** null where a source's size is not known in the bytes that records are counted in. */
  readonly bytesTotal: number | null;
  readonly records: RecordCounts;
  readonly splits: { readonly queued: number; readonly running: number; readonly done: number };
  readonly retries: Readonly<Record<string, number>>;
  /** Records that were put aside because workers died of them; they are among the rejected. */
  readonly quarantined: number;
  /** Null where no state is kept. */
  readonly ledger: LedgerProgress | null;
}

export interface QueryRun {
  /** Blocks of rows. Reading starts with the first one asked for; a loop that is left calls the rest off. */
  readonly rows: AsyncIterable<RowBlock>;
  /** Settles when the rows have ended; also after a loop that was left. Rejects with what the rows threw. */
  readonly stats: Promise<RunStats>;
  /** Kept rejects by file and offset, as far as the run has come. */
  rejects(): readonly Reject[];
  /** Figures never go back, also where a worker dies and its split is read again. */
  progress(): Progress;
  readonly events: Emitter<RunEvents>;
}

const defaultKeepRejects = 20;
/**
 * Shares of what is queued: two for results inside the workers, one for results that wait, one for the partials or sorted
 * rows that are kept. While partials are merged none wait, and the rows of the answer take that share.
 */
const queuedShares = 4;
const workersShares = 2;
const onTheWayShares = 3;
const leastResultBytes = 1 << 20;

export function runQuery(
  plan: Plan,
  sources: readonly SourceFile[],
  pool: WorkerPool,
  options: QueryOptions,
): QueryRun {
  return new Run(plan, sources, pool, options);
}

class Run implements QueryRun {
  readonly rows: AsyncIterable<RowBlock>;
  readonly stats: Promise<RunStats>;
  readonly events = new Emitter<RunEvents>();
  readonly #plan: Plan;
  readonly #sources: readonly SourceFile[];
  readonly #pool: WorkerPool;
  readonly #options: QueryOptions;
  readonly #abort = new AbortController();
  readonly #runner: TaskRunner;
  readonly #totals: RunTotals;
  readonly #spill: SpillFolder;
  readonly #results: ResultLimits;
  readonly #store: PartialStore;
  readonly #rows: RowStore;
  readonly #keepRejects: number;
  readonly #collector: RejectsCollector | null;
  readonly #retirementsBefore: number;
  #startedAtMs = 0;
  #endedAtMs = 0;
  #rescans = 0;
  #spilledBytes = 0;
  readonly #stateSize = new StateSize();
  /** How many splits are wanted: fewer than all once `--strict` has met a reject. */
  #end: number;
  #shown: Progress | null = null;
  #resolveStats: (stats: RunStats) => void = () => undefined;
  #rejectStats: (error: unknown) => void = () => undefined;

  constructor(plan: Plan, sources: readonly SourceFile[], pool: WorkerPool, options: QueryOptions) {
    this.#plan = plan;
    this.#sources = sources;
    this.#pool = pool;
    this.#options = options;
    this.#end = options.splits.length;
    setMaxListeners(0, this.#abort.signal); // every task in flight listens
    const keepRejects = Math.max(options.keepRejects ?? defaultKeepRejects, options.strict ? 1 : 0);
    this.#keepRejects = keepRejects;
    const { maxRejects, rejectsFile } = options;
    this.#collector =
      rejectsFile === undefined ? null : new RejectsCollector(rejectsFile, options.splits, options.spillFolder);
    const { queuedBytes } = options.budget;
    this.#spill = new SpillFolder(options.spillFolder);
    const { place } = this.#spill;
    const perWorker = ((queuedBytes / queuedShares) * workersShares) / pool.options.workers;
    this.#results = { resultBytes: Math.max(leastResultBytes, Math.floor(perWorker)), spill: place };
    this.#runner = new TaskRunner({
      plan,
      sources,
      pool,
      limits: {
        maxRecordBytes: recordLimit(options.maxRecordBytes, pool.options.arenaLimitBytes),
        keepRejects,
        ...(maxRejects?.type === 'count' ? { mostRejects: maxRejects.most } : {}),
      },
      results: options.ledger === undefined ? this.#results : { ...this.#results, spill: options.ledger.spillPlace },
      rejectsPath: this.#collector === null ? null : (split) => this.#collector?.pathFor(split) ?? '',
      ...(options.maxDeaths === undefined ? {} : { maxDeaths: options.maxDeaths }),
      prefixes: options.prefixes ?? new Map(),
      retry: options.retry ?? defaultRetryPolicy,
      signal: this.#abort.signal,
      events: this.events,
    });
    this.#totals = new RunTotals(keepRejects);
    this.#store = this.#openStore();
    this.#rows = new RowStore(pool.kernels, queuedBytes / queuedShares, place, this.#onSpill);
    this.#retirementsBefore = pool.retirements.length;
    this.stats = new Promise((resolve, reject) => {
      this.#resolveStats = resolve;
      this.#rejectStats = reject;
    });
    this.stats.catch(() => undefined); // whoever reads the rows gets the error; the statistics may be nobody's concern
    this.rows = this.#run();
  }

  readonly #onSpill = (bytes: number) => {
    this.#spilledBytes += bytes;
    this.events.emit('spilled', { bytes });
  };

  #openStore(): PartialStore {
    return new PartialStore(this.#options.budget.queuedBytes / queuedShares, this.#spill.place, this.#onSpill);
  }

  rejects(): readonly Reject[] {
    return this.#totals.rejects;
  }

  progress(): Progress {
    const { slots } = this.#pool;
    let running = 0;
    let bytesRead = this.#totals.bytesRead;
    let { matched, filtered, rejected } = this.#totals.records;
    for (const job of this.#runner.scans) {
      const slot = job.slot();
      if (slot < 0) continue;
      running++;
      bytesRead += slots.get(slot, 'taskBytesRead');
      matched += slots.get(slot, 'taskRecordsMatched');
      filtered += slots.get(slot, 'taskRecordsFiltered');
      rejected += slots.get(slot, 'taskRecordsRejected');
    }
    const before = this.#shown;
    matched = Math.max(matched, before?.records.matched ?? 0);
    filtered = Math.max(filtered, before?.records.filtered ?? 0);
    rejected = Math.max(rejected, before?.records.rejected ?? 0);
    const done = this.#totals.splits;
    const ended = this.#endedAtMs || monotonicMs();
    this.#shown = {
      elapsedMs: this.#startedAtMs === 0 ? 0 : ended - this.#startedAtMs,
      bytesRead: Math.max(bytesRead, before?.bytesRead ?? 0),
      bytesTotal: this.#bytesTotal(),
      records: { read: matched + filtered + rejected, matched, filtered, rejected },
      splits: { queued: Math.max(0, this.#options.splits.length - done - running), running, done },
      retries: Object.fromEntries(this.#runner.retries),
      quarantined: this.#runner.quarantined,
      ledger: this.#options.ledger?.soFar ?? null,
    };
    return this.#shown;
  }

  async *#run(): AsyncGenerator<RowBlock> {
    const { signal } = this.#options;
    const cancel = () => this.#abort.abort(signal?.reason);
    const sweeping = removeAbandonedFolders(this.#options.spillFolder ?? tmpdir());
    this.#startedAtMs = monotonicMs();
    let failure: { readonly error: unknown } | null = null;
    let complete = false;
    try {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', cancel, { once: true });
      const heap = new HeapKeeper(this.#options.budget.totalBytes);
      for await (const block of this.#answer()) {
        yield block;
        heap.look();
      }
      complete = true;
      // a LIMIT that was met leaves splits unread, and is the one thing that may
      const limited = this.#plan.shape === 'rows' && this.#plan.limit !== null && this.#plan.orderBy.length === 0;
      if (!limited && this.#options.isSample !== true) this.#totals.checkCoverage(this.#sources);
      this.#options.ledger?.finish();
      this.#collector?.close();
    } catch (error) {
      failure = { error: signal?.aborted ? signal.reason : error };
      throw failure.error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (!complete || this.#totals.splits < this.#options.splits.length) this.#abort.abort();
      this.#collector?.abandon();
      this.#store.close();
      this.#rows.close();
      this.#spill.remove();
      await sweeping;
      this.#endedAtMs = monotonicMs();
      if (failure !== null) this.#rejectStats(failure.error);
      else this.#resolveStats(this.#summarize());
    }
  }

  #answer(): AsyncGenerator<RowBlock> {
    const plan = this.#plan;
    if (plan.shape === 'grouped') {
      return groupedAnswer(this.#scans(false), {
        plan,
        kernels: this.#pool.kernels,
        arenaBytes: this.#options.budget.coordinatorBytes,
        results: this.#results,
        store: this.#store,
        rows: this.#rows,
        openStore: () => this.#openStore(),
        parallel: this.#pool.options.workers + 1, // one task is put together while others are merged
        merge: (partitions, makeTask) => this.#runner.merge(partitions, makeTask),
        route: (partition, makeTask) => this.#runner.route(partition, makeTask),
      });
    }
    return plan.orderBy.length > 0
      ? rowsInSortOrder(this.#scans(false), plan, this.#rows)
      : rowsInFileOrder(this.#scans(true), plan, () => answerArena(this.#pool.kernels), this.#onSpill);
  }

  /** Accepted results, each split once. */
  async *#scans(inOrder: boolean): AsyncGenerator<Scanned> {
    const { splits, budget, strict, ledger } = this.#options;
    const quoted = this.#plan.format.records === 'quoted';
    const window = {
      count: this.#pool.options.workers * 4,
      bytes: (budget.queuedBytes / queuedShares) * onTheWayShares,
      foreseenBytes: this.#results.resultBytes,
      ordered: inOrder || quoted,
    };
    const scan = (split: Split) => this.#runner.scan(split, null, ledger?.quarantine(split));
    if (ledger !== undefined) this.events.on('splitStarted', ({ split }) => ledger.started(split));
    // in a part of the list, those before the end are a shorter part
    const end = (part: readonly Split[]) => {
      const wanted = this.#end < splits.length ? part.findIndex(({ index }) => index >= this.#end) : -1;
      return wanted < 0 ? part.length : wanted;
    };
    const scanPart = (part: readonly Split[]) => runScans(part, window, scan, () => end(part));
    const scans =
      ledger === undefined
        ? scanPart(splits)
        : resumedScans({
            ...{ splits, ledger, ordered: window.ordered, scan: scanPart },
            // what is to be written down must all be there
            ...{
              keepRejects: this.#collector === null ? this.#keepRejects : Number.POSITIVE_INFINITY,
              signal: this.#abort.signal,
            },
          });
    const checked = quoted ? checkBoundaries(scans, (split, firstRecord) => this.#rescan(split, firstRecord)) : scans;
    for await (const scanned of checked) {
      this.#totals.accept(scanned);
      this.#stateSize.add(scanned.result);
      const { split, result } = scanned;
      const { rejectsPaths: _, ...kept } = result; // the files are this run's
      ledger?.append(split, kept);
      this.#collector?.add(split, result);
      const { elapsedMs, bytesRead, records, rejects, memory } = result;
      this.events.emit('splitDone', { split, worker: memory.worker, elapsedMs, bytesRead, records });
      if (records.rejected > 0) {
        this.events.emit('rejected', { split, count: records.rejected, rejects });
        // the first reject by file and offset is the answer, so the splits before this one still count
        if (strict) this.#end = Math.min(this.#end, splits.indexOf(split) + 1);
        if (strict && window.ordered) break;
      }
      this.#checkRejects(false);
      yield scanned;
    }
    this.#checkRejects(true);
    const [first] = this.#totals.rejects;
    if (strict && first !== undefined) throw strictError(first);
  }

  #rescan(split: Split, firstRecord: number): ReturnType<TaskRunner['scan']> {
    this.#rescans++;
    this.events.emit('rescan', { split, firstRecord });
    return this.#runner.scan(split, firstRecord, this.#options.ledger?.quarantine(split));
  }

  #checkRejects(isEnd: boolean): void {
    const { maxRejects } = this.#options;
    const { records, rejects } = this.#totals;
    if (maxRejects === undefined || !isExceeded(maxRejects, records, isEnd)) return;
    throw new RunError(exceededMessage(maxRejects, records, rejects));
  }

  #bytesTotal(): number | null {
    let total = 0;
    for (const { input, sizeBytes } of this.#sources) {
      if (input !== 'file' || sizeBytes === null) return null;
      total += sizeBytes;
    }
    return total;
  }

  #summarize(): RunStats {
    const retriesByReason = Object.fromEntries(this.#runner.retries);
    const { prediction } = this.#options;
    return {
      elapsedSeconds: (this.#endedAtMs - this.#startedAtMs) / 1000,
      bytesRead: this.#totals.bytesRead,
      records: this.#totals.records,
      workers: this.#pool.options.workers,
      splits: this.#totals.splits,
      retries: Object.values(retriesByReason).reduce((sum, count) => sum + count, 0),
      retriesByReason,
      quarantined: this.#runner.quarantined,
      rescans: this.#rescans,
      ...recycleStats(this.#pool, this.#retirementsBefore),
      spilledBytes: this.#spilledBytes,
      ...(prediction === undefined ? {} : { prediction }),
      memory: memoryStats(this.#pool, this.#options.budget.totalBytes, this.#stateSize, prediction),
    };
  }
}

function strictError(reject: Reject): StrictError {
  return new StrictError(
    `Cannot use the record at ${reject.file}:${reject.offset}: ${reject.reason}: run without --strict to count such records and go on`,
  );
}
