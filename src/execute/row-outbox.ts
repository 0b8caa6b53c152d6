/**
 * Blocks of rows on their way out of a task: in memory while they are few; from a limit on all of them, in order, in a spill
 * file. A sorted run is a block or a part of the file, and so is a stretch of plain rows.
 *
 * Invariant: the order of blocks and runs is the order in which they were added, so ties stay in file order.
 */
import { release } from './release.ts';
import { piecesOfBlock } from './rows.ts';
import { type SpilledPart, type SpillPlace, SpillWriter } from './spill.ts';

export interface RowsOut {
  readonly rows: Uint8Array[];
  /** Instead of `rows`, where they were too many. */
  readonly runs: SpilledPart[];
}

export class RowOutbox {
  readonly #limitBytes: number;
  readonly #isSorted: boolean;
  readonly #writer: SpillWriter;
  readonly #runs: SpilledPart[] = [];
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /** `isSorted`: blocks are runs of rows under sort keys, and not plain rows. */
  constructor(limitBytes: number, place: SpillPlace, isSorted: boolean) {
    this.#limitBytes = limitBytes;
    this.#isSorted = isSorted;
    this.#writer = new SpillWriter(place);
  }

  /** A block of whole rows, plain ones or one sorted run, in a buffer of its own, which is given away. */
  add(block: Uint8Array): void {
    if (block.length === 0) return;
    if (this.#runs.length > 0 || this.#heldBytes + block.length > this.#limitBytes) {
      this.#spillHeld();
      this.#spillBlock(block);
      return;
    }
    this.#held.push(block);
    this.#heldBytes += block.length;
  }

  /** A sorted run of so many bytes, in pieces of whole rows; pieces may be views that are soon overwritten. */
  addRun(bytes: number, pieces: Iterable<Uint8Array>): void {
    if (this.#runs.length > 0 || this.#heldBytes + bytes > this.#limitBytes) {
      this.#spillHeld();
      this.#spill(pieces);
      return;
    }
    const block = new Uint8Array(bytes);
    let at = 0;
    for (const piece of pieces) {
      block.set(piece, at);
      at += piece.length;
    }
    if (at > 0) this.add(block);
  }

  finish(): RowsOut {
    this.close();
    return { rows: this.#held, runs: this.#runs };
  }

  /** Also where `finish` is never reached. */
  close(): void {
    this.#writer.close();
  }

  #spillHeld(): void {
    for (const block of this.#held) this.#spillBlock(block);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #spillBlock(block: Uint8Array): void {
    this.#spill(this.#isSorted ? piecesOfBlock(block) : [block]);
    release(block);
  }

  #spill(pieces: Iterable<Uint8Array>): void {
    const offset = this.#writer.length;
    for (const piece of pieces) this.#writer.frame(piece);
    const length = this.#writer.length - offset;
    if (length > 0) this.#runs.push({ path: this.#writer.path, offset, length });
  }
}
