/**
 * The log of a run: one typed stream of everything that happens in it. `--events` writes it down as NDJSON, and the report
 * is made of it, so the report shows nothing that the log does not hold.
 *
 * Invariants: `runStarted` comes first and `runEnded` last, each once; times never go back; every entry is plain data that
 * survives JSON. Sizes are bytes, lengths of time milliseconds unless a name says seconds.
 */
import type { RecordCounts } from '../core/reject.ts';
import type { Budget } from './budget.ts';
import type { HeapProfileFound } from './heap-profile.ts';
import type { RunStats } from './run-stats.ts';
import type { FailureKind } from './task-error.ts';

/** When an entry was made. */
export interface Stamp {
  /** Milliseconds since the log was begun. */
  readonly ms: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A split in words that need no plan. `end` is null where the source is read to its end, wherever that is. */
export interface LoggedSplit {
  readonly index: number;
  readonly file: string;
  readonly start: number;
  readonly end: number | null;
}

export interface LoggedReject {
  readonly file: string;
  readonly offset: number;
  readonly reason: string;
  /** The first bytes of the record, as text. */
  readonly record: string;
  readonly isCut: boolean;
}

export interface WorkerSample {
  readonly worker: number;
  /** Index of the split that it reads; null while it merges or waits. */
  readonly split: number | null;
  /** Of the running task, so far. */
  readonly taskBytesRead: number;
  readonly heapUsedBytes: number;
  readonly heapLimitBytes: number;
  readonly externalBytes: number;
  readonly arenaUsedBytes: number;
  readonly arenaLimitBytes: number;
  /** Over all lives of the slot. */
  readonly gcSeconds: number;
  /** How often the arena was emptied at its soft line, over all lives of the slot. */
  readonly flushes: number;
  readonly tasksInLife: number;
}

export interface RunStarted {
  readonly type: 'runStarted';
  readonly sql: string;
  /** As `--explain` prints it. */
  readonly plan: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly cores: number;
  /** What was set by somebody, and where. What is secret is masked. */
  readonly settings: readonly { readonly name: string; readonly value: string; readonly where: string }[];
  /** The first ones; `fileCount` are all. */
  readonly files: readonly { readonly name: string; readonly sizeBytes: number | null; readonly input: string }[];
  readonly fileCount: number;
  readonly splits: number;
  readonly splitBytes: number;
  readonly recycleAfter: number;
  readonly budget: Budget;
}

export interface RunEnded {
  readonly type: 'runEnded';
  /** Null where the run was answered. */
  readonly error: string | null;
  /** Null where it failed. */
  readonly stats: RunStats | null;
  /** The first ones by file and offset. */
  readonly rejects: readonly LoggedReject[];
}

export interface Sample {
  readonly type: 'sample';
  readonly bytesRead: number;
  readonly bytesTotal: number | null;
  readonly records: RecordCounts;
  readonly splits: { readonly queued: number; readonly running: number; readonly done: number };
  readonly rssBytes: number;
  /** Processor time of the whole process so far. */
  readonly cpuSeconds: number;
  /** Workers that live. */
  readonly workers: readonly WorkerSample[];
}

export interface WorkerRetired {
  readonly type: 'workerRetired';
  readonly worker: number;
  /** The how manieth life in the worker's slot, from 1. */
  readonly life: number;
  readonly reason: string;
  readonly tasks: number;
  /** From leaving service to the thread's end. */
  readonly retireMs: number;
  readonly ageMs: number;
  readonly peakHeapBytes: number;
  readonly peakArenaBytes: number;
}

export interface SplitDone {
  readonly type: 'splitDone';
  readonly split: LoggedSplit;
  readonly worker: number;
  readonly elapsedMs: number;
  readonly bytesRead: number;
  readonly records: RecordCounts;
}

export interface TaskFailed {
  readonly type: 'taskFailed';
  readonly what: string;
  readonly split: LoggedSplit | null;
  readonly attempt: number;
  readonly kind: FailureKind;
  /** Null where it is not known. */
  readonly worker: number | null;
  readonly message: string;
}

/** What `--heap-profile` wrote, and which functions keep most. */
export interface HeapProfiled extends HeapProfileFound {
  readonly type: 'heapProfile';
}

export interface ResultRows {
  readonly type: 'result';
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** The first ones, values as text; null is NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rowCount: number;
}

export type RunLogEvent =
  | RunStarted
  | Sample
  | { readonly type: 'workerStarted'; readonly worker: number; readonly bootMs: number }
  | WorkerRetired
  | {
      readonly type: 'splitStarted';
      readonly split: LoggedSplit;
      readonly attempt: number;
      /** Null for a thread that has not begun to run our code. */
      readonly worker: number | null;
    }
  | SplitDone
  | TaskFailed
  | {
      readonly type: 'retry';
      readonly what: string;
      readonly split: LoggedSplit | null;
      /** Number of the try that comes now. */
      readonly attempt: number;
      readonly kind: FailureKind;
    }
  | { readonly type: 'rescan'; readonly split: LoggedSplit; readonly firstRecord: number }
  /** `samples` are few over the whole run; `count` is right. */
  | {
      readonly type: 'rejected';
      readonly split: LoggedSplit;
      readonly count: number;
      readonly samples: readonly LoggedReject[];
    }
  | { readonly type: 'spilled'; readonly bytes: number }
  | {
      readonly type: 'merged';
      readonly partition: number;
      readonly worker: number;
      readonly elapsedMs: number;
      readonly groups: number;
    }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | { readonly type: 'warning'; readonly message: string }
  | ResultRows
  | HeapProfiled
  | RunEnded;

export type RunLogEntry = Stamp & RunLogEvent;
