/**
 * Partials on their way out of a task: in memory while they are few, from a limit on in a spill file, partition by partition.
 *
 * Invariant: what is held here stays below the limit, whatever a task produces; a table larger than the limit goes to the file
 * without standing in memory a second time.
 */
import type { GroupTable } from './group-table.ts';
import { partialGroups, partitionCount, partitionOf } from './partial.ts';
import { release } from './release.ts';
import { type SpillPlace, SpillWriter } from './spill.ts';

/** A partial in a spill file: partition p is [begins[p], begins[p + 1]). */
export interface SpilledPartial {
  readonly path: string;
  readonly begins: readonly number[];
  readonly groups: number;
}

export class PartialOutbox {
  readonly #limitBytes: number;
  readonly #writer: SpillWriter;
  readonly #spilled: SpilledPartial[] = [];
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(limitBytes: number, place: SpillPlace) {
    this.#limitBytes = limitBytes;
    this.#writer = new SpillWriter(place);
  }

  /** Takes all groups of a table and clears it. */
  take(table: GroupTable): void {
    if (table.groups === 0) return;
    const bytes = table.measure().reduce((sum, size) => sum + size, 0);
    if (this.#heldBytes + bytes > this.#limitBytes) this.#spillHeld();
    if (bytes > this.#limitBytes) this.#spilled.push(table.spillPartial(this.#writer));
    else this.#hold(table.takePartial());
  }

  add(partial: Uint8Array): void {
    if (this.#heldBytes + partial.byteLength > this.#limitBytes) this.#spillHeld();
    this.#hold(partial);
    if (this.#heldBytes > this.#limitBytes) this.#spillHeld();
  }

  /** Call `close` also where this is never reached. */
  finish(): { readonly partials: Uint8Array[]; readonly spilledPartials: SpilledPartial[] } {
    this.close();
    return { partials: this.#held, spilledPartials: this.#spilled };
  }

  close(): void {
    this.#writer.close();
  }

  #hold(partial: Uint8Array): void {
    this.#held.push(partial);
    this.#heldBytes += partial.byteLength;
  }

  #spillHeld(): void {
    if (this.#held.length === 0) return;
    this.#spilled.push(spillPartials(this.#held, this.#writer));
    for (const partial of this.#held) release(partial);
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** Writes partials as one, partition by partition, so that what is read together lies together. */
export function spillPartials(partials: readonly Uint8Array[], writer: SpillWriter): SpilledPartial {
  const begins: number[] = [];
  for (let partition = 0; partition < partitionCount; partition++) {
    begins.push(writer.length);
    for (const partial of partials) writer.write(partitionOf(partial, partition));
    writer.cut();
  }
  begins.push(writer.length);
  const groups = partials.reduce((sum, partial) => sum + partialGroups(partial), 0);
  return { path: writer.path, begins, groups };
}
