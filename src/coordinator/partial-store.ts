/**
 * Keeps partial aggregates until they are merged partition by partition: in memory up to a limit, then in a file.
 *
 * Invariant: every byte that was added is in exactly one segment of its partition, and the order of segments is no part
 * of the answer, because merging is commutative.
 */
import type { PartialSegment } from '../execute/messages.ts';
import { partitionCount, partitionOf } from '../execute/partial.ts';
import { release } from './release.ts';
import { SpillFile } from './spill-file.ts';

export class PartialStore {
  readonly #limitBytes: number;
  readonly #folder: string | undefined;
  readonly #onSpill: (bytes: number) => void;
  #partials: Uint8Array[] = [];
  #heldBytes = 0;
  #file: SpillFile | null = null;
  readonly #spilled: PartialSegment[][] = Array.from({ length: partitionCount }, () => []);

  constructor(limitBytes: number, folder: string | undefined, onSpill: (bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#folder = folder;
    this.#onSpill = onSpill;
  }

  get spilledBytes(): number {
    return this.#file?.bytes ?? 0;
  }

  get isEmpty(): boolean {
    return this.#partials.length === 0 && this.#file === null;
  }

  add(partial: Uint8Array): void {
    this.#partials.push(partial);
    this.#heldBytes += partial.byteLength;
    if (this.#heldBytes > this.#limitBytes) this.#spill();
  }

  /** Whether any group belongs to the partition. */
  has(partition: number): boolean {
    if ((this.#spilled[partition]?.length ?? 0) > 0) return true;
    return this.#partials.some((partial) => partitionOf(partial, partition).length > 0);
  }

  /** Copies, so that a message carries one partition and not the whole partial behind a view. */
  segments(partition: number): PartialSegment[] {
    const segments = [...(this.#spilled[partition] ?? [])];
    for (const partial of this.#partials) {
      const bytes = partitionOf(partial, partition);
      if (bytes.length > 0) segments.push({ type: 'bytes', bytes: bytes.slice() });
    }
    return segments;
  }

  /** Drops everything and removes the file. */
  close(): void {
    this.#partials = [];
    this.#heldBytes = 0;
    this.#file?.close();
    this.#file = null;
  }

  /** Partition by partition, so that what is read together lies together. */
  #spill(): void {
    this.#file ??= new SpillFile(this.#folder);
    for (let partition = 0; partition < partitionCount; partition++) {
      const offset = this.#file.bytes;
      for (const partial of this.#partials) this.#file.append(partitionOf(partial, partition));
      const length = this.#file.bytes - offset;
      if (length > 0) this.#spilled[partition]?.push({ type: 'file', path: this.#file.path, offset, length });
    }
    this.#onSpill(this.#heldBytes);
    for (const partial of this.#partials) release(partial);
    this.#partials = [];
    this.#heldBytes = 0;
  }
}
