/**
 * A window of a source's bytes inside the arena, which moves forward: [begin, end) are addresses, `offset` is the file
 * offset of `begin`. What is not consumed when more is read moves to the front, so spans into the window are valid until the
 * next fill. `inputPadding` bytes behind `end` stay readable for SIMD loads.
 */
import type { Reader } from '../inputs/input.ts';
import type { Arena } from './arena.ts';
import { inputPadding } from './tokenizer.ts';

/** Read at once: large enough that a system call is cheap, small enough that it is parsed out of the cache. */
const chunkBytes = 1 << 19;
/**
 * A processor that copies to a few bytes further into a page than it copies from takes every store for one that the next load waits
 * for, and is six times as slow (AMD's Zen 3: 1 to 31 bytes further). Then the bytes go so much further still.
 */
const detour = 64;
const pageBytes = 4096;
/** Beside the room for bytes. */
const spareBytes = detour + inputPadding;
const firstRoom = (1 << 20) - spareBytes;

export class InputWindow {
  begin: number;
  end: number;
  /** No more bytes will come. */
  ended = false;
  readonly #arena: Arena;
  readonly #reader: Reader;
  #base: number;
  #room = firstRoom;
  #endOffset: number;

  /** `offset`: file offset at which the reader stands. Throws ArenaFullError. */
  constructor(arena: Arena, reader: Reader, offset: number) {
    this.#arena = arena;
    this.#reader = reader;
    this.#base = arena.alloc(firstRoom + spareBytes);
    this.begin = this.#base;
    this.end = this.#base;
    this.#endOffset = offset;
  }

  get length(): number {
    return this.end - this.begin;
  }

  /** File offset of `begin`. */
  get offset(): number {
    return this.#endOffset - (this.end - this.begin);
  }

  /** File offset of `end`. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** Address of a file offset, cut to the window's end. */
  addressOf(offset: number): number {
    return Math.min(this.end, this.begin + (offset - this.offset));
  }

  get bytes(): Uint8Array {
    return this.#arena.u8.subarray(this.begin, this.end);
  }

  /** Forgets everything before an address. */
  consumeTo(address: number): void {
    this.begin = address;
  }

  /**
   * Reads up to `most` more bytes behind what is left; sets `ended` where there are none. Null: done at once. Throws
   * ArenaFullError.
   */
  fill(most: number): Promise<void> | null {
    const wanted = Math.min(most, chunkBytes);
    this.#moveTo(this.#base);
    while (this.#room - this.length < Math.min(wanted, chunkBytes / 2)) this.#grow();
    const room = Math.min(wanted, this.#room - this.length);
    const read = this.#reader.read(this.#arena.u8.subarray(this.end, this.end + room));
    if (typeof read !== 'number') return read.then((count) => this.#take(count));
    this.#take(read);
    return null;
  }

  #take(count: number): void {
    if (count === 0) this.ended = true;
    this.end += count;
    this.#endOffset += count;
  }

  #grow(): void {
    const room = this.#room * 2 + spareBytes;
    const base = this.#arena.alloc(room + spareBytes);
    this.#moveTo(base);
    this.#arena.free(this.#base, this.#room + spareBytes);
    this.#base = base;
    this.#room = room;
  }

  /** Moves what is left to `base`, or a little further. */
  #moveTo(base: number): void {
    const { length } = this;
    const further = (base + length - this.#endOffset) % pageBytes;
    const begin = (further < 0 ? further + pageBytes : further) < detour ? base + detour : base;
    if (begin === this.begin) return;
    this.#arena.u8.copyWithin(begin, this.begin, this.end);
    this.begin = begin;
    this.end = begin + length;
  }
}
