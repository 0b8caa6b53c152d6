/**
 * What can be done for a query before it is understood: its files are found, and where it cannot matter what is asked of
 * them, the workers start. This is all that stands between the command's start and the threads', so it imports little: the
 * threads boot while the rest of the engine is loaded.
 */
import { UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { InputName, SourceFile } from '../core/source.ts';
import { expandSources } from '../inputs/expand.ts';
import { inputByName } from '../inputs/table.ts';
import { rewrite } from '../query/rewrite.ts';
import { tokenize } from '../query/tokens.ts';
import { defaultMemory } from './memory-limit.ts';
import { planRun } from './plan-run.ts';
import { splitKinds } from './plan-splits.ts';
import { openWorkerPool, type PoolOptions, type WorkerPool } from './pool.ts';
import { type PoolSettings, type QuestionSettings, runRequest } from './query-options.ts';

export interface EarlyOptions extends PoolSettings, QuestionSettings {
  /** Where to run; without one, the query opens a pool of its own size. */
  readonly pool?: WorkerPool;
  /** False: only plans, no worker is started, and `start` must not be called. */
  readonly startWorkers?: boolean;
  /** The files are what `rejects` wrote: their records are read again. */
  readonly replay?: boolean;
}

export interface EarlyStart {
  readonly sources: readonly SourceFile[];
  /** Null where the plan decides what the pool looks like, or there is none to open. */
  readonly opening: Promise<WorkerPool> | null;
}

/**
 * The tokens tell which files are meant. Threads are started before this returns. Rejects (UsageError) for files that cannot be
 * read; whoever gets the pool closes it.
 */
export async function startEarly(sql: string, options: EarlyOptions): Promise<EarlyStart> {
  const literals = [...rewrite(sql, tokenize(sql)).files.values()];
  const named = expandSources(literals.length > 0 ? literals : (options.files ?? []));
  const sources = options.replay === true ? named.map(asRejects) : named;
  const opening = openEarly(sources, options);
  opening?.catch(() => undefined); // awaited when it is needed
  return { sources, opening };
}

function openEarly(sources: readonly SourceFile[], options: EarlyOptions): Promise<WorkerPool> | null {
  if (options.pool !== undefined || options.startWorkers === false) return null;
  const request = { memoryDefault: defaultMemory(), ...runRequest(options) };
  const [first, ...others] = splitKinds.map((kind) => planRun(sources, kind, request, isSplittable).pool);
  if (first === undefined || others.some((other) => !samePool(first, other))) return null;
  return openWorkerPool(first);
}

export function isSplittable(input: InputName): boolean {
  return inputByName(input).splittable;
}

/** Whether both take the same threads; when these are replaced can be said later. */
function samePool(a: PoolOptions, b: PoolOptions): boolean {
  return JSON.stringify({ ...a, recycle: null }) === JSON.stringify({ ...b, recycle: null });
}

function asRejects(source: SourceFile): SourceFile {
  if (source.input === 'file') return { ...source, input: 'rejects' };
  throw new UsageError(`Cannot replay "${printable(source.name)}": rejects are read from plain files`);
}
