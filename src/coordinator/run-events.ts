/** What a run tells while it goes on. */
import type { RecordCounts, Reject } from '../core/reject.ts';
import type { Split } from '../core/source.ts';
import type { FailureKind } from './task-error.ts';

export interface RunEvents {
  readonly splitStarted: { readonly split: Split; readonly attempt: number; readonly worker: number };
  /** The split's result was accepted: it counts. */
  readonly splitDone: {
    readonly split: Split;
    readonly worker: number;
    readonly elapsedMs: number;
    readonly bytesRead: number;
    readonly records: RecordCounts;
  };
  /** A partition of the partial aggregates was merged on a worker. */
  readonly merged: {
    readonly partition: number;
    readonly worker: number;
    readonly elapsedMs: number;
    readonly groups: number;
  };
  readonly taskFailed: {
    /** For messages: `split app.log[0 B, 64 MiB)`. */
    readonly what: string;
    readonly split: Split | null;
    readonly attempt: number;
    readonly kind: FailureKind;
    readonly worker: number;
    readonly message: string;
  };
  readonly retry: {
    readonly what: string;
    readonly split: Split | null;
    /** Number of the try that comes now. */
    readonly attempt: number;
    readonly kind: FailureKind;
  };
  /** The split had guessed wrongly where its first record begins (quoted line ends) and is scanned again. */
  readonly rescan: { readonly split: Split; readonly firstRecord: number };
  /** `rejects`: those that are kept; `count`: all of them. */
  readonly rejected: { readonly split: Split; readonly count: number; readonly rejects: readonly Reject[] };
  readonly spilled: { readonly bytes: number };
}
