/**
 * Where a batch's computed texts live: a bump region in the arena, emptied by the scan at each batch.
 *
 * Invariant: nothing that was written since the last reset moves, and 64 readable bytes follow every text, because
 * kernels load sixteen bytes at a time.
 */
import type { Arena } from './arena.ts';

const paddingBytes = 64;

interface Chunk {
  readonly address: number;
  readonly bytes: number;
}

export class TextScratch {
  readonly #arena: Arena;
  /** Older chunks are full and still referenced by this batch; the last one is written to. */
  #chunks: Chunk[];
  #cursor: number;
  #end: number;

  constructor(arena: Arena, capacityBytes = 1 << 16) {
    this.#arena = arena;
    const bytes = Math.max(4 * paddingBytes, capacityBytes);
    const address = arena.alloc(bytes);
    this.#chunks = [{ address, bytes }];
    this.#cursor = address;
    this.#end = address + bytes - paddingBytes;
  }

  /** Address of at least `bytes` of room; what is used of it is said by `commit`. Throws ArenaFullError. */
  reserve(bytes: number): number {
    if (this.#cursor + bytes > this.#end) this.#grow(bytes);
    return this.#cursor;
  }

  /** The room before `end` is taken. */
  commit(end: number): void {
    this.#cursor = end;
  }

  /** Forgets all texts; only the newest, largest chunk is kept. */
  reset(): void {
    if (this.#chunks.length > 1) this.#forgetOlder();
    this.#cursor = this.#chunks[0]?.address ?? 0;
  }

  #forgetOlder(): void {
    for (const chunk of this.#chunks.slice(0, -1)) this.#arena.free(chunk.address, chunk.bytes);
    this.#chunks = this.#chunks.slice(-1);
  }

  close(): void {
    for (const chunk of this.#chunks) this.#arena.free(chunk.address, chunk.bytes);
    this.#chunks = [];
    this.#cursor = 0;
    this.#end = 0;
  }

  #grow(bytes: number): void {
    const last = this.#chunks.at(-1)?.bytes ?? 4 * paddingBytes;
    const wanted = Math.max(2 * last, bytes + paddingBytes);
    const address = this.#arena.alloc(wanted);
    this.#chunks.push({ address, bytes: wanted });
    this.#cursor = address;
    this.#end = address + wanted - paddingBytes;
  }
}
