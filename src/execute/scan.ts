/**
 * Scans one split: bytes -> records -> matched records -> partial aggregates or rows. Knows nothing of threads: tests, one
 * thread and the pool call the same function.
 *
 * A record belongs to the split that holds its first byte, so a scan begins behind the first line end at or after
 * start - 1 and reads past its end until its last record is complete.
 */

import { monotonicMs } from '../core/monotonic.ts';
import type { RecordCounts } from '../core/reject.ts';
import { rejectReasons } from '../core/reject.ts';
import { formatByName } from '../formats/table.ts';
import { inputByName } from '../inputs/table.ts';
import type { FunctionRegistry } from '../query/functions/registry.ts';
import type { Arena } from './arena.ts';
import { loopEnds } from './batch-loop/batch-loop.ts';
import { type BatchLimits, BatchProcessor } from './batch-processor.ts';
import { rowsPerBatch } from './batch-size.ts';
import { FunctionLoader } from './function-loader.ts';
import { InputWindow } from './input-window.ts';
import type { ScanOutcome, ScanTask } from './messages.ts';
import { RecordEnd } from './record-end.ts';
import { RejectsWriter } from './rejects-writer.ts';
import { replay } from './replay.ts';
import { unlimitedResults } from './result-limits.ts';
import { allocateBatch, createTokenizer, type Tokenizer } from './tokenizer.ts';

export interface ScanContext {
  readonly arena: Arena;
  readonly worker: number;
  /** At each chunk boundary: what has come since the last call. */
  onChunk(bytes: number, counts: RecordCounts): void;
  /** What is being worked on: [start, end) of the source, which holds so many records; 0 while they are being told apart. */
  onBatch?(start: number, end: number, records: number): void;
  /** At the arena's soft line what was gathered has left. */
  onFlush?(): void;
  /** The user's functions are there. */
  onFunctions?(): void;
  /** Whether the thread's heap is used up for good, asked where the user's functions run. */
  isSpent?(): boolean;
  /** Imports the user's functions; one for the whole life of a thread. */
  readonly functions?: FunctionLoader;
}

/** Past its end a split reads on in small steps: all it needs is the rest of one record. */
const tailBytes = 1 << 16;
/** How much of a rejected record is kept for `--rejects`. */
const keepRecordBytes = 1 << 20;
/** How much is kept of a record that is too long to be read. */
const keepLongRecordBytes = 1 << 10;
/** So often is told how far it is, where chunks come faster. */
const reportBytes = 4 << 20;
const reportMs = 20;
const longestLineEnd = 2;
const noRecords: RecordCounts = { read: 0, matched: 0, filtered: 0, rejected: 0 };
/** Of the arena: above it what was gathered leaves at the next chunk boundary. */
const softShare = 0.6;
/** Of the arena: less is not handed out for its own sake. */
const leastRelief = 0.2;

/** Throws UsageError, RunError, ArenaFullError, PoisonRecordError. */
export async function scan(task: ScanTask, context: ScanContext): Promise<ScanOutcome> {
  const started = monotonicMs();
  const functions = await (context.functions ?? new FunctionLoader()).load(task.plan.modules);
  if (task.plan.modules !== undefined) context.onFunctions?.();
  if (task.source.input === 'rejects') {
    return { ...replay(task, context, functions, batchLimits(task)), elapsedMs: monotonicMs() - started };
  }
  const scanner = new Scanner(task, context, functions);
  let outcome: Omit<ScanOutcome, 'elapsedMs'>;
  try {
    await scanner.run();
    outcome = scanner.outcome();
  } finally {
    await scanner.close();
  }
  return { ...outcome, elapsedMs: monotonicMs() - started };
}

function batchLimits({ source, limits, rejectAll }: ScanTask): Omit<BatchLimits, 'rejectsFile'> {
  return {
    fileName: source.name,
    keepRejects: limits.keepRejects,
    keepRecordBytes,
    keepLongRecordBytes,
    rejectAll: rejectAll ?? null,
  };
}

class Scanner {
  readonly #task: ScanTask;
  readonly #context: ScanContext;
  readonly #reader;
  readonly #window: InputWindow;
  readonly #tokenizer: Tokenizer;
  readonly #processor: BatchProcessor;
  readonly #rejectsFile: RejectsWriter | null;
  /** Bytes to pass over before the scan begins, where the input can be opened at its start only. */
  readonly #beginAt: number;
  #firstRecord = 0;
  /** From here on bytes are this split's: the file's start with what precedes its first record, or the first record. */
  #firstByte = 0;
  #reportedOffset = 0;
  #reportedAtMs = 0;
  /** Only the user's functions keep what they should not, and only files can be gone on with anywhere. */
  readonly #canCutShort: boolean;
  #isCutShort = false;
  readonly #mostRejects: number;
  /** Of one record: more than may be read, and no less than is kept of one that is too long. */
  readonly #mostHeldBytes: number;
  #usedAfterRelief = 0;
  #reported: RecordCounts = { read: 0, matched: 0, filtered: 0, rejected: 0 };

  constructor(task: ScanTask, context: ScanContext, functions: FunctionRegistry) {
    const { plan, source, split } = task;
    const { arena } = context;
    this.#task = task;
    this.#context = context;
    const needed = plan.columns.filter((column) => column.source === 'field');
    const batch = allocateBatch(arena, needed.length, rowsPerBatch(plan));
    const format = formatByName(plan.format.name);
    this.#tokenizer = createTokenizer(arena, format.tokenizer(plan.format, needed), batch);
    this.#rejectsFile = typeof task.rejectsPath === 'string' ? new RejectsWriter(task.rejectsPath) : null;
    const limits = { ...batchLimits(task), rejectsFile: this.#rejectsFile };
    this.#processor = new BatchProcessor(plan, arena, batch, limits, task.results ?? unlimitedResults, functions);
    const input = inputByName(source.input);
    this.#beginAt = task.firstRecord ?? Math.max(0, split.start - 1);
    const openAt = input.splittable ? this.#beginAt : 0;
    this.#mostHeldBytes = Math.max(task.limits.maxRecordBytes + longestLineEnd, keepLongRecordBytes);
    this.#mostRejects = task.limits.mostRejects ?? Number.POSITIVE_INFINITY;
    this.#canCutShort = plan.modules !== undefined && input.splittable;
    this.#reader = input.open(source, openAt, task.prefix ?? null);
    this.#window = new InputWindow(arena, this.#reader, openAt);
    // a record that a worker died of is met batch by batch; with the window there, the loop takes only what is left
    if (!task.careful) this.#processor.openLoop(this.#tokenizer, task.limits.maxRecordBytes);
  }

  async run(): Promise<void> {
    const { split } = this.#task;
    await this.#passOver(this.#beginAt);
    await this.#findFirstRecord();
    this.#firstRecord = this.#window.offset;
    this.#firstByte = split.start === 0 ? 0 : this.#firstRecord;
    this.#reportedOffset = this.#firstByte;
    while (this.#window.offset < split.end && !this.#isEnough()) {
      this.#tokenize();
      if (this.#window.offset >= split.end || this.#isEnough()) break;
      if (this.#window.ended) {
        if (this.#window.length > 0) throw new Error(`The tokenizer left ${this.#window.length} bytes at the end`);
        break;
      }
      if (this.#window.length > this.#mostHeldBytes) await this.#skipLongRecord();
      else {
        // awaiting what is done already would cost more than all else between two chunks of a file
        const filling = this.#fill();
        if (filling !== null) await filling;
      }
      if (this.#isReportDue()) this.#report();
      this.#relieve();
    }
    this.#report();
  }

  async close(): Promise<void> {
    try {
      this.#processor.sink.close();
      this.#rejectsFile?.close();
    } finally {
      await this.#reader.close();
    }
  }

  outcome(): Omit<ScanOutcome, 'elapsedMs'> {
    return {
      type: 'scan',
      ...this.#processor.sink.finish(),
      records: this.#processor.counts,
      bytesRead: this.#window.offset - this.#firstByte,
      firstRecord: this.#firstRecord,
      nextRecord: this.#window.offset,
      ...(this.#isCutShort ? { isCutShort: true } : {}),
      rejects: this.#processor.rejects,
      ...(this.#rejectsFile === null ? {} : { rejectsPaths: this.#rejectsFile.paths }),
    };
  }

  /** Processes all whole records that the window holds, or as many as are wanted. */
  #tokenize(): void {
    const window = this.#window;
    const context = this.#context;
    const processor = this.#processor;
    const { split, limits, careful } = this.#task;
    const limit = window.addressOf(split.end);
    const shift = window.offset - window.begin;
    while (window.begin < limit && !this.#isEnough()) {
      context.onBatch?.(window.begin + shift, window.endOffset, 0);
      if (processor.hasLoop) {
        const end = processor.runLoop(window, limit);
        if (end === loopEnds.bytes) break;
        if (end === loopEnds.stuck) continue;
      }
      const at = window.begin;
      const isCareful = careful && at + shift >= careful.start && at + shift < careful.end;
      const until = isCareful ? Math.min(limit, at + 1) : limit;
      const { rows, next } = this.#tokenizer.run(at, window.end, until, window.ended);
      if (next === at) break;
      if (rows > 0) {
        context.onBatch?.(at + shift, next + shift, rows);
        if (next - at > limits.maxRecordBytes) processor.refuseLong(rows, limits.maxRecordBytes);
        processor.process(rows, window);
        if (this.#canCutShort) this.#isCutShort = context.isSpent?.() === true;
      }
      window.consumeTo(next);
    }
    context.onBatch?.(0, 0, 0); // what comes now are bytes, not records
  }

  #isEnough(): boolean {
    return this.#isCutShort || this.#processor.sink.satisfied || this.#processor.rejected > this.#mostRejects;
  }

  async #findFirstRecord(): Promise<void> {
    const { split, firstRecord } = this.#task;
    if (firstRecord !== null && firstRecord > 0) return;
    if (split.start === 0) {
      for (;;) {
        await this.#fill();
        const { begin, end, ended } = this.#window;
        const start = this.#tokenizer.skipPreamble(begin, end, ended);
        if (start !== null) return this.#window.consumeTo(start);
      }
    }
    await this.#skipTo(new RecordEnd(null), split.end);
  }

  /** Moves forward to an offset of the source; its beginning is the reader's. */
  async #passOver(offset: number): Promise<void> {
    const window = this.#window;
    while (window.offset < offset && !window.ended) {
      window.consumeTo(window.addressOf(offset));
      if (window.offset < offset) await this.#fill();
      this.#context.onChunk(0, noRecords);
    }
  }

  /**
   * Moves behind the end, or to the end of the source, and not much further than `limit`: what ends beyond it is of no
   * concern here. Keeps nothing of what it passes.
   */
  async #skipTo(end: RecordEnd, limit: number): Promise<void> {
    const window = this.#window;
    for (;;) {
      const at = end.find(window.bytes);
      if (at >= 0) return window.consumeTo(window.begin + at);
      window.consumeTo(window.end);
      if (window.ended || window.offset >= limit) return;
      await this.#fill();
      this.#context.onChunk(0, noRecords); // a record may be many chunks long, and each is a sign of life
    }
  }

  async #skipLongRecord(): Promise<void> {
    const { offset, bytes } = this.#window;
    const head = bytes.slice(0, keepLongRecordBytes);
    const end = new RecordEnd(this.#task.plan.format.dialect);
    await this.#skipTo(end, Number.POSITIVE_INFINITY);
    this.#processor.reject(offset, rejectReasons[3], head, this.#window.offset - offset - end.lineEndBytes);
  }

  #fill(): Promise<void> | null {
    const left = this.#task.split.end - this.#window.endOffset;
    // a record that goes on far beyond the end is not looked at from its beginning for every small step
    return this.#window.fill(left > 0 ? left : Math.max(tailBytes, this.#window.length));
  }

  /** At the soft line what was gathered leaves, if it is enough to be worth it. */
  #relieve(): void {
    const { arena } = this.#context;
    const used = arena.kernels.arenaUsed() >>> 0;
    if (used < arena.limitBytes * softShare || used < this.#usedAfterRelief + arena.limitBytes * leastRelief) return;
    this.#processor.flush();
    this.#context.onFlush?.();
    this.#usedAfterRelief = arena.kernels.arenaUsed() >>> 0;
  }

  /** A loop takes a chunk in less than saying so would take. */
  #isReportDue(): boolean {
    if (!this.#processor.hasLoop || this.#window.offset - this.#reportedOffset >= reportBytes) return true;
    return monotonicMs() - this.#reportedAtMs >= reportMs;
  }

  #report(): void {
    this.#reportedAtMs = monotonicMs();
    const counts = this.#processor.counts;
    const before = this.#reported;
    this.#context.onChunk(this.#window.offset - this.#reportedOffset, {
      read: counts.read - before.read,
      matched: counts.matched - before.matched,
      filtered: counts.filtered - before.filtered,
      rejected: counts.rejected - before.rejected,
    });
    this.#reported = counts;
    this.#reportedOffset = this.#window.offset;
  }
}
