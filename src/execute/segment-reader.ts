/**
 * Feeds the records of partial segments through a window in the arena, whole records at a time, however large a segment is.
 */
import type { Arena } from './arena.ts';
import type { GroupTable } from './group-table.ts';
import type { PartialSegment } from './messages.ts';
import { framesOf } from './spill.ts';

const firstRoom = 256 * 1024;
const pieceBytes = 64 * 1024;

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
    this.#length = 0;
    for (const segment of segments) {
      for (const piece of piecesOf(segment)) {
        if (this.#length >= this.#room / 2 && !this.#use(use, table.whole(this.#window, this.#end))) return false;
        this.#append(piece);
      }
      // a segment ends with a record, so small ones need no look for where the last one ends: several make a stretch
      if (this.#length >= this.#room / 2 && !this.#use(use, this.#end)) return false;
    }
    return this.#length === 0 || this.#use(use, this.#end);
  }

  get #end(): number {
    return this.#window + this.#length;
  }

  #use(use: (begin: number, end: number) => boolean, whole: number): boolean {
    const end = this.#end;
    if (whole > this.#window && !use(this.#window, whole)) return false;
    this.#arena.u8.copyWithin(this.#window, whole, end);
    this.#length = end - whole;
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
