/**
 * Cuts sources into splits: small enough that every worker has several and that a lost one costs little, large enough
 * that handing it over costs nothing. Pure.
 *
 * Invariant: the splits of a source are adjacent, in order, and cover it exactly once.
 */
import type { InputName, SourceFile, Split } from '../core/source.ts';

const mib = 1024 * 1024;
const splitsPerWorker = 4;

export interface SplitRequest {
  readonly workers: number;
  /** As said by the user, or null. */
  readonly splitBytes: number | null;
  /** Plain selects get smaller splits: their rows travel, and a LIMIT is met early. */
  readonly shape: 'grouped' | 'rows';
  readonly isSplittable: (input: InputName) => boolean;
}

export function planSplits(sources: readonly SourceFile[], request: SplitRequest): Split[] {
  const size = request.splitBytes ?? defaultSplitBytes(sources, request);
  const splits: Split[] = [];
  sources.forEach((source, sourceIndex) => {
    if (source.sizeBytes === null || !request.isSplittable(source.input)) {
      splits.push({ index: splits.length, source: sourceIndex, start: 0, end: Number.POSITIVE_INFINITY });
      return;
    }
    for (let start = 0; start < source.sizeBytes; start += size) {
      const end = Math.min(start + size, source.sizeBytes);
      splits.push({ index: splits.length, source: sourceIndex, start, end });
    }
  });
  return splits;
}

/** At least four splits per worker, each between 1 MiB and 32 MiB (8 MiB for plain selects), in whole MiB. */
export function defaultSplitBytes(sources: readonly SourceFile[], request: SplitRequest): number {
  let total = 0;
  for (const source of sources) if (request.isSplittable(source.input)) total += source.sizeBytes ?? 0;
  const most = request.shape === 'rows' ? 8 * mib : 32 * mib;
  const even = Math.floor(total / (request.workers * splitsPerWorker) / mib) * mib;
  return Math.max(mib, Math.min(even, Math.floor(most / mib) * mib));
}

/**
 * A replacement costs about 100 ms of processor time, start and warming together, and the fastest questions read 2 GB in a second
 * of it (`npm run bench:recycling`): with 25 GB in a life that is less than one per cent.
 */
export function defaultRecycleAfter(splitBytes: number): number {
  return Math.ceil(25_000_000_000 / Math.max(1, splitBytes));
}
