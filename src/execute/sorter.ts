/**
 * Rows under sort keys in the arena: the JavaScript side of workers/kernels/sorter.ts.
 *
 * Takes rows until the arena is full; sorts them; hands them out as one run. Equal keys stay in the order in which they came.
 */
import { type Arena, ArenaFullError } from './arena.ts';
import type { RowOutbox } from './row-outbox.ts';

/** Rows leave in pieces of this size, or alone where they are longer. */
const pieceBytes = 64 * 1024;
/** Of a piece, what a kernel may overwrite behind the last row. */
const slackBytes = 16;

export class Sorter {
  readonly #arena: Arena;
  readonly #sorter: number;
  readonly #piece: number;
  /** Rows that can ever be needed. */
  readonly #wanted: number;

  /** Throws ArenaFullError. */
  constructor(arena: Arena, wanted: number) {
    this.#arena = arena;
    this.#wanted = wanted;
    this.#sorter = arena.kernels.createSorter() >>> 0;
    if (this.#sorter === 0) throw new ArenaFullError('Cannot sort: the arena is full');
    this.#piece = arena.alloc(pieceBytes);
  }

  get rows(): number {
    return this.#arena.kernels.sorterRows(this.#sorter) >>> 0;
  }

  /** Adds one row; false when the arena is full. */
  add(key: Uint8Array, row: Uint8Array): boolean {
    const entry = this.#arena.kernels.sorterTake(this.#sorter, key.length, row.length) >>> 0;
    if (entry === 0) return false;
    const { u8 } = this.#arena;
    u8.set(key, entry + 8);
    u8.set(row, entry + 8 + key.length);
    this.#arena.kernels.sorterPut(this.#sorter, entry);
    return true;
  }

  /** Adds rows [from, n) whose keys and rows are spans in the arena; how far it came, less than n when the arena is full. */
  addSpans(keys: number, rows: number, from: number, n: number): number {
    return this.#arena.kernels.sorterAdd(this.#sorter, keys, rows, from, n) >>> 0;
  }

  /** Drops rows that can never be needed; false where there were none, or no room to do it. */
  prune(): boolean {
    if (this.rows <= this.#wanted) return false;
    this.#arena.kernels.sorterSort(this.#sorter);
    return this.#arena.kernels.sorterKeep(this.#sorter, this.#wanted) !== 0;
  }

  /** Hands all rows out as one sorted run, and forgets them. */
  flush(outbox: RowOutbox): void {
    const count = this.rows;
    if (count === 0) return;
    const { kernels } = this.#arena;
    kernels.sorterSort(this.#sorter);
    outbox.addRun(kernels.sorterBytes(this.#sorter), this.#pieces(count));
    kernels.sorterClear(this.#sorter);
  }

  *#pieces(count: number): Generator<Uint8Array> {
    const { kernels } = this.#arena;
    const out = this.#piece;
    for (let i = 0; i < count; ) {
      const next = kernels.sorterCopy(this.#sorter, i, out, out + pieceBytes - slackBytes) >>> 0;
      if (next > i) {
        yield this.#arena.u8.subarray(out, out + (kernels.sorterCopied() >>> 0));
      } else {
        const entry = kernels.sorterEntry(this.#sorter, i) >>> 0;
        const { u32, u8 } = this.#arena;
        yield u8.subarray(entry, entry + 8 + (u32[entry / 4] ?? 0) + (u32[entry / 4 + 1] ?? 0));
      }
      i = Math.max(next, i + 1);
    }
  }
}
