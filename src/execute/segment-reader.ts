/**
 * Feeds the records of partial segments through a window in the arena, whole records at a time, however large a segment is.
 */
import type { Arena } from './arena.ts';
import type { GroupTable } from './group-table.ts';
import type { PartialSegment } from './messages.ts';
import { framesOf } from './spill.ts';

const firstRoom = 256 * 1024;
const pieceBytes = 64 * 1024;

/** Takes the whole records of [begin, end), which all are whole or not: where the last one ends, 0 to stop. */
type Take = (begin: number, end: number, allWhole: boolean) => number;

export class SegmentReader {
  readonly #arena: Arena;
  #room = firstRoom;
  #window: number;
  #length = 0;

  /** Throws ArenaFullError. */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.#window = arena.alloc(firstRoom);
  }

  /**
   * Calls `use` with stretches [begin, end) of whole records until all were used, or it gives false: then false. Throws
   * ArenaFullError where one record is larger than the arena.
   */
  read(table: GroupTable, segments: readonly PartialSegment[], use: (begin: number, end: number) => boolean): boolean {
    return this.readAsTaken(segments, (begin, end, allWhole) => {
      const whole = allWhole ? end : table.whole(begin, end);
      return whole === begin || use(begin, whole) ? whole : 0;
    });
  }

  /** The same for one that looks itself where the last whole record ends. */
  readAsTaken(segments: readonly PartialSegment[], take: Take): boolean {
    this.#length = 0;
    for (const segment of segments) {
      for (const piece of piecesOf(segment)) {
        if (this.#length >= this.#room / 2 && !this.#take(take, false)) return false;
        this.#append(piece);
      }
      // a segment ends with a record, so small ones need no look for where the last one ends: several make a stretch
      if (this.#length >= this.#room / 2 && !this.#take(take, true)) return false;
    }
    return this.#length === 0 || this.#take(take, true);
  }

  #take(take: Take, allWhole: boolean): boolean {
    const end = this.#window + this.#length;
    const taken = take(this.#window, end, allWhole);
    if (taken === 0) return false;
    this.#arena.u8.copyWithin(this.#window, taken, end);
    this.#length = end - taken;
    return true;
  }

  #append(piece: Uint8Array): void {
    while (this.#room - this.#length < piece.length) this.#grow();
    this.#arena.u8.set(piece, this.#window + this.#length);
    this.#length += piece.length;
  }

  #grow(): void {
    const window = this.#arena.alloc(this.#room * 2);
    this.#arena.u8.copyWithin(window, this.#window, this.#window + this.#length);
    this.#arena.free(this.#window, this.#room);
    this.#window = window;
    this.#room *= 2;
  }
}

function* piecesOf(segment: PartialSegment): Generator<Uint8Array> {
  if (segment.type === 'file') {
    yield* framesOf(segment);
    return;
  }
  const { bytes } = segment;
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}
