/**
 * Splits during which the process died. They are read last and one at a time; one that kills again is cut, down to the byte
 * where a record begins that kills alone. Pure but for its own memory.
 *
 * Invariant: every life that dies of a split leaves smaller suspects than the one before.
 */

export interface Place {
  /** Key of the source. */
  readonly source: string;
  readonly start: number;
  readonly end: number | null;
}

export interface Suspect extends Place {
  /** It holds the beginning of one record at most, and that one kills. */
  readonly isProven: boolean;
}

const pieces = 8;

export class Suspects {
  readonly #open = new Map<string, { readonly place: Place; readonly alone: boolean }>();
  readonly #suspects = new Map<string, Suspect>();

  start(place: Place, alone: boolean): void {
    this.#open.set(keyOf(place), { place, alone });
  }

  finish(place: Place): void {
    this.#open.delete(keyOf(place));
    this.#suspects.delete(keyOf(place));
  }

  /** What was under way is to blame for the end, or not. */
  endLife(blamed: boolean): void {
    if (blamed) for (const { place, alone } of this.#open.values()) this.#blame(place, alone);
    this.#open.clear();
  }

  list(): Suspect[] {
    return [...this.#suspects.values()];
  }

  #blame(place: Place, alone: boolean): void {
    const { source, start, end } = place;
    if (!alone || end === null) {
      this.#suspects.set(keyOf(place), { ...place, isProven: false });
    } else if (end - start <= 1) {
      this.#suspects.set(keyOf(place), { ...place, isProven: true });
    } else {
      this.#suspects.delete(keyOf(place));
      const step = Math.ceil((end - start) / pieces);
      for (let from = start; from < end; from += step) {
        const piece = { source, start: from, end: Math.min(from + step, end) };
        this.#suspects.set(keyOf(piece), { ...piece, isProven: false });
      }
    }
  }
}

function keyOf({ source, start, end }: Place): string {
  return `${start} ${end} ${source}`;
}
