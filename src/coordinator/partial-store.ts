/**
 * Keeps partial aggregates until they are merged partition by partition: in memory up to a limit, then in a file. Workers
 * bring what was too large for them in files of their own.
 *
 * Invariant: every byte that was added is in exactly one segment of its partition, and the order of segments is no part
 * of the answer, because merging is commutative.
 */
import { unclearedBytes } from '../core/uncleared-bytes.ts';
import type { PartialSegment } from '../execute/messages.ts';
import { partialBegins, partialBody, partialGroups, partitionCount } from '../execute/partial.ts';
import { type SpilledPartial, spillPartials } from '../execute/partial-outbox.ts';
import { release } from '../execute/release.ts';
import { type SpillPlace, SpillWriter } from '../execute/spill.ts';

/** Partitions differ a little in length. */
const roomMargin = 1.05;

interface HeldPartial {
  readonly partial: Uint8Array;
  readonly body: Uint8Array;
  /** Into the body, by partition. */
  readonly begins: Uint32Array;
}

export class PartialStore {
  readonly #limitBytes: number;
  #extraBytes = 0;
  readonly #writer: SpillWriter;
  readonly #onSpill: (bytes: number) => void;
  readonly #spilled: SpilledPartial[] = [];
  #partials: HeldPartial[] = [];
  /** Buffers that went with a partition and came back, for the next ones. */
  #spent: Uint8Array[] = [];
  #heldBytes = 0;
  #bytes = 0;
  #groups = 0;
  /** By partition. */
  readonly #sizes = new Float64Array(partitionCount);

  /** `onSpill` hears of every byte that goes to a file, also by others. */
  constructor(limitBytes: number, place: SpillPlace, onSpill: (bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#writer = new SpillWriter(place);
    this.#onSpill = onSpill;
  }

  get isEmpty(): boolean {
    return this.#partials.length === 0 && this.#spilled.length === 0;
  }

  /** On average over what was added. */
  get bytesPerGroup(): number {
    return this.#groups === 0 ? 1 : this.#bytes / this.#groups;
  }

  /**
   * Raises the limit by memory that another part of the budget gives up, until it is reached: memory that was given back is
   * late to leave the process, so a store that spills again and again is held to the limit that it was made with.
   */
  widen(bytes: number): void {
    this.#extraBytes += bytes;
  }

  add(partial: Uint8Array): void {
    const begins = partialBegins(partial);
    this.#partials.push({ partial, body: partialBody(partial), begins });
    this.#heldBytes += partial.byteLength;
    this.#count(partial.byteLength, partialGroups(partial), begins);
    if (this.#heldBytes > this.#limitBytes + this.#extraBytes) this.#spill();
  }

  addSpilled(partials: readonly SpilledPartial[]): void {
    for (const partial of partials) this.#count(this.#keepSpilled(partial), partial.groups, partial.begins);
  }

  /** `begins`: where each partition begins, and the last one ends. */
  #count(bytes: number, groups: number, begins: ArrayLike<number>): void {
    this.#bytes += bytes;
    this.#groups += groups;
    for (let p = 0; p < partitionCount; p++) {
      this.#sizes[p] = (this.#sizes[p] ?? 0) + (begins[p + 1] ?? 0) - (begins[p] ?? 0);
    }
  }

  #keepSpilled(partial: SpilledPartial): number {
    const bytes = (partial.begins.at(-1) ?? 0) - (partial.begins[0] ?? 0);
    this.#spilled.push(partial);
    this.#onSpill(bytes);
    return bytes;
  }

  /** Bytes of the partition; 0 where no group belongs to it. */
  bytesOf(partition: number): number {
    return this.#sizes[partition] ?? 0;
  }

  /** What it may hold in memory, without what it was lent. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Copies, so that a message carries one partition and not the whole partials behind views. */
  segments(partition: number): PartialSegment[] {
    const segments: PartialSegment[] = [];
    for (const { path, begins } of this.#spilled) {
      const offset = begins[partition] ?? 0;
      const length = (begins[partition + 1] ?? 0) - offset;
      if (length > 0) segments.push({ type: 'file', path, offset, length });
    }
    let length = 0;
    for (const { begins } of this.#partials) length += (begins[partition + 1] ?? 0) - (begins[partition] ?? 0);
    if (length > 0) segments.push({ type: 'bytes', bytes: joined(this.#partials, partition, this.#room(length)) });
    return segments;
  }

  /** Takes back what the merge of a partition left of its segments. */
  takeBack(buffers: readonly Uint8Array[]): void {
    this.#spent.push(...buffers);
  }

  /** Drops everything; the file goes with its folder. */
  close(): void {
    this.#partials = [];
    this.#heldBytes = 0;
    for (const buffer of this.#spent.splice(0)) release(buffer);
    this.#writer.close();
  }

  #room(length: number): Uint8Array {
    const buffer = this.#spent.pop();
    if (buffer !== undefined && buffer.length >= length) return buffer.subarray(0, length);
    if (buffer !== undefined) release(buffer);
    return unclearedBytes(Math.ceil(length * roomMargin)).subarray(0, length);
  }

  #spill(): void {
    const partials = this.#partials.map(({ partial }) => partial);
    this.#keepSpilled(spillPartials(partials, this.#writer));
    for (const partial of partials) release(partial);
    this.#partials = [];
    this.#heldBytes = 0;
    this.#extraBytes = 0;
  }
}

function joined(partials: readonly HeldPartial[], partition: number, bytes: Uint8Array): Uint8Array {
  let at = 0;
  for (const { body, begins } of partials) {
    const begin = begins[partition] ?? 0;
    const end = begins[partition + 1] ?? 0;
    bytes.set(body.subarray(begin, end), at);
    at += end - begin;
  }
  return bytes;
}
