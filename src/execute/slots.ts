/**
 * The gauges of every worker, in one SharedArrayBuffer: a busy worker answers nobody, so it writes its figures here at
 * chunk boundaries and the coordinator reads them whenever it likes.
 *
 * One row of float64 per slot. A slot is claimed by a worker when it starts and freed by the coordinator when the
 * worker's thread has exited; every other field has one writer, the worker that owns the slot. The fields that count
 * (`total` in the name) go on across the lives of a slot.
 */

export const slotFields = [
  'heapUsedBytes',
  'heapLimitBytes',
  'externalBytes',
  'arenaUsedBytes',
  'arenaLimitBytes',
  'peakHeapBytes',
  'peakArenaBytes',
  'gcSecondsTotal',
  'tasksTotal',
  'tasksInLife',
  'startedAtMs', // Date.now() of this life's start
  'bytesReadTotal',
  'recordsMatchedTotal',
  'recordsFilteredTotal',
  'recordsRejectedTotal',
  'splitIndex', // -1 when idle
  'splitStartedAtMs',
  'progressAtMs', // last chunk boundary, for the watchdog
] as const;

export type SlotField = (typeof slotFields)[number];

/** Int32 header of each slot, in its first float64's place: 0 free, otherwise the owner's thread id. */
const headerFields = 1;
const rowFields = headerFields + slotFields.length;

export const slotBytes = rowFields * 8;

/** A buffer for `count` slots, all free. */
export function allocateSlots(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(count * slotBytes);
}

/** Typed access to the slots; the same on both sides. */
export class Slots {
  readonly count: number;
  readonly #owners: Int32Array;
  readonly #fields: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.count = buffer.byteLength / slotBytes;
    this.#owners = new Int32Array(buffer);
    this.#fields = new Float64Array(buffer);
  }

  /** Claims the first free slot for a thread. Throws when all are taken. */
  claim(threadId: number): number {
    for (let slot = 0; slot < this.count; slot++) {
      if (Atomics.compareExchange(this.#owners, slot * rowFields * 2, 0, threadId) === 0) return slot;
    }
    throw new Error(`Cannot claim a worker slot: all ${this.count} are taken`);
  }

  /** Thread id of the slot's owner, 0 when free. */
  owner(slot: number): number {
    return Atomics.load(this.#owners, slot * rowFields * 2);
  }

  /** Frees the slot that a thread owned, if any; its number, or -1. */
  release(threadId: number): number {
    for (let slot = 0; slot < this.count; slot++) {
      if (Atomics.compareExchange(this.#owners, slot * rowFields * 2, threadId, 0) === threadId) return slot;
    }
    return -1;
  }

  get(slot: number, field: SlotField): number {
    return this.#fields[slot * rowFields + headerFields + fieldIndex[field]] ?? 0;
  }

  set(slot: number, field: SlotField, value: number): void {
    this.#fields[slot * rowFields + headerFields + fieldIndex[field]] = value;
  }

  add(slot: number, field: SlotField, amount: number): void {
    this.set(slot, field, this.get(slot, field) + amount);
  }
}

const fieldIndex = Object.fromEntries(slotFields.map((field, index) => [field, index])) as Record<SlotField, number>;
