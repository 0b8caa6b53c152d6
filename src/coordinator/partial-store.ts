/**
 * Keeps partial aggregates until they are merged partition by partition: in memory up to a limit, then in a file. Workers
 * bring what was too large for them in files of their own.
 *
 * Invariant: every byte that was added is in exactly one segment of its partition, and the order of segments is no part
 * of the answer, because merging is commutative.
 */
import type { PartialSegment } from '../execute/messages.ts';
import { partitionOf } from '../execute/partial.ts';
import { type SpilledPartial, spillPartials } from '../execute/partial-outbox.ts';
import { release } from '../execute/release.ts';
import { type SpillPlace, SpillWriter } from '../execute/spill.ts';

export class PartialStore {
  readonly #limitBytes: number;
  readonly #writer: SpillWriter;
  readonly #onSpill: (bytes: number) => void;
  readonly #spilled: SpilledPartial[] = [];
  #partials: Uint8Array[] = [];
  #heldBytes = 0;

  /** `onSpill` hears of every byte that goes to a file, also by others. */
  constructor(limitBytes: number, place: SpillPlace, onSpill: (bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#writer = new SpillWriter(place);
    this.#onSpill = onSpill;
  }

  get isEmpty(): boolean {
    return this.#partials.length === 0 && this.#spilled.length === 0;
  }

  add(partial: Uint8Array): void {
    this.#partials.push(partial);
    this.#heldBytes += partial.byteLength;
    if (this.#heldBytes > this.#limitBytes) this.#spill();
  }

  addSpilled(partials: readonly SpilledPartial[]): void {
    for (const partial of partials) {
      this.#spilled.push(partial);
      this.#onSpill((partial.begins.at(-1) ?? 0) - (partial.begins[0] ?? 0));
    }
  }

  /** Whether any group belongs to the partition. */
  has(partition: number): boolean {
    if (this.#spilled.some(({ begins }) => (begins[partition + 1] ?? 0) > (begins[partition] ?? 0))) return true;
    return this.#partials.some((partial) => partitionOf(partial, partition).length > 0);
  }

  /** Copies, so that a message carries one partition and not the whole partials behind views. */
  segments(partition: number): PartialSegment[] {
    const segments: PartialSegment[] = [];
    for (const { path, begins } of this.#spilled) {
      const offset = begins[partition] ?? 0;
      const length = (begins[partition + 1] ?? 0) - offset;
      if (length > 0) segments.push({ type: 'file', path, offset, length });
    }
    const parts = this.#partials.map((partial) => partitionOf(partial, partition));
    const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (length > 0) segments.push({ type: 'bytes', bytes: joined(parts, length) });
    return segments;
  }

  /** Drops everything; the file goes with its folder. */
  close(): void {
    this.#partials = [];
    this.#heldBytes = 0;
    this.#writer.close();
  }

  #spill(): void {
    this.addSpilled([spillPartials(this.#partials, this.#writer)]);
    for (const partial of this.#partials) release(partial);
    this.#partials = [];
    this.#heldBytes = 0;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}
