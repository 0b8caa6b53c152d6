/**
 * Leaves out of a merge what cannot be among the groups with the highest counts: the JavaScript side of
 * workers/kernels/group-sieve.ts.
 *
 * How high a count has to be is known from other tables, or guessed and then checked: where as many groups as are wanted reach
 * what was guessed, those that were left out for it are not among the best.
 */
import type { Arena } from './arena.ts';
import type { GroupTable } from './group-table.ts';
import type { PartialSegment } from './messages.ts';
import type { SegmentReader } from './segment-reader.ts';

/** One cell for each written group, but no more than the second-level cache has room for beside what passes through it. */
const [fewCells, manyCells] = [1 << 10, 1 << 15];

/** So many written groups go through one sieve, so that few of them share a cell. */
export const mostSieved = 1 << 16;

/** `state` is a count, of which the `wanted` highest are wanted, and `least` is what they have to reach, as far as that is known. */
export interface SieveBy {
  readonly state: number;
  readonly wanted: number;
  readonly least: number;
}

export class GroupSieve {
  readonly #arena: Arena;
  readonly #table: GroupTable;
  readonly #segments: readonly PartialSegment[];
  readonly #by: SieveBy;

  private constructor(arena: Arena, table: GroupTable, segments: readonly PartialSegment[], by: SieveBy) {
    this.#arena = arena;
    this.#table = table;
    this.#segments = segments;
    this.#by = by;
  }

  /** null where these groups cannot be sieved, or it would not help. `groups`: about how many are written. */
  static open(
    arena: Arena,
    table: GroupTable,
    segments: readonly PartialSegment[],
    by: SieveBy | null,
    groups: number,
  ): GroupSieve | null {
    if (by === null || by.wanted * 16 > groups) return null;
    const cells = 2 ** Math.ceil(Math.log2(Math.min(Math.max(groups, fewCells), manyCells)));
    const { kernels, limitBytes } = arena;
    if (kernels.openSieve(table.address, by.state, cells, groups, limitBytes) === 0) return null;
    return new GroupSieve(arena, table, segments, by);
  }

  /** Folds the groups that may be among the best into the table; false when the arena is full: the table is of no use then. */
  merge(reader: SegmentReader): boolean {
    const { kernels } = this.#arena;
    const { state, wanted, least } = this.#by;
    const { address } = this.#table;
    reader.readAsTaken(this.#segments, (begin, end) => kernels.sieveCounts(address, begin, end) >>> 0);
    if (least >= leastWorthy) return this.#mergeThose(reader, least);
    // more than are wanted, because some share their cell
    for (let guess = kernels.sieveGuess(wanted * 2 + 16); guess >= leastWorthy; guess >>= 1) {
      if (!this.#mergeThose(reader, guess)) return false;
      if (kernels.groupsReaching(address, state, BigInt(guess)) >= wanted) return true;
      this.#table.clear();
    }
    return this.#mergeThose(reader, 0);
  }

  #mergeThose(reader: SegmentReader, least: number): boolean {
    const { kernels } = this.#arena;
    kernels.rewindSieve();
    const most = Math.min(least, 0xffffffff);
    return reader.readAsTaken(this.#segments, (begin, end) => {
      return kernels.mergeSieved(this.#table.address, most, begin, end) >>> 0;
    });
  }
}

/** Nearly every group has a count of one. */
const leastWorthy = 2;

/** Bytes of all written groups. */
export function segmentBytes(segments: readonly PartialSegment[]): number {
  return segments.reduce((sum, segment) => sum + (segment.type === 'bytes' ? segment.bytes.length : segment.length), 0);
}
