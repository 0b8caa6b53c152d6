/**
 * Brings the rejects of splits, which finish in any order, into the order of the splits, so that the file of rejects is
 * the same for any number of workers. Holds only what is ahead of its turn.
 */
import type { Reject } from '../core/reject.ts';

export class RejectsInOrder {
  readonly #waiting = new Map<number, readonly Reject[]>();
  #next = 0;

  /** Takes a finished split's rejects (none too) and gives those whose turn has come. */
  add(split: number, rejects: readonly Reject[]): readonly Reject[] {
    this.#waiting.set(split, rejects);
    const due: Reject[] = [];
    for (let found = this.#take(); found !== undefined; found = this.#take()) due.push(...found);
    return due;
  }

  /** What is left when some splits will not come (a LIMIT that was met), in order. */
  rest(): readonly Reject[] {
    const rest = [...this.#waiting].sort(([a], [b]) => a - b).flatMap(([, rejects]) => rejects);
    this.#waiting.clear();
    return rest;
  }

  #take(): readonly Reject[] | undefined {
    const found = this.#waiting.get(this.#next);
    if (found !== undefined) this.#waiting.delete(this.#next++);
    return found;
  }
}
