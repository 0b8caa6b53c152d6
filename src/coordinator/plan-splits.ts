/**
 * Cuts sources into splits: small enough that every worker has several and that a lost one costs little, large enough
 * that handing it over costs nothing. Pure.
 *
 * Invariant: the splits of a source are adjacent, in order, and cover it exactly once.
 */
import type { InputName, SourceFile, Split } from '../core/source.ts';
import type { Plan } from '../query/plan.ts';

const mib = 1024 * 1024;

/**
 * `rows`: a plain select, whose rows travel, and whose LIMIT is met early. `functions`: a user's run for every record, which
 * takes longer, and what they keep is looked at between tasks. `groups`: everything else.
 */
export const splitKinds = ['groups', 'rows', 'functions'] as const;
export type SplitKind = (typeof splitKinds)[number];

const mostBytes: Readonly<Record<SplitKind, number>> = { groups: 512 * mib, rows: 8 * mib, functions: 32 * mib };

/** However small the arena is, for each split costs about four milliseconds. */
const leastMost = 8 * mib;

export function splitKindOf(plan: Pick<Plan, 'shape' | 'modules'>): SplitKind {
  if (plan.shape === 'rows') return 'rows';
  return plan.modules === undefined ? 'groups' : 'functions';
}

export interface SplitRequest {
  readonly workers: number;
  /** As said by the user, or null. */
  readonly splitBytes: number | null;
  readonly kind: SplitKind;
  /** Of a worker: what a split leaves is about as large as the split at most, and stands outside of the arena until it is sent. */
  readonly arenaBytes: number;
  readonly isSplittable: (input: InputName) => boolean;
}

export function planSplits(sources: readonly SourceFile[], request: SplitRequest): Split[] {
  const { least, most } = limitsOf(sources, request);
  const splits: Split[] = [];
  let rest = splittableBytes(sources, request);
  sources.forEach((source, sourceIndex) => {
    if (source.sizeBytes === null || !request.isSplittable(source.input)) {
      splits.push({ index: splits.length, source: sourceIndex, start: 0, end: Number.POSITIVE_INFINITY });
      return;
    }
    for (let start = 0; start < source.sizeBytes; ) {
      const size = request.splitBytes ?? guidedBytes(rest, least, most, request.workers);
      const end = Math.min(start + size, source.sizeBytes);
      splits.push({ index: splits.length, source: sourceIndex, start, end });
      rest -= end - start;
      start = end;
    }
  });
  return splits;
}

/**
 * As much as the next split takes of what nobody has yet: five sixths of what each worker would get of it. So splits are large as
 * long as there is much to do, for each costs about four milliseconds, and small at the end, where workers wait for the last one
 * (guided self-scheduling: Polychronopoulos and Kuck, 1987). In whole MiB.
 */
function guidedBytes(rest: number, least: number, most: number, workers: number): number {
  const even = Math.ceil(rest / (workers * 1.2) / mib) * mib;
  return Math.min(most, Math.max(least, even));
}

/** The largest split that is cut where the user did not say how large. */
export function defaultSplitBytes(sources: readonly SourceFile[], request: SplitRequest): number {
  const { least, most } = limitsOf(sources, request);
  return guidedBytes(splittableBytes(sources, request), least, most, request.workers);
}

function limitsOf(sources: readonly SourceFile[], request: SplitRequest): { least: number; most: number } {
  const most = Math.min(mostBytes[request.kind], Math.max(leastMost, Math.floor(request.arenaBytes / mib) * mib));
  const small = Math.floor(splittableBytes(sources, request) / (request.workers * 8) / mib) * mib;
  return { least: Math.min(most, Math.max(mib, Math.min(small, 16 * mib))), most };
}

function splittableBytes(sources: readonly SourceFile[], { isSplittable }: SplitRequest): number {
  let total = 0;
  for (const source of sources) if (isSplittable(source.input)) total += source.sizeBytes ?? 0;
  return total;
}

/**
 * A replacement costs about 100 ms of processor time, start and warming together, and the fastest questions read 2 GB in a second
 * of it (`npm run bench:recycling`): with 25 GB in a life that is less than one per cent.
 */
export function defaultRecycleAfter(splitBytes: number): number {
  return Math.ceil(25_000_000_000 / Math.max(1, splitBytes));
}
