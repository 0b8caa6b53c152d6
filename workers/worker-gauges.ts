/**
 * A worker's own figures: heap, arena, garbage collection and the running task's progress, written into its slot at
 * chunk boundaries, where the coordinator reads them while the worker is busy.
 *
 * Invariant: the `task` fields are zero between tasks, so whoever adds accepted results and slots counts nothing twice.
 */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { RecordCounts } from '../src/core/reject.ts';
import { turn } from '../src/core/turn.ts';
import type { MemorySample, Suspect, WorkerTask } from '../src/execute/messages.ts';
import { fieldIndex, type Slots, suspectOf } from '../src/execute/slots.ts';

/** What is asked of an arena here; `heldBytes` are in use, `sizeBytes` are what memory has grown to. */
export interface ArenaFigures {
  readonly limitBytes: number;
  readonly sizeBytes: number;
  readonly kernels: { arenaUsed(): number };
}

export class WorkerGauges {
  readonly slot: number;
  /** The how manieth life in the slot, from 1. */
  readonly life: number;
  readonly #slots: Slots;
  /** This thread's fields. */
  readonly #row: Float64Array;
  /** Null at first where no functions of a user run: loading what observes takes two milliseconds, in every worker. */
  #collections: PerformanceObserver | null = null;
  #gcSeconds = 0;
  #tasks = 0;
  #sampledAtMs = 0;
  readonly #observeAtMs = Date.now() + observeAfterMs;
  #peakHeapBytes = 0;
  #peakArenaBytes = 0;

  constructor(slots: Slots, threadId: number) {
    this.#slots = slots;
    this.slot = claimPatiently(slots, threadId);
    this.#row = slots.row(this.slot);
    slots.add(this.slot, 'livesTotal', 1);
    this.life = slots.get(this.slot, 'livesTotal');
    slots.set(this.slot, 'startedAtMs', Date.now());
    this.#sampleHeap();
  }

  begin(task: WorkerTask, arena: ArenaFigures): void {
    this.#slots.set(this.slot, 'splitIndex', task.type === 'scan' ? task.split.index : -1);
    this.#slots.set(this.slot, 'taskStartedAtMs', Date.now());
    this.#slots.set(this.slot, 'progressAtMs', Date.now());
    this.#slots.set(this.slot, 'arenaLimitBytes', arena.limitBytes);
    // a user's functions collect from their first record on
    if (task.plan.modules !== undefined) this.#observeCollections();
  }

  /** Called at every chunk boundary, with what the chunk added. */
  chunk(arena: ArenaFigures, bytes: number, counts: RecordCounts): void {
    const row = this.#row;
    row[at.bytes] = (row[at.bytes] ?? 0) + bytes;
    row[at.matched] = (row[at.matched] ?? 0) + counts.matched;
    row[at.filtered] = (row[at.filtered] ?? 0) + counts.filtered;
    row[at.rejected] = (row[at.rejected] ?? 0) + counts.rejected;
    const now = Date.now();
    // chunks follow one another faster than anybody looks; clocks are set back
    if (Math.abs(now - this.#sampledAtMs) < sampleEveryMs) return;
    if (now >= this.#observeAtMs) this.#observeCollections();
    this.#sampledAtMs = now;
    this.#slots.set(this.slot, 'progressAtMs', now);
    this.#sampleHeap();
    this.#sampleArena(arena);
  }

  /** What is being worked on, so that it is known where a worker was when it died. */
  batch(start: number, end: number, records: number): void {
    const row = this.#row;
    row[at.start] = start;
    row[at.end] = end;
    row[at.records] = records;
  }

  /** What was last said by `batch`; null for nothing. */
  suspect(): Suspect | null {
    return suspectOf(this.#slots, this.slot);
  }

  flushed(): void {
    this.#slots.add(this.slot, 'flushesTotal', 1);
  }

  /** A sign of life inside a chunk. */
  alive(): void {
    this.#slots.set(this.slot, 'progressAtMs', Date.now());
  }

  /** Ends a task, however it went, and says where memory stands. */
  async end(arena: ArenaFigures): Promise<MemorySample> {
    if (this.#collections !== null) {
      await turn(); // garbage collections are told to observers when the event loop turns
      this.#addCollections(this.#collections.takeRecords());
    }
    const heap = this.#sampleHeap();
    this.#sampleArena(arena);
    this.#tasks++;
    this.#slots.add(this.slot, 'tasksTotal', 1);
    this.#slots.set(this.slot, 'tasksInLife', this.#tasks);
    for (const field of taskFields) this.#slots.set(this.slot, field, 0);
    this.#slots.set(this.slot, 'splitIndex', -1);
    return {
      worker: this.slot,
      heapUsedBytes: heap.used_heap_size,
      heapLimitBytes: heap.heap_size_limit,
      externalBytes: heap.external_memory,
      arenaUsedBytes: arena.kernels.arenaUsed() >>> 0,
      arenaLimitBytes: arena.limitBytes,
      peakHeapBytes: this.#peakHeapBytes,
      peakArenaBytes: this.#peakArenaBytes,
      gcSeconds: this.#gcSeconds,
      tasks: this.#tasks,
    };
  }

  #observeCollections(): void {
    if (this.#collections !== null) return;
    this.#collections = new PerformanceObserver((list) => this.#addCollections(list.getEntries()));
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  #sampleHeap(): ReturnType<typeof getHeapStatistics> {
    const heap = getHeapStatistics();
    this.#peakHeapBytes = Math.max(this.#peakHeapBytes, heap.used_heap_size);
    this.#slots.set(this.slot, 'heapUsedBytes', heap.used_heap_size);
    this.#slots.set(this.slot, 'heapLimitBytes', heap.heap_size_limit);
    this.#slots.set(this.slot, 'externalBytes', heap.external_memory);
    this.#raise('peakHeapBytes', heap.used_heap_size);
    return heap;
  }

  #sampleArena(arena: ArenaFigures): void {
    this.#peakArenaBytes = Math.max(this.#peakArenaBytes, arena.sizeBytes);
    this.#slots.set(this.slot, 'arenaUsedBytes', arena.sizeBytes);
    this.#raise('peakArenaBytes', arena.sizeBytes);
  }

  #raise(field: 'peakHeapBytes' | 'peakArenaBytes', value: number): void {
    if (value > this.#slots.get(this.slot, field)) this.#slots.set(this.slot, field, value);
  }

  #addCollections(entries: readonly Collection[]): void {
    let seconds = 0;
    for (const entry of entries) {
      seconds += entry.duration / 1000;
      this.#slots.add(this.slot, collectionField(entry.detail), 1);
    }
    this.#gcSeconds += seconds;
    this.#slots.add(this.slot, 'gcSecondsTotal', seconds);
  }
}

const sampleEveryMs = 4;
const observeAfterMs = 250;

/** What is written so often that looking for its place shows. */
const at = {
  bytes: fieldIndex.taskBytesRead,
  matched: fieldIndex.taskRecordsMatched,
  filtered: fieldIndex.taskRecordsFiltered,
  rejected: fieldIndex.taskRecordsRejected,
  start: fieldIndex.batchStart,
  end: fieldIndex.batchEnd,
  records: fieldIndex.batchRecords,
} as const;

/** A garbage collection as Node.js tells it. */
interface Collection {
  readonly duration: number;
  readonly detail?: unknown;
}

/** Node.js tells the kind of a collection in the entry's detail. */
function collectionField(detail: unknown): 'gcMinorTotal' | 'gcMajorTotal' | 'gcIncrementalTotal' | 'gcWeakTotal' {
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : null;
  if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) return 'gcMajorTotal';
  if (kind === constants.NODE_PERFORMANCE_GC_INCREMENTAL) return 'gcIncrementalTotal';
  if (kind === constants.NODE_PERFORMANCE_GC_WEAKCB) return 'gcWeakTotal';
  return 'gcMinorTotal';
}

const taskFields = [
  'taskStartedAtMs',
  'taskBytesRead',
  'taskRecordsMatched',
  'taskRecordsFiltered',
  'taskRecordsRejected',
  'batchStart',
  'batchEnd',
  'batchRecords',
] as const;

/**
 * A slot for this thread. There is one per thread of the pool, but a dead thread's slot is freed only when a busy
 * coordinator has seen its exit, so a replacement may have to wait for it.
 */
function claimPatiently(slots: Slots, threadId: number): number {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 6000; tries++) {
    const slot = slots.claim(threadId);
    if (slot >= 0) return slot;
    Atomics.wait(nap, 0, 0, 10);
  }
  throw new Error(`Cannot claim a worker slot: all ${slots.count} were taken for a minute`);
}
