/**
 * A sample of the input: stretches spread evenly from the first byte to the last, the same ones for every setting. Pure.
 *
 * Invariant: stretches do not overlap, and those of a source come in order. What cannot be cut (gzip) is taken whole.
 */
import type { InputName, SourceFile, Split } from '../core/source.ts';

/** Part of a source; `source` is its position in the input's list. */
export interface Stretch {
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

export interface Sample {
  readonly stretches: readonly Stretch[];
  /** As files are measured: compressed bytes count as they are. */
  readonly bytes: number;
  /** Everything there is. */
  readonly isWhole: boolean;
}

const mib = 1024 * 1024;
/** As long as the largest split, so that every split size reads the same bytes. */
const longestStretch = 32 * mib;
const stretchesPerWorker = 4;
/** A sample of nearly everything is everything. */
const nearlyAll = 0.8;

/**
 * About `wantedBytes` of the sources. The number of stretches is a multiple of `workers`, so that none of them waits for the last
 * one longer than in a long run.
 */
export function planSample(
  sources: readonly SourceFile[],
  wantedBytes: number,
  workers: number,
  isSplittable: (input: InputName) => boolean,
): Sample {
  const total = sumOf(sources, () => true);
  if (wantedBytes >= nearlyAll * total) {
    const stretches = sources.map(({ input, sizeBytes }, source) => {
      return { source, start: 0, end: isSplittable(input) ? (sizeBytes ?? 0) : Number.POSITIVE_INFINITY };
    });
    return { stretches, bytes: total, isWhole: true };
  }
  const cuttable = sumOf(sources, isSplittable);
  const plain = cutSample(sources, (wantedBytes * cuttable) / total, cuttable, workers, isSplittable);
  const whole = wholeSample(sources, (wantedBytes * (total - cuttable)) / total, workers, isSplittable);
  const stretches = [...plain, ...whole].sort((a, b) => a.source - b.source || a.start - b.start);
  const bytes = stretches.reduce((sum, stretch) => sum + bytesOf(stretch, sources), 0);
  return { stretches, bytes, isWhole: false };
}

/**
 * The sample as the sources and splits of a run. Every stretch is a source of its own, because neighbours in the list are no
 * neighbours in the file.
 */
export function sampleSplits(
  { stretches }: Pick<Sample, 'stretches'>,
  sources: readonly SourceFile[],
  splitBytes: number,
): { readonly sources: readonly SourceFile[]; readonly splits: readonly Split[] } {
  const parts: SourceFile[] = [];
  const splits: Split[] = [];
  for (const { source, start, end } of stretches) {
    const file = sources[source];
    if (file === undefined) continue;
    const part = parts.push(file) - 1;
    if (end === Number.POSITIVE_INFINITY) splits.push({ index: splits.length, source: part, start, end });
    else
      for (let at = start; at < end; at += splitBytes) {
        splits.push({ index: splits.length, source: part, start: at, end: Math.min(at + splitBytes, end) });
      }
  }
  return { sources: parts, splits };
}

/** Stretches of equal length over all that can be cut, as if the files were one. */
function cutSample(
  sources: readonly SourceFile[],
  wantedBytes: number,
  total: number,
  workers: number,
  isSplittable: (input: InputName) => boolean,
): Stretch[] {
  if (total === 0 || wantedBytes < 1) return [];
  const even = wantedBytes / (workers * stretchesPerWorker);
  const length = Math.min(longestStretch, Math.max(1, even >= mib ? Math.floor(even / mib) * mib : Math.floor(even)));
  const count = Math.max(1, Math.floor(wantedBytes / length / workers)) * workers;
  const stretches: Stretch[] = [];
  for (let i = 0; i < count; i++) {
    const from = count === 1 ? 0 : Math.floor(((total - length) * i) / (count - 1));
    let passed = 0;
    sources.forEach(({ input, sizeBytes }, source) => {
      if (!isSplittable(input) || sizeBytes === null) return;
      const start = Math.max(0, from - passed);
      const end = Math.min(sizeBytes, from + length - passed);
      if (start < end) stretches.push({ source, start, end });
      passed += sizeBytes;
    });
  }
  return stretches;
}

/** Files that are read whole, evenly chosen; one for each worker where there are so many. */
function wholeSample(
  sources: readonly SourceFile[],
  wantedBytes: number,
  workers: number,
  isSplittable: (input: InputName) => boolean,
): Stretch[] {
  const files = sources.flatMap(({ input }, source) => (isSplittable(input) ? [] : [source]));
  if (files.length === 0) return [];
  const total = sumOf(sources, (input) => !isSplittable(input));
  const count = Math.max(workers, Math.round((files.length * wantedBytes) / Math.max(1, total)));
  return Array.from({ length: Math.min(count, files.length) }, (_, i) => {
    const source = files[Math.floor((i * files.length) / Math.min(count, files.length))] ?? 0;
    return { source, start: 0, end: Number.POSITIVE_INFINITY };
  });
}

function bytesOf({ source, start, end }: Stretch, sources: readonly SourceFile[]): number {
  return Math.min(end, sources[source]?.sizeBytes ?? 0) - start;
}

function sumOf(sources: readonly SourceFile[], isWanted: (input: InputName) => boolean): number {
  return sources.reduce((sum, { input, sizeBytes }) => (isWanted(input) ? sum + (sizeBytes ?? 0) : sum), 0);
}
