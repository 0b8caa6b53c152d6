/**
 * Runs a task until it has a result or the retry policy gives up. Knows what is running and how often anything was tried
 * again; what the result means is for others.
 */
import { rmSync } from 'node:fs';
import { RunError, UsageError } from '../core/errors.ts';
import { formatSize } from '../core/size.ts';
import type { SourceFile, Split } from '../core/source.ts';
import type {
  MergeResult,
  MergeTask,
  ResultLimits,
  RouteResult,
  RouteTask,
  ScanLimits,
  ScanResult,
  ScanTask,
  WorkerResult,
} from '../execute/messages.ts';
import type { Plan } from '../query/plan.ts';
import type { Emitter } from './emitter.ts';
import { JoinedResult } from './join-results.ts';
import { LargerWorker } from './larger-worker.ts';
import type { Part, Step } from './poison-policy.ts';
import type { Job, WorkerPool } from './pool.ts';
import { deathsMessage, failureMessage, isRetried, type RetryPolicy } from './retry-policy.ts';
import type { RunEvents } from './run-events.ts';
import { scanSplit } from './split-scan.ts';
import { type FailureKind, TaskError } from './task-error.ts';

/** Deaths that a fresh worker does not prevent, until a run is given up: a function that kills at every record ends soon. */
const defaultMaxDeaths = 40;

export interface TaskRunnerOptions {
  readonly plan: Plan;
  readonly sources: readonly SourceFile[];
  readonly pool: WorkerPool;
  readonly limits: ScanLimits;
  readonly results: ResultLimits;
  /** By source: what was taken from one that cannot be read twice. */
  readonly prefixes: ReadonlyMap<number, Uint8Array>;
  readonly retry: RetryPolicy;
  readonly maxDeaths?: number;
  /** Names a file for the rejects of a try; null where nobody wants them. */
  readonly rejectsPath: ((split: Split) => string) | null;
  readonly signal: AbortSignal;
  readonly events: Emitter<RunEvents>;
}

export class TaskRunner {
  readonly #plan: Plan;
  readonly #sources: readonly SourceFile[];
  readonly #pool: WorkerPool;
  readonly #limits: ScanLimits;
  readonly #results: ResultLimits;
  readonly #prefixes: ReadonlyMap<number, Uint8Array>;
  readonly #retry: RetryPolicy;
  readonly #signal: AbortSignal;
  readonly #events: Emitter<RunEvents>;
  readonly #scans = new Set<Job>();
  readonly #retries = new Map<FailureKind, number>();
  readonly #larger: LargerWorker;
  readonly #maxDeaths: number;
  readonly #rejectsPath: TaskRunnerOptions['rejectsPath'];
  #deaths = 0;
  #quarantined = 0;

  constructor(options: TaskRunnerOptions) {
    this.#plan = options.plan;
    this.#sources = options.sources;
    this.#pool = options.pool;
    this.#limits = options.limits;
    this.#results = options.results;
    this.#prefixes = options.prefixes;
    this.#retry = options.retry;
    this.#signal = options.signal;
    this.#events = options.events;
    this.#larger = new LargerWorker(options.pool);
    this.#maxDeaths = options.maxDeaths ?? defaultMaxDeaths;
    this.#rejectsPath = options.rejectsPath;
  }

  /** Scans that wait for a worker or run on one. */
  get scans(): Iterable<Job> {
    return this.#scans;
  }

  /** Records that were put aside because workers died of them, or an aggregate could not take them. */
  get quarantined(): number {
    return this.#quarantined;
  }

  /** How often a task was tried again, by what had happened to it. */
  get retries(): ReadonlyMap<FailureKind, number> {
    return this.#retries;
  }

  /** `firstRecord`: where a neighbour has established it. `quarantine`: why its records are rejected unseen. Throws UsageError, or RunError when the tries are used up. */
  async scan(split: Split, firstRecord: number | null, quarantine: string | null = null): Promise<ScanResult> {
    const source = this.#sources[split.source];
    if (source === undefined)
      throw new RunError(`Cannot scan split ${split.index}: there is no source ${split.source}`);
    const what = describeSplit(source, split);
    return scanSplit(split, firstRecord, {
      policy: this.#retry,
      run: (part, first) => this.#scanPart(source, split, quarantine === null ? part : { ...part, quarantine }, first),
      join: () => new JoinedResult(this.#plan, this.#results, this.#limits.keepRejects),
      circumstances: () => ({
        readable: isReadable(source),
        canEnlarge: this.#larger.isAffordable,
        deaths: this.#deaths,
        maxDeaths: this.#maxDeaths,
        deadlineMs: this.#pool.options.deadlineMs,
      }),
      onFailure: (error, part, step) => this.#note(what, split, error, part, step),
    });
  }

  async #scanPart(source: SourceFile, split: Split, part: Part, firstRecord: number | null): Promise<ScanResult> {
    const { attempt, careful, fresh, larger, quarantine } = part;
    const rejectsPath = this.#rejectsPath?.(split) ?? null;
    const task: ScanTask = {
      type: 'scan',
      plan: this.#plan,
      source,
      split: { ...split, start: part.start, end: part.end },
      ...{ attempt, firstRecord, careful, rejectAll: quarantine, rejectsPath },
      limits: this.#limits,
      results: this.#results,
      prefix: this.#prefixes.get(split.source) ?? null,
    };
    const onStart = (worker: number) => this.#events.emit('splitStarted', { split, attempt, worker });
    try {
      if (larger) return expectType(await this.#larger.run(task, this.#signal, onStart), 'scan');
      const job = this.#pool.submit(task, this.#signal, onStart, fresh);
      this.#scans.add(job);
      try {
        return expectType(await job.result, 'scan');
      } finally {
        this.#scans.delete(job);
      }
    } catch (error) {
      if (rejectsPath !== null) rmSync(rejectsPath, { force: true });
      throw error;
    }
  }

  /** Tells of a failure; throws where it is the end. */
  #note(what: string, split: Split, error: TaskError, part: Part, step: Step): void {
    const { kind, worker, message, suspect } = error;
    const { attempt } = part;
    this.#events.emit('taskFailed', { what, split, attempt, kind, worker, message });
    if (step.type === 'fail') {
      if (step.reason === 'failure')
        throw this.#finalError(what, error, attempt, isReadable(this.#sources[split.source]));
      const name = this.#sources[split.source]?.name ?? '';
      const place = suspect === null ? null : `${name}:${suspect.start}`;
      throw new RunError(deathsMessage(what, error, this.#deaths, place), { cause: error });
    }
    if (step.type === 'cut') {
      if (step.isDeath) this.#deaths++;
      this.#quarantined += step.parts.filter(({ quarantine }) => quarantine !== null).length;
    }
    this.#retries.set(kind, (this.#retries.get(kind) ?? 0) + 1);
    this.#events.emit('retry', { what, split, attempt: attempt + 1, kind });
  }

  async merge(partitions: readonly number[], makeTask: () => MergeTask): Promise<MergeResult> {
    const [first, last] = [partitions[0], partitions.at(-1)];
    const what = `the merge of ${first === last ? `partition ${first}` : `partitions ${first} to ${last}`}`;
    return this.#insist(what, null, this.#retry, async () => {
      const result = expectType(await this.#pool.submit(makeTask(), this.#signal).result, 'merge');
      const { worker } = result.memory;
      for (const { partition, elapsedMs, groups } of result.parts) {
        this.#events.emit('merged', { partition, worker, elapsedMs, groups });
      }
      return result;
    });
  }

  async route(partition: number, makeTask: () => RouteTask): Promise<RouteResult> {
    return this.#insist(`the cutting of partition ${partition}`, null, this.#retry, async () =>
      expectType(await this.#pool.submit(makeTask(), this.#signal).result, 'route'),
    );
  }

  async #insist<Result>(
    what: string,
    split: Split | null,
    retry: RetryPolicy,
    run: (attempt: number) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(attempt);
      } catch (error) {
        if (!(error instanceof TaskError) || error.kind === 'aborted') throw error;
        const { kind, worker, message } = error;
        this.#events.emit('taskFailed', { what, split, attempt, kind, worker, message });
        if (!isRetried(retry, error, attempt)) throw this.#finalError(what, error, attempt);
        this.#retries.set(kind, (this.#retries.get(kind) ?? 0) + 1);
        this.#events.emit('retry', { what, split, attempt: attempt + 1, kind });
      }
    }
  }

  #finalError(what: string, error: TaskError, attempt: number, isReadable = true): Error {
    if (error.kind === 'usage') return new UsageError(error.message, { cause: error });
    if (error.kind === 'pool') return new RunError(error.message, { cause: error });
    const { options } = this.#pool;
    const caps = {
      heapLimitBytes: (options.heapOldMb + options.heapYoungMb) * 1024 * 1024,
      arenaLimitBytes: options.arenaLimitBytes,
      deadlineMs: options.deadlineMs,
      isReadable,
    };
    return new RunError(failureMessage(what, error, attempt, caps), { cause: error });
  }
}

/** What was read from a pipe is gone. */
function isReadable(source: SourceFile | undefined): boolean {
  return source?.input !== 'stdin';
}

/** `split app.log[64 MiB, 128 MiB)`, or the file's name where it is one split. */
export function describeSplit(source: SourceFile, split: Split): string {
  if (split.end === Number.POSITIVE_INFINITY) return `split ${source.name}`;
  return `split ${source.name}[${formatSize(split.start)}, ${formatSize(split.end)})`;
}

function expectType<Type extends WorkerResult['type']>(
  result: WorkerResult,
  type: Type,
): Extract<WorkerResult, { type: Type }> {
  if (result.type !== type) throw new RunError(`Cannot use a worker's answer: ${result.type} instead of ${type}`);
  return result as Extract<WorkerResult, { type: Type }>; // the line above
}
