/**
 * What a user may say about a query, in the words of the library; the command line's flags have the same names.
 */
import { UsageError } from '../core/errors.ts';
import { parseSize } from '../core/size.ts';
import type { FormatOptions } from '../formats/format.ts';
import type { RunRequest } from './plan-run.ts';

/** Resources of a pool, or of the pool that a single query opens for itself. Whatever is absent is derived. */
export interface PoolSettings {
  /** Budget of the whole process: bytes, or a text like `1GiB`. */
  readonly memory?: number | string;
  /** Worker threads that scan at the same time. */
  readonly workers?: number;
  /** Cap of each worker's JavaScript heap. */
  readonly workerHeap?: number | string;
  /** Cap of each worker's WebAssembly memory. */
  readonly workerArena?: number | string;
  /** Tasks in a worker's life; 0: never replaced. */
  readonly recycleAfter?: number;
  /** Seconds without progress after which a worker is ended: 120, or 10 where there are functions of the user's. */
  readonly deadline?: number;
  /** Folder for sampling heap profiles of the workers, one for each life: Chrome DevTools open them. */
  readonly heapProfile?: string;
  /** Beside the profiles at most so many heap snapshots, of workers whose heap is full. */
  readonly heapSnapshots?: number;
}

/** What one query is about. */
export interface QuestionSettings extends FormatOptions {
  /** Files and patterns that are the table `logs`; `-` is stdin. Not needed where the query says FROM 'pattern'. */
  readonly files?: readonly string[];
  /** How much of a file one task reads. */
  readonly split?: number | string;
  /** Longer records are rejected. */
  readonly maxRecord?: number | string;
  /** Folder that keeps the results of finished splits, so that a run that died can go on. Not for what is read from a pipe. */
  readonly state?: string;
  /** Goes on from what `state` holds, or begins where it holds nothing; only what files have grown by is read. */
  readonly resume?: boolean;
  /** Modules with functions of your own, which the query can call: see MillraceFunctions. */
  readonly functions?: readonly string[];
  /** A file for every rejected record, as NDJSON {file, offset, reason, record}. */
  readonly rejects?: string;
  /** The query fails when more records are rejected: a number, or a share like `0.5%`. */
  readonly maxRejects?: number | string;
  /** How many workers may die of records before the query fails; each record at fault is put aside as rejected. */
  readonly maxDeaths?: number;
  /** Where is put what does not fit into memory; the system's temporary folder unless said. */
  readonly spillDir?: string;
  /** Looks at some pieces of the files first and foretells memory, groups and time: see `prediction` in the statistics. */
  readonly sample?: boolean;
  /** The first rejected record fails the query with StrictError. */
  readonly strict?: boolean;
}

/** How long one call of a user's function may take. */
const functionSeconds = 10;

/** The request in the coordinator's terms. Throws UsageError for what cannot be used. */
export function runRequest(settings: PoolSettings & QuestionSettings): RunRequest {
  const { memory, workers, workerHeap, workerArena, split, recycleAfter, deadline, functions } = settings;
  const isShort = functions !== undefined && functions.length > 0 && !settings.heapSnapshots; // a snapshot takes its time
  const deadlineSeconds = deadline ?? (isShort ? functionSeconds : undefined);
  return {
    ...(memory === undefined ? {} : { memoryBytes: sizeOf(memory) }),
    ...(workers === undefined ? {} : { workers }),
    ...(workerHeap === undefined ? {} : { workerHeapBytes: sizeOf(workerHeap) }),
    ...(workerArena === undefined ? {} : { workerArenaBytes: sizeOf(workerArena) }),
    ...(split === undefined ? {} : { splitBytes: sizeOf(split) }),
    ...(recycleAfter === undefined ? {} : { recycleAfter }),
    ...(deadlineSeconds === undefined ? {} : { deadlineMs: deadlineSeconds * 1000 }),
    ...heapProfile(settings),
  };
}

function heapProfile({ heapProfile: folder, heapSnapshots }: PoolSettings): Pick<RunRequest, 'heapProfile'> {
  if (folder !== undefined) return { heapProfile: { folder, snapshots: heapSnapshots ?? 0 } };
  if (heapSnapshots === undefined || heapSnapshots === 0) return {};
  throw new UsageError('Cannot write heap snapshots: name the folder for them with --heap-profile DIR');
}

export function sizeOf(size: number | string): number {
  if (typeof size === 'string') return parseSize(size);
  if (!Number.isSafeInteger(size) || size < 1)
    throw new UsageError(`Cannot use size ${size}: give whole bytes, at least 1`);
  return size;
}
