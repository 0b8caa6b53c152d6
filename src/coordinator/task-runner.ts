/**
 * Runs a task until it has a result or the retry policy gives up. Knows what is running and how often anything was tried
 * again; what the result means is for others.
 */
import { RunError, UsageError } from '../core/errors.ts';
import { formatSize } from '../core/size.ts';
import type { SourceFile, Split } from '../core/source.ts';
import type { MergeResult, MergeTask, ScanLimits, ScanResult, ScanTask, WorkerResult } from '../execute/messages.ts';
import type { Plan } from '../query/plan.ts';
import type { Emitter } from './emitter.ts';
import type { Job, WorkerPool } from './pool.ts';
import { failureMessage, isRetried, type RetryPolicy } from './retry-policy.ts';
import type { RunEvents } from './run-events.ts';
import { type FailureKind, TaskError } from './task-error.ts';

export interface TaskRunnerOptions {
  readonly plan: Plan;
  readonly sources: readonly SourceFile[];
  readonly pool: WorkerPool;
  readonly limits: ScanLimits;
  /** By source: what was taken from one that cannot be read twice. */
  readonly prefixes: ReadonlyMap<number, Uint8Array>;
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal;
  readonly events: Emitter<RunEvents>;
}

export class TaskRunner {
  readonly #plan: Plan;
  readonly #sources: readonly SourceFile[];
  readonly #pool: WorkerPool;
  readonly #limits: ScanLimits;
  readonly #prefixes: ReadonlyMap<number, Uint8Array>;
  readonly #retry: RetryPolicy;
  readonly #signal: AbortSignal;
  readonly #events: Emitter<RunEvents>;
  readonly #scans = new Set<Job>();
  readonly #retries = new Map<FailureKind, number>();

  constructor(options: TaskRunnerOptions) {
    this.#plan = options.plan;
    this.#sources = options.sources;
    this.#pool = options.pool;
    this.#limits = options.limits;
    this.#prefixes = options.prefixes;
    this.#retry = options.retry;
    this.#signal = options.signal;
    this.#events = options.events;
  }

  /** Scans that wait for a worker or run on one. */
  get scans(): Iterable<Job> {
    return this.#scans;
  }

  /** How often a task was tried again, by what had happened to it. */
  get retries(): ReadonlyMap<FailureKind, number> {
    return this.#retries;
  }

  /** `firstRecord`: where a neighbour has established it. Throws UsageError, or RunError when the tries are used up. */
  async scan(split: Split, firstRecord: number | null): Promise<ScanResult> {
    const source = this.#sources[split.source];
    if (source === undefined)
      throw new RunError(`Cannot scan split ${split.index}: there is no source ${split.source}`);
    const what = describeSplit(source, split);
    // what was read from a pipe is gone
    const retry = source.input === 'stdin' ? { attempts: 1 } : this.#retry;
    return this.#insist(what, split, retry, async (attempt) => {
      const task: ScanTask = {
        type: 'scan',
        plan: this.#plan,
        source,
        split,
        attempt,
        firstRecord,
        limits: this.#limits,
        prefix: this.#prefixes.get(split.source) ?? null,
      };
      const onStart = (worker: number) => this.#events.emit('splitStarted', { split, attempt, worker });
      const job = this.#pool.submit(task, this.#signal, onStart);
      this.#scans.add(job);
      try {
        return expectType(await job.result, 'scan');
      } finally {
        this.#scans.delete(job);
      }
    });
  }

  async merge(partition: number, makeTask: () => MergeTask): Promise<MergeResult> {
    return this.#insist(`the merge of partition ${partition}`, null, this.#retry, async () => {
      const result = expectType(await this.#pool.submit(makeTask(), this.#signal).result, 'merge');
      const { elapsedMs, groups, memory } = result;
      this.#events.emit('merged', { partition, worker: memory.worker, elapsedMs, groups });
      return result;
    });
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

  #finalError(what: string, error: TaskError, attempt: number): Error {
    if (error.kind === 'usage') return new UsageError(error.message, { cause: error });
    if (error.kind === 'pool') return new RunError(error.message, { cause: error });
    const { options } = this.#pool;
    const caps = {
      heapLimitBytes: (options.heapOldMb + options.heapYoungMb) * 1024 * 1024,
      arenaLimitBytes: options.arenaLimitBytes,
      deadlineMs: options.deadlineMs,
    };
    return new RunError(failureMessage(what, error, attempt, caps), { cause: error });
  }
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
