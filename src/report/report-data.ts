/**
 * Gathers the log of a run into what the report shows.
 *
 * Invariant: what is held does not grow with the run: samples are thinned out as they become many, of splits the slowest
 * stay, of happenings the first ones, and the rest is counted.
 */
import type {
  HeapProfiled,
  ResultRows,
  RunEnded,
  RunLogEntry,
  RunStarted,
  Sample,
  SplitDone,
  Stamp,
  TaskFailed,
} from '../coordinator/run-log.ts';
import { formatSize } from '../core/size.ts';

export type MarkKind = 'recycled' | 'died' | 'retry' | 'flush' | 'spill' | 'rescan' | 'pause';

/** Something that happened at one moment, for the charts and the list. */
export interface Mark {
  readonly ms: number;
  readonly kind: MarkKind;
  /** Null where it is no one worker's. */
  readonly worker: number | null;
  readonly text: string;
}

export interface WorkerLivesSummary {
  readonly worker: number;
  started: number;
  retired: number;
  /** By reason. */
  readonly reasons: Record<string, number>;
  retireMs: number;
  bootMs: number;
  splits: number;
  bytesRead: number;
  busyMs: number;
}

export class ReportData {
  started: (Stamp & RunStarted) | null = null;
  ended: (Stamp & RunEnded) | null = null;
  result: ResultRows | null = null;
  heap: HeapProfiled | null = null;
  readonly failures: TaskFailed[] = [];
  readonly warnings: string[] = [];
  readonly marks: Mark[] = [];
  /** Marks that found no place. */
  moreMarks = 0;
  /** Slowest first. */
  slowest: SplitDone[] = [];
  splitMs: number[] = [];
  spills = 0;
  merges = 0;
  mergeMs = 0;
  /** From the first merge task's start to the last one's end. */
  mergingFromMs: number | null = null;
  mergingToMs = 0;
  samples: (Stamp & Sample)[] = [];
  last: (Stamp & Sample) | null = null;
  readonly workers = new Map<number, WorkerLivesSummary>();
  /** Every so manyeth sample is kept. */
  #stride = 1;
  #seen = 0;
  #lastFailure: TaskFailed | null = null;
  readonly #flushes = new Map<number, number>();

  add(entry: RunLogEntry): void {
    const { ms } = entry;
    switch (entry.type) {
      case 'runStarted':
        this.started = entry;
        break;
      case 'sample':
        this.#sample(entry);
        break;
      case 'workerStarted': {
        const worker = this.#worker(entry.worker);
        worker.started++;
        if (worker.retired > 0) worker.bootMs += entry.bootMs; // a replacement's
        break;
      }
      case 'workerRetired': {
        if (entry.reason === 'aborted') break; // called off, no recycle
        const worker = this.#worker(entry.worker);
        worker.retired++;
        worker.retireMs += entry.retireMs;
        worker.reasons[entry.reason] = (worker.reasons[entry.reason] ?? 0) + 1;
        const died = entry.reason === 'died' || entry.reason === 'deadline';
        const after = `after ${entry.tasks} ${entry.tasks === 1 ? 'task' : 'tasks'}`;
        this.#mark(ms, died ? 'died' : 'recycled', entry.worker, `reason: ${entry.reason}, ${after}`);
        break;
      }
      case 'splitDone':
        this.#splitDone(entry);
        break;
      case 'taskFailed':
        this.#lastFailure = entry;
        if (this.failures.length < mostFailures) this.failures.push(entry);
        break;
      case 'retry':
        this.#mark(
          ms,
          'retry',
          this.#workerThatFailed(entry.what),
          `${entry.what}, try ${entry.attempt}, after: ${entry.kind}`,
        );
        break;
      case 'rescan':
        this.#mark(ms, 'rescan', null, `split ${entry.split.index} began inside quotes`);
        break;
      case 'spilled':
        this.spills++;
        this.#mark(ms, 'spill', null, `${formatSize(entry.bytes)} of partial results to a file`);
        break;
      case 'merged':
        this.merges++;
        this.mergeMs += entry.elapsedMs;
        this.mergingFromMs = Math.min(this.mergingFromMs ?? ms, ms - entry.elapsedMs);
        this.mergingToMs = ms;
        break;
      case 'paused':
      case 'resumed':
        this.#mark(ms, 'pause', null, entry.type);
        break;
      case 'warning':
        if (this.warnings.length < mostFailures) this.warnings.push(entry.message);
        break;
      case 'heapProfile':
        this.heap = entry;
        break;
      case 'result':
        this.result = entry;
        break;
      case 'runEnded':
        this.ended = entry;
        break;
      case 'splitStarted':
      case 'rejected':
        break; // the end tells what is shown of them
      default:
        entry satisfies never;
    }
  }

  #worker(worker: number): WorkerLivesSummary {
    const known = this.workers.get(worker);
    if (known !== undefined) return known;
    const none = { started: 0, retired: 0, retireMs: 0, bootMs: 0, splits: 0, bytesRead: 0, busyMs: 0 };
    const summary: WorkerLivesSummary = { worker, reasons: {}, ...none };
    this.workers.set(worker, summary);
    return summary;
  }

  /** A retry is told right after the failure that it answers. */
  #workerThatFailed(what: string): number | null {
    return this.#lastFailure?.what === what ? this.#lastFailure.worker : null;
  }

  /** A flush is known by the next sample. */
  #flushesOf({ ms, workers }: Stamp & Sample): void {
    for (const { worker, flushes } of workers) {
      const before = this.#flushes.get(worker) ?? 0;
      this.#flushes.set(worker, Math.max(before, flushes));
      const times = flushes - before === 1 ? 'once' : `${flushes - before} times`;
      if (flushes > before) this.#mark(ms, 'flush', worker, `its arena was emptied at the soft line, ${times}`);
    }
  }

  #mark(ms: number, kind: MarkKind, worker: number | null, text: string): void {
    if (this.marks.length < mostMarks) this.marks.push({ ms, kind, worker, text });
    else this.moreMarks++;
  }

  #splitDone(entry: SplitDone): void {
    const worker = this.#worker(entry.worker);
    worker.splits++;
    worker.bytesRead += entry.bytesRead;
    worker.busyMs += entry.elapsedMs;
    // a sample of the times is enough for their median
    if (this.splitMs.length < mostTimes) this.splitMs.push(entry.elapsedMs);
    const least = this.slowest.at(-1)?.elapsedMs ?? 0;
    if (this.slowest.length >= mostSlowest && entry.elapsedMs <= least) return;
    this.slowest = [...this.slowest, entry].sort((a, b) => b.elapsedMs - a.elapsedMs).slice(0, mostSlowest);
  }

  #sample(entry: Stamp & Sample): void {
    this.last = entry;
    this.#flushesOf(entry);
    if (this.#seen++ % this.#stride !== 0) return;
    this.samples.push(entry);
    if (this.samples.length < mostSamples) return;
    this.samples = this.samples.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }
}

const mostSamples = 1200;
const mostMarks = 400;
const mostFailures = 50;
const mostSlowest = 15;
const mostTimes = 10_000;
