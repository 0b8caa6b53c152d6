/**
 * What a run has accepted so far: records, bytes, rejects, and which splits.
 *
 * Invariants, checked at the end: read = matched + filtered + rejected, and every byte of every source belongs to exactly
 * one accepted split.
 */
import { RunError } from '../core/errors.ts';
import type { RecordCounts, Reject } from '../core/reject.ts';
import type { SourceFile, Split } from '../core/source.ts';
import type { Scanned } from './scan-order.ts';

export class RunTotals {
  readonly #keepRejects: number;
  readonly #accepted = new Map<number, Split>();
  readonly #rejects = new Map<number, readonly Reject[]>();
  #keptRejects = 0;
  #records: RecordCounts = { read: 0, matched: 0, filtered: 0, rejected: 0 };
  #bytesRead = 0;

  /** `keepRejects`: how many to keep, the first ones by file and offset. */
  constructor(keepRejects: number) {
    this.#keepRejects = keepRejects;
  }

  get records(): RecordCounts {
    return this.#records;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  get splits(): number {
    return this.#accepted.size;
  }

  /** Ordered by file, as the user named them, and offset. */
  get rejects(): readonly Reject[] {
    const all = [...this.#rejects].sort(([a], [b]) => a - b).flatMap(([, rejects]) => rejects);
    return all.length > this.#keepRejects ? all.slice(0, this.#keepRejects) : all;
  }

  /** Throws RunError where a split comes twice or its counts do not add up. */
  accept({ split, result }: Scanned): void {
    if (this.#accepted.has(split.index)) throw new RunError(`Cannot count split ${split.index} twice`);
    const { read, matched, filtered, rejected } = result.records;
    if (read !== matched + filtered + rejected) {
      throw new RunError(
        `Cannot account for the records of split ${split.index}: ${read} read, but ${matched} matched, ${filtered} filtered and ${rejected} rejected`,
      );
    }
    this.#accepted.set(split.index, split);
    this.#records = {
      read: this.#records.read + read,
      matched: this.#records.matched + matched,
      filtered: this.#records.filtered + filtered,
      rejected: this.#records.rejected + rejected,
    };
    this.#bytesRead += result.bytesRead;
    this.#keep(split.index, result.rejects);
  }

  /** Throws RunError where a byte of a source belongs to no accepted split, or to two. */
  checkCoverage(sources: readonly SourceFile[]): void {
    const splits = [...this.#accepted.values()].sort((a, b) => a.source - b.source || a.start - b.start);
    const reached = sources.map(() => 0);
    for (const split of splits) {
      const covered = reached[split.source];
      if (covered !== split.start) throw coverageError(sources[split.source], covered ?? 0, split.start);
      reached[split.source] = split.end;
    }
    sources.forEach((source, i) => {
      const covered = reached[i] ?? 0;
      const end = covered === Number.POSITIVE_INFINITY ? covered : source.sizeBytes;
      if (covered !== end) throw coverageError(source, covered, end ?? Number.POSITIVE_INFINITY);
    });
  }

  /** Keeps the first ones, which may come late: forgets those of the last splits where there are too many. */
  #keep(index: number, rejects: readonly Reject[]): void {
    if (rejects.length === 0) return;
    this.#rejects.set(index, rejects);
    this.#keptRejects += rejects.length;
    while (this.#keptRejects > this.#keepRejects) {
      const last = Math.max(...this.#rejects.keys());
      const count = this.#rejects.get(last)?.length ?? 0;
      if (this.#keptRejects - count < this.#keepRejects) return;
      this.#rejects.delete(last);
      this.#keptRejects -= count;
    }
  }
}

function coverageError(source: SourceFile | undefined, covered: number, next: number): RunError {
  return new RunError(
    `Cannot vouch for the answer: the bytes of "${source?.name}" between ${covered} and ${next} were not read exactly once`,
  );
}
