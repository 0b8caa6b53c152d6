/**
 * Rows of vectors encoded in the arena (workers/kernels/encode.ts): composite group keys, sort keys, result rows. The room
 * grows with the longest row and is reused from batch to batch.
 */
import type { Arena } from './arena.ts';
import { typeNumber } from './group-table.ts';
import { ascending, type ColumnOrder } from './row-codec.ts';
import type { Vector } from './vector.ts';

const firstRoom = 1 << 18;
const columnBytes = 16;

export class RowEncoder {
  /** u64 spans of the encoded rows. */
  readonly spans: number;
  readonly #arena: Arena;
  readonly #orders: readonly ColumnOrder[];
  readonly #columns: number;
  #room = 0;
  #out = 0;

  /** `orders`: one per column; absent ones ascend. */
  constructor(arena: Arena, columnCount: number, orders: readonly ColumnOrder[] = []) {
    this.#arena = arena;
    this.#orders = Array.from({ length: columnCount }, (_, i) => orders[i] ?? ascending);
    this.#columns = arena.alloc(Math.max(1, columnCount) * columnBytes);
    this.spans = arena.alloc(arena.batchRows * 8);
  }

  /** Encodes rows [0, n), all of them, one behind the other; the bytes stand until the next call. Throws ArenaFullError. */
  encode(vectors: readonly Vector[], n: number): { readonly begin: number; readonly end: number } {
    const { kernels } = this.#arena;
    this.#describe(vectors);
    if (this.#room === 0) this.#grow(firstRoom);
    for (;;) {
      const done = kernels.encodeRows(
        this.#columns,
        vectors.length,
        0,
        n,
        this.#out,
        this.#out + this.#room,
        this.spans,
      );
      if (done >>> 0 === n) break;
      this.#grow(this.#room * 2);
    }
    if (n === 0) return { begin: this.#out, end: this.#out };
    const last = this.spans / 4 + (n - 1) * 2;
    return { begin: this.#out, end: (this.#arena.u32[last] ?? 0) + (this.#arena.u32[last + 1] ?? 0) };
  }

  /** What the kernel encodeRows is called with, for who calls it in this one's place: columns, and room that does not grow. */
  prepare(vectors: readonly Vector[]): {
    readonly columns: number;
    readonly begin: number;
    readonly end: number;
    readonly spans: number;
  } {
    this.#describe(vectors);
    if (this.#room === 0) this.#grow(firstRoom);
    return { columns: this.#columns, begin: this.#out, end: this.#out + this.#room, spans: this.spans };
  }

  /** Gives its memory back to the arena. */
  close(): void {
    const { batchRows } = this.#arena;
    if (this.#room > 0) this.#arena.free(this.#out, this.#room);
    this.#room = 0;
    this.#arena.free(this.spans, batchRows * 8);
    this.#arena.free(this.#columns, Math.max(1, this.#orders.length) * columnBytes);
  }

  #describe(vectors: readonly Vector[]): void {
    vectors.forEach((vector, i) => {
      const order = this.#orders[i] ?? ascending;
      const bits = (order.descending ? 1 : 0) | (order.nullsFirst ? 2 : 0);
      this.#arena.u32.set(
        [typeNumber(vector.type), bits, vector.data, vector.flags],
        (this.#columns + i * columnBytes) / 4,
      );
    });
  }

  #grow(room: number): void {
    if (this.#room > 0) this.#arena.free(this.#out, this.#room);
    this.#out = this.#arena.alloc(room);
    this.#room = room;
  }
}
