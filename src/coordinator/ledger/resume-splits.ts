/**
 * The splits of a run that goes on from a ledger: those that are finished as they were cut, and the bytes between them cut
 * anew. Pure.
 *
 * Invariant: as in plan-splits.ts, the splits of a source are adjacent, in order, and cover it exactly once.
 */
import type { SourceFile, Split } from '../../core/source.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Cut {
  readonly splitBytes: number;
  readonly isSplittable: (source: SourceFile) => boolean;
}

/** `finished`: by source, in any order. Ranges that overlap an earlier one or leave the source are not used. */
export function resumeSplits(
  sources: readonly SourceFile[],
  finished: (source: number) => readonly Range[],
  cut: Cut,
): Split[] {
  const splits: Split[] = [];
  sources.forEach((source, i) => {
    const whole = source.sizeBytes === null || !cut.isSplittable(source);
    const end = whole ? Number.POSITIVE_INFINITY : (source.sizeBytes ?? 0);
    let reached = 0;
    const add = (to: number) => {
      splits.push({ index: splits.length, source: i, start: reached, end: to });
      reached = to;
    };
    const fill = (to: number) => {
      while (reached < to) add(whole ? to : Math.min(reached + cut.splitBytes, to));
    };
    for (const range of finished(i).toSorted((a, b) => a.start - b.start)) {
      if (range.start < reached || range.end > end || range.end <= range.start) continue;
      fill(range.start);
      add(range.end);
    }
    fill(end);
  });
  return splits;
}
