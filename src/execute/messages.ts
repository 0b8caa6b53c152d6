/** What crosses threads between the coordinator and a worker. Plain data only. */
import type { RecordCounts, Reject } from '../core/reject.ts';
import type { SourceFile, Split } from '../core/source.ts';
import type { Plan } from '../query/plan.ts';
import type { HeapProfileSetup } from './heap-profile-setup.ts';
import type { SpilledPartial } from './partial-outbox.ts';
import type { SpilledPart, SpillPlace } from './spill.ts';

/** Handed to every worker thread once, as `workerData`. */
export interface WorkerSetup {
  readonly arenaLimitBytes: number;
  /** One row of gauges per worker slot: see slots.ts. */
  readonly slots: SharedArrayBuffer;
  readonly slotCount: number;
  /** What handles tasks, the path of a bundle or the address of a module: see workers/worker-entry.cts. */
  readonly handler: string;
  /** Absent: heaps are not profiled. */
  readonly heapProfile?: HeapProfileSetup;
}

/** Limits of one scan, the same for every split of a run. */
export interface ScanLimits {
  /** Longer records are skipped in constant memory and rejected. */
  readonly maxRecordBytes: number;
  /** How many rejects to hand back whole, within bounds; all are counted. */
  readonly keepRejects: number;
  /** Above so many rejects the run fails, so a scan need not go on. */
  readonly mostRejects?: number;
}

/** How much of a task's result may stand in memory, and where the rest goes. */
export interface ResultLimits {
  readonly resultBytes: number;
  readonly spill: SpillPlace;
}

export interface ScanTask {
  readonly type: 'scan';
  readonly plan: Plan;
  readonly source: SourceFile;
  readonly split: Split;
  /** 1 for the first try. */
  readonly attempt: number;
  /**
   * Offset of the first record, where a neighbour has established it; null: find it (the record after the first line end
   * at or after start - 1, assuming that the split starts outside quotes).
   */
  readonly firstRecord: number | null;
  readonly limits: ScanLimits;
  /** Where to write every reject of the split (rejects-writer.ts); the file is not made where there is none. */
  readonly rejectsPath?: string | null;
  /** Inside this range records go one by one, so that it shows which of them a worker dies of. */
  readonly careful?: Pick<Suspect, 'start' | 'end'> | null;
  /** Every record of the split is rejected for this reason, without being looked at. */
  readonly rejectAll?: string | null;
  /** What was already taken from a source that cannot be read twice (stdin's head). */
  readonly prefix?: Uint8Array | null;
  /** Absent: everything in memory. */
  readonly results?: ResultLimits;
}

export interface ScanResult {
  readonly type: 'scan';
  /** Grouped plans: serialized partial aggregates (see partial.ts), more than one where the arena was flushed. */
  readonly partials: readonly Uint8Array[];
  /** More of them, in spill files. */
  readonly spilledPartials: readonly SpilledPartial[];
  /** Plain selects: encoded rows in file order, or in the plan's order where it has ORDER BY (see rows.ts). */
  readonly rows: readonly Uint8Array[];
  /** The same in a spill file, instead of `rows`, where they were too many; frames of whole rows. */
  readonly runs: readonly SpilledPart[];
  readonly rowCount: number;
  readonly records: RecordCounts;
  readonly bytesRead: number;
  /** The worker ended the scan early to be replaced: what begins at `nextRecord` is still to be read. */
  readonly isCutShort?: boolean;
  /** Offset of the first record owned by the split and of the first record after it: neighbours must agree. */
  readonly firstRecord: number;
  readonly nextRecord: number;
  readonly rejects: readonly Reject[];
  /** Files with every reject, in order, where they were asked for; whoever takes the result removes them. */
  readonly rejectsPaths?: readonly string[];
  readonly memory: MemorySample;
  readonly elapsedMs: number;
}

/** Merges hash partitions of many partials and finalizes them, one after the other. */
export interface MergeTask {
  readonly type: 'merge';
  readonly plan: Plan;
  readonly parts: readonly MergePart[];
  /** On average over all partials, for a first size of the index. */
  readonly bytesPerGroup: number;
  /** For a few groups whose sets do not fit into the arena: the segments are read several times. */
  readonly inPasses: boolean;
  /** What a group's rank has to reach, as far as other merges have found it (top-candidates.ts). */
  readonly floor: number;
  readonly results: ResultLimits;
}

/** One partition of all partials. */
export interface MergePart {
  readonly partition: number;
  readonly segments: readonly PartialSegment[];
}

/** Bytes of one partition of one partial: in memory, or in a spill file. */
export type PartialSegment =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | ({ readonly type: 'file' } & SpilledPart);

export interface MergeResult {
  readonly type: 'merge';
  /** As in the task. */
  readonly parts: readonly MergedPart[];
  /** Encoded result rows in the plan's final order, cut to limit + offset, each block self-contained. */
  readonly rows: readonly Uint8Array[];
  /** The same in a spill file, instead of `rows`, where they were too many. */
  readonly runs: readonly SpilledPart[];
  readonly rowCount: number;
  /** As in the task, and as far as this one has found it. */
  readonly floor: number;
  /** Buffers of the task's segments, if they were large, to be filled again. */
  readonly spent: readonly Uint8Array[];
  readonly memory: MemorySample;
  readonly elapsedMs: number;
}

/** What became of a partition; the rows of all are together. */
export interface MergedPart {
  readonly partition: number;
  /** Groups that were made. Of partitions that were merged as one the first has all of them, and each its part of the time. */
  readonly groups: number;
  /** How many groups were in the arena when it was full: nothing was merged. null: all went well. */
  readonly overflowGroups: number | null;
  readonly elapsedMs: number;
}

/** Cuts a partition that is too large for an arena into partitions by further bits of the hash. */
export interface RouteTask {
  readonly type: 'route';
  readonly plan: Plan;
  readonly segments: readonly PartialSegment[];
  /** Bits of the hash that are used up. */
  readonly usedBits: number;
  readonly results: ResultLimits;
}

export interface RouteResult {
  readonly type: 'route';
  readonly partials: readonly Uint8Array[];
  readonly spilledPartials: readonly SpilledPartial[];
  /** None: it is the member that every result with blocks has. */
  readonly rows: readonly Uint8Array[];
  readonly memory: MemorySample;
  readonly elapsedMs: number;
}

/** What the engine knows of a task's end; the worker adds its memory. */
export type ScanOutcome = Omit<ScanResult, 'memory'>;
export type MergeOutcome = Omit<MergeResult, 'memory'>;
export type RouteOutcome = Omit<RouteResult, 'memory'>;

export type WorkerTask = ScanTask | MergeTask | RouteTask;

/** A task as it is sent. */
export type WorkerEnvelope = WorkerTask & {
  /** Compiled once by the coordinator, so that every worker has warm code. Not in its setup, because threads start before it is there. */
  readonly kernels: WebAssembly.Module;
};
export type WorkerResult = ScanResult | MergeResult | RouteResult;

/** What a worker was working on when its task failed: [start, end) of the source. */
export interface Suspect {
  readonly start: number;
  readonly end: number;
  /** How many records it holds; 0: the worker was telling them apart. */
  readonly records: number;
}

/** Failure data: an Error loses `code` and custom fields in a structured clone, so the worker returns this in a result's place. */
export interface TaskFailure {
  readonly type: 'failure';
  /**
   * `usage`: nothing retried (a missing file); `io`, `arena`, `bug`: the retry policy decides; `record`: the record at
   * `offset` has to be left out, for the reason in the message.
   */
  readonly kind: 'usage' | 'io' | 'arena' | 'bug' | 'record';
  readonly offset?: number;
  readonly suspect?: Suspect | null;
  readonly message: string;
  readonly code: string | null;
  readonly stack: string | null;
}

/** A worker's memory at one moment, and its high-water marks in this life. Bytes. */
export interface MemorySample {
  readonly worker: number;
  readonly heapUsedBytes: number;
  readonly heapLimitBytes: number;
  readonly externalBytes: number;
  readonly arenaUsedBytes: number;
  readonly arenaLimitBytes: number;
  readonly peakHeapBytes: number;
  readonly peakArenaBytes: number;
  readonly gcSeconds: number;
  readonly tasks: number;
  /** The heap is full of what no collection gives back: the worker must leave. */
  readonly isSpent?: boolean;
}
