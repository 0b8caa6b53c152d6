/**
 * The gauges of every worker, in one SharedArrayBuffer: a busy worker answers nobody, so it writes its figures here at
 * chunk boundaries and the coordinator reads them whenever it likes.
 *
 * One row of float64 per slot. A slot is claimed by a worker when it starts and freed by the coordinator when the
 * worker's thread has exited; every other field has one writer, the worker that owns the slot. Totals and peaks go on
 * across the lives of a slot; the `task` fields hold what the running task has done so far and are 0 between tasks, so
 * that work which is lost with a worker is never counted.
 */

import type { Suspect } from './messages.ts';

export const slotFields = [
  'heapUsedBytes',
  'heapLimitBytes',
  'externalBytes',
  'arenaUsedBytes', // grown so far: what the process pays for
  'arenaLimitBytes',
  'peakHeapBytes',
  'peakArenaBytes',
  'gcSecondsTotal',
  'gcMinorTotal', // pauses by kind of collection
  'gcMajorTotal',
  'gcIncrementalTotal',
  'gcWeakTotal',
  'tasksTotal',
  'livesTotal',
  'flushesTotal', // of the arena at its soft line
  'tasksInLife',
  'startedAtMs', // Date.now() of this life's start
  'splitIndex', // -1 when idle or merging
  'taskStartedAtMs', // 0 when idle
  'progressAtMs', // last chunk boundary, for the watchdog
  'taskBytesRead',
  'taskRecordsMatched',
  'taskRecordsFiltered',
  'taskRecordsRejected',
  'batchStart', // what is being worked on: a range of the source and how many records it holds (0: not yet known)
  'batchEnd', // 0: nothing
  'batchRecords',
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

  /** Claims the first free slot for a thread; -1 when all are taken. */
  claim(threadId: number): number {
    for (let slot = 0; slot < this.count; slot++) {
      if (Atomics.compareExchange(this.#owners, slot * rowFields * 2, 0, threadId) === 0) return slot;
    }
    return -1;
  }

  /** The slot that a thread owns, or -1. */
  slotOf(threadId: number): number {
    for (let slot = 0; slot < this.count; slot++) if (this.owner(slot) === threadId) return slot;
    return -1;
  }

  /** Whether every slot has its worker. */
  get isFull(): boolean {
    for (let slot = 0; slot < this.count; slot++) if (this.owner(slot) === 0) return false;
    return true;
  }

  /** Thread id of the slot's owner, 0 when free. */
  owner(slot: number): number {
    return Atomics.load(this.#owners, slot * rowFields * 2);
  }

  /**
   * Frees the slot that an exited thread owned, if any: its number, or -1. What described the thread's present is
   * cleared before the next owner can come; totals, peaks and limits stay.
   */
  release(threadId: number): number {
    const slot = this.slotOf(threadId);
    if (slot < 0) return -1;
    for (const field of presentFields) this.set(slot, field, 0);
    this.set(slot, 'splitIndex', -1);
    Atomics.store(this.#owners, slot * rowFields * 2, 0);
    return slot;
  }

  get(slot: number, field: SlotField): number {
    return this.#fields[slot * rowFields + headerFields + fieldIndex[field]] ?? 0;
  }

  set(slot: number, field: SlotField, value: number): void {
    this.#fields[slot * rowFields + headerFields + fieldIndex[field]] = value;
  }

  /** A slot's fields, by `fieldIndex`: for what is written at every batch. */
  row(slot: number): Float64Array {
    const begin = slot * rowFields + headerFields;
    return this.#fields.subarray(begin, begin + slotFields.length);
  }

  add(slot: number, field: SlotField, amount: number): void {
    this.set(slot, field, this.get(slot, field) + amount);
  }
}

/** What the worker of a slot is working on, or was when it died; null where it is between records. */
export function suspectOf(slots: Slots, slot: number): Suspect | null {
  const end = slots.get(slot, 'batchEnd');
  if (end === 0) return null;
  return { start: slots.get(slot, 'batchStart'), end, records: slots.get(slot, 'batchRecords') };
}

const presentFields = [
  'heapUsedBytes',
  'externalBytes',
  'arenaUsedBytes',
  'tasksInLife',
  'startedAtMs',
  'taskStartedAtMs',
  'progressAtMs',
  'taskBytesRead',
  'taskRecordsMatched',
  'taskRecordsFiltered',
  'taskRecordsRejected',
  'batchStart',
  'batchEnd',
  'batchRecords',
] as const satisfies readonly SlotField[];

/** Where a field stands in its row. */
export const fieldIndex = Object.fromEntries(slotFields.map((field, index) => [field, index])) as Record<
  SlotField,
  number
>;
