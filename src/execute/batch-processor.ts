/**
 * One batch of tokenized records through the plan: malformed ones out, WHERE, the sink's expressions, failures out, the rest
 * into the sink. Every record ends up in exactly one of matched, filtered, rejected.
 */

import type { RecordCounts, Reject } from '../core/reject.ts';
import { rejectReasons } from '../core/reject.ts';
import { builtIns, type FunctionRegistry } from '../query/functions/registry.ts';
import type { Expr, Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { BatchLoop, loopEnds } from './batch-loop/batch-loop.ts';
import { explainReject } from './explain-reject.ts';
import { GroupSink } from './group-sink.ts';
import type { InputWindow } from './input-window.ts';
import type { ResultLimits } from './messages.ts';
import { prefilterOf } from './prefilter.ts';
import { PoisonRecordError, RecordFailure } from './record-failure.ts';
import type { RejectsWriter } from './rejects-writer.ts';
import { RowSink } from './row-sink.ts';
import type { Sink } from './sink.ts';
import { TextScratch } from './text-scratch.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { Batch, Vector } from './vector.ts';
import { type ColumnStorage, compileStage, type Stage } from './vectorize.ts';

/** Where in its source a batch stands: the offset of what is at the address `begin`. */
export type BatchPlace = Pick<InputWindow, 'offset' | 'begin'>;

export interface BatchLimits {
  readonly fileName: string;
  readonly keepRejects: number;
  /** How much of a rejected record is kept. */
  readonly keepRecordBytes: number;
  /** The same of one that is too long, held or not. */
  readonly keepLongRecordBytes: number;
  /** Where every reject goes, beside those that are kept. */
  readonly rejectsFile: RejectsWriter | null;
  /** Records are rejected for this reason without being looked at; null: they are not. */
  readonly rejectAll: string | null;
}

interface Stages {
  readonly prefilter: Stage | null;
  readonly filter: Stage | null;
  readonly project: Stage;
}

const tooLong = 3;
/** After so many records a prefilter that leaves more than half of them is given up. */
const prefilterTrial = 1 << 14;
/** Whole rejects that are handed back take no more than this, however many are asked for. */
const mostKeptBytes = 4 << 20;

export class BatchProcessor {
  readonly sink: Sink;
  readonly rejects: Reject[] = [];
  readonly #counts = { read: 0, matched: 0, filtered: 0, rejected: 0 };
  readonly #plan: Plan;
  readonly #arena: Arena;
  readonly #batch: Batch;
  readonly #limits: BatchLimits;
  readonly #columns: readonly ColumnStorage[];
  readonly #scratch: TextScratch;
  /** Compiled for the first batch that is processed here. */
  #stages: Stages | null = null;
  /** Cheap part of the filter, asked first while it leaves few enough records to be worth it. */
  #prefilter: Expr | null;
  #loop: BatchLoop | null = null;
  #prefiltered = 0;
  #prefilterLeft = 0;
  /** Two selections in turn: one is read while the other is written. */
  readonly #selections: readonly [number, number];
  readonly #chosen: number;
  readonly #errors: number;
  readonly #masked: number;
  readonly #functions: FunctionRegistry;
  readonly #fileNames: FileNames;
  readonly #hasPseudoColumns: boolean;
  #fileName: string;
  #keptBytes = 0;
  /** Rejects of the batch at hand; their records are views. */
  #ofBatch: Reject[] = [];

  /** Throws ArenaFullError. */
  constructor(
    plan: Plan,
    arena: Arena,
    batch: Batch,
    limits: BatchLimits,
    results: ResultLimits,
    functions: FunctionRegistry = builtIns,
  ) {
    this.#plan = plan;
    this.#arena = arena;
    this.#batch = batch;
    this.#limits = limits;
    this.#functions = functions;
    this.sink =
      plan.shape === 'grouped' ? new GroupSink(plan, arena, results, functions) : new RowSink(plan, arena, results);
    this.#scratch = new TextScratch(arena);
    this.#fileName = limits.fileName;
    this.#fileNames = new FileNames(arena);
    this.#hasPseudoColumns = plan.columns.some(({ source }) => source !== 'field');
    this.#columns = placeColumns(plan, arena, batch, this.#fileNames, limits.fileName);
    this.#prefilter = prefilterOf(plan.filter);
    const { batchRows } = arena;
    this.#selections = [arena.alloc(batchRows * 4), arena.alloc(batchRows * 4)];
    this.#chosen = arena.alloc(batchRows * 4);
    this.#errors = arena.alloc(batchRows);
    this.#masked = arena.alloc(batchRows);
  }

  get rejected(): number {
    return this.#counts.rejected;
  }

  /** What the loop has counted is taken from it first. */
  get counts(): RecordCounts {
    if (this.#loop !== null) this.#noteLooped(this.#loop);
    return { ...this.#counts };
  }

  /** Whether batches may go through `runLoop`. */
  get hasLoop(): boolean {
    return this.#loop !== null;
  }

  /** At the soft line of memory. */
  flush(): void {
    this.sink.flush();
    this.#loop?.forget();
  }

  /** Takes the batch's first `rows` records; `window` says where in the file they stand. */
  process(rows: number, window: BatchPlace): void {
    this.#process(rows, window);
    if (this.#ofBatch.length > 0) this.#keepInOrder();
  }

  #process(rows: number, window: BatchPlace): void {
    const { kernels } = this.#arena;
    const [first, second] = this.#selections;
    this.#counts.read += rows;
    if (this.#limits.rejectAll !== null) {
      this.#rejectRows(rows, this.#limits.rejectAll, window);
      return;
    }
    this.#scratch.reset();
    if (this.#hasPseudoColumns) this.#fillPseudoColumns(rows, window);

    const { prefilter, filter, project } = this.#compiled();
    let selection = 0;
    let count = rows;
    if (kernels.greatestFlag(this.#batch.flags, rows) !== 0) {
      this.#rejectMalformed(rows, window);
      selection = first;
      count = kernels.selectValid(this.#batch.flags, rows, first) >>> 0;
    }
    if (prefilter !== null && this.#prefilter !== null && count > 0) {
      const left = this.#selectLeft(prefilter, count, selection);
      this.#counts.filtered += count - left;
      if (left < count) {
        selection = this.#narrow(selection, left, selection === first ? second : first);
        count = left;
      }
    }
    if (filter !== null && count > 0) {
      const condition = filter.run(count, selection)[0];
      if (condition === undefined) throw new Error('A filter stage has one vector');
      const failed = this.#rejectErrors([condition], count, selection, window);
      const passed = kernels.selectTrue(condition.data, condition.flags, count, this.#chosen) >>> 0;
      this.#counts.filtered += count - failed - passed;
      if (passed < count) {
        selection = this.#narrow(selection, passed, selection === first ? second : first);
        count = passed;
      }
    }
    if (count === 0) return;
    let vectors = project.run(count, selection);
    // once more only where a user's function changes its mind
    while (this.#rejectErrors(vectors, count, selection, window) > 0) {
      const sound = kernels.selectSound(this.#errors, count, this.#chosen) >>> 0;
      selection = this.#narrow(selection, sound, selection === first ? second : first);
      count = sound;
      if (count === 0) return;
      vectors = project.run(count, selection);
    }
    this.#counts.matched += count;
    try {
      this.sink.add(vectors, count);
    } catch (error) {
      if (!(error instanceof RecordFailure)) throw error;
      const row = selection === 0 ? error.row : (this.#arena.u32[selection / 4 + error.row] ?? 0);
      throw new PoisonRecordError(this.#place(row, window).offset, error.message);
    }
  }

  /** Rows for which the prefilter is not FALSE, into `#chosen`; how many. */
  #selectLeft(prefilter: Stage, count: number, selection: number): number {
    const [condition] = prefilter.run(count, selection);
    if (condition === undefined) throw new Error('A filter stage has one vector');
    const left = this.#arena.kernels.selectNotFalse(condition.data, condition.flags, count, this.#chosen) >>> 0;
    this.#judgePrefilter(count, left);
    return left;
  }

  /** Of so many records it has left so many. */
  #judgePrefilter(asked: number, left: number): void {
    this.#prefiltered += asked;
    this.#prefilterLeft += left;
    if (this.#prefiltered > prefilterTrial && this.#prefilterLeft > this.#prefiltered / 2) this.#prefilter = null;
  }

  /** Where the arena is full, what was gathered leaves, and the loop with it: then there is room, or there never was. */
  #compiled(): Stages {
    if (this.#stages !== null) return this.#stages;
    try {
      this.#stages = this.#compile();
    } catch (error) {
      if (!(error instanceof ArenaFullError)) throw error;
      this.sink.flush();
      this.#loop?.close();
      this.#loop = null;
      this.#stages = this.#compile();
    }
    return this.#stages;
  }

  #compile(): Stages {
    const stages: Stage[] = [];
    const stageOf = (exprs: readonly Expr[]) => {
      const stage = compileStage(exprs, this.#columns, this.#arena, this.#scratch, this.#functions);
      stages.push(stage);
      return stage;
    };
    try {
      return {
        prefilter: this.#prefilter === null ? null : stageOf([this.#prefilter]),
        filter: this.#plan.filter === null ? null : stageOf([this.#plan.filter]),
        project: stageOf(this.sink.exprs),
      };
    } catch (error) {
      for (const stage of stages) stage.close();
      throw error;
    }
  }

  /** Makes `runLoop` worth calling where the plan is one for it. */
  openLoop(tokenizer: Tokenizer, maxRecordBytes: number): void {
    if (!(this.sink instanceof GroupSink) || this.#limits.rejectAll !== null) return;
    this.#loop = BatchLoop.open({
      plan: this.#plan,
      arena: this.#arena,
      batch: this.#batch,
      tokenizer,
      sink: this.sink,
      columns: this.#columns,
      functions: this.#functions,
      prefilter: this.#prefilter,
      maxRecordBytes,
      selections: this.#selections,
      chosen: this.#chosen,
    });
    if (this.#loop !== null) this.sink.noteEmpty();
  }

  /** Takes what the loop can of the window; how that ended (`loopEnds`). */
  runLoop(window: InputWindow, limit: number): number {
    const loop = this.#loop;
    if (loop === null) return loopEnds.batch;
    const end = loop.run(window, limit);
    if (end !== loopEnds.bytes) {
      this.#noteLooped(loop);
      if (loop.isVain) {
        loop.close();
        this.#loop = null;
      }
    }
    return end;
  }

  #noteLooped(loop: BatchLoop): void {
    const { read, matched, filtered, prefiltered, prefilterLeft } = loop.take();
    this.#counts.read += read;
    this.#counts.matched += matched;
    this.#counts.filtered += filtered;
    if (this.#prefilter === null) return;
    this.#judgePrefilter(prefiltered, prefilterLeft);
    if (this.#prefilter === null) loop.dropPrefilter();
  }

  /** Marks records of the batch that are longer than they may be: the same ones as if they had not been held. */
  refuseLong(rows: number, mostBytes: number): void {
    const lengths = this.#arena.u32.subarray(this.#batch.recordLengths / 4, this.#batch.recordLengths / 4 + rows);
    lengths.forEach((length, row) => {
      if (length > mostBytes) this.#arena.u8[this.#batch.flags + row] = tooLong;
    });
  }

  /** A record that was never in a batch: too long. */
  reject(offset: number, reason: string, record: Uint8Array, recordBytes = record.length): void {
    this.#counts.read++;
    this.#counts.rejected++;
    this.#keep(offset, reason, record, recordBytes);
    this.#keepInOrder();
  }

  /** Records come from this file from now on. */
  setFile(name: string): void {
    if (name === this.#fileName) return;
    this.#fileName = name;
    this.#plan.columns.forEach(({ source }, i) => {
      const storage = this.#columns[i];
      if (source === '_file' && storage !== undefined) this.#fileNames.fill(name, storage.address);
    });
  }

  /** Puts selection[chosen[i]] (or chosen[i] itself without a selection) into `out`. */
  #narrow(selection: number, count: number, out: number): number {
    const { kernels } = this.#arena;
    if (selection === 0) this.#arena.u8.copyWithin(out, this.#chosen, this.#chosen + count * 4);
    else kernels.gather4(selection, this.#chosen, count, out);
    return out;
  }

  /** Counts and keeps rows with an error in any vector (marked in `#errors`); how many there are. */
  #rejectErrors(vectors: readonly Vector[], count: number, selection: number, window: BatchPlace): number {
    const { kernels } = this.#arena;
    let marked = false;
    for (let i = 0; i < vectors.length; i++) {
      const vector = vectors[i];
      if (vector === undefined || kernels.anyError(vector.flags, count) === 0) continue;
      const condition = vectors[this.sink.conditionOf(i)];
      if (condition !== undefined && vectors.length > 1) {
        kernels.filterFlags(vector.flags, condition.data, condition.flags, count, this.#masked);
      } else {
        this.#arena.u8.copyWithin(this.#masked, vector.flags, vector.flags + count);
      }
      if (!marked) this.#arena.u8.fill(0, this.#errors, this.#errors + this.#arena.batchRows);
      marked = true;
      kernels.mergeErrors(this.#masked, count, this.#errors);
    }
    if (!marked) return 0;
    const failed = kernels.collectErrors(this.#errors, count, this.#chosen) >>> 0;
    this.#counts.rejected += failed;
    const rows = this.#arena.u32.slice(this.#chosen / 4, this.#chosen / 4 + failed);
    for (const dense of rows) {
      if (!this.#isKept()) break;
      const row = selection === 0 ? dense : (this.#arena.u32[selection / 4 + dense] ?? 0);
      const reason = explainReject(this.#plan, this.sink, this.#functions, (column) => this.#columnText(column, row));
      this.#keepRow(row, reason, window);
    }
    return failed;
  }

  #rejectMalformed(rows: number, window: BatchPlace): void {
    const flags = this.#arena.u8.slice(this.#batch.flags, this.#batch.flags + rows);
    flags.forEach((flag, row) => {
      if (flag === 0) return;
      this.#counts.rejected++;
      if (flag === tooLong) this.#keepLongRow(row, window);
      else this.#keepRow(row, rejectReasons[2], window);
    });
  }

  #rejectRows(rows: number, reason: string, window: BatchPlace): void {
    this.#counts.rejected += rows;
    for (let row = 0; row < rows; row++) this.#keepRow(row, reason, window);
  }

  #keepRow(row: number, reason: string, window: BatchPlace): void {
    if (!this.#isKept()) return;
    const { offset, record } = this.#place(row, window);
    this.#keep(offset, reason, record);
  }

  /** As much of it is kept as of one that was never held. */
  #keepLongRow(row: number, window: BatchPlace): void {
    if (!this.#isKept()) return;
    const { offset, record } = this.#place(row, window);
    this.#keep(offset, rejectReasons[tooLong], record.subarray(0, this.#limits.keepLongRecordBytes), record.length);
  }

  /** Where a record of the batch stands in its source, and its bytes: a view. */
  #place(row: number, window: BatchPlace): { readonly offset: number; readonly record: Uint8Array } {
    const start = this.#arena.u32[this.#batch.recordStarts / 4 + row] ?? 0;
    const length = this.#arena.u32[this.#batch.recordLengths / 4 + row] ?? 0;
    return { offset: window.offset + (start - window.begin), record: this.#arena.u8.subarray(start, start + length) };
  }

  /** Whether anybody wants the next reject. */
  #isKept(): boolean {
    return this.#limits.rejectsFile !== null || this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.rejects.length < this.#limits.keepRejects && this.#keptBytes < mostKeptBytes;
  }

  #keep(offset: number, reason: string, record: Uint8Array, recordBytes = record.length): void {
    // a copy: the arena may grow before the batch is done, and no view outlives that
    const kept = record.slice(0, this.#limits.keepRecordBytes);
    const cut = kept.length < recordBytes ? { recordBytes } : {};
    this.#ofBatch.push({ file: this.#fileName, offset, reason, record: kept, ...cut });
  }

  /** A batch meets its rejects reason by reason; here they come in the order of the file. */
  #keepInOrder(): void {
    this.#ofBatch.sort((a, b) => a.offset - b.offset);
    for (const reject of this.#ofBatch) {
      this.#limits.rejectsFile?.write(reject);
      if (!this.#hasRoom()) continue;
      this.rejects.push(reject);
      this.#keptBytes += reject.record.length;
    }
    this.#ofBatch = [];
  }

  #columnText(column: number, row: number): string | null {
    const storage = this.#columns[column];
    if (storage === undefined) return null;
    if (storage.type === 'integer') return String(this.#arena.i64[storage.address / 8 + row]);
    const at = storage.address / 4 + row * 2;
    const address = this.#arena.u32[at] ?? 0;
    if (address === 0) return null;
    return Buffer.from(this.#arena.u8.subarray(address, address + (this.#arena.u32[at + 1] ?? 0))).toString('utf8');
  }

  #fillPseudoColumns(rows: number, window: BatchPlace): void {
    const { kernels } = this.#arena;
    this.#plan.columns.forEach((column, i) => {
      const storage = this.#columns[i];
      if (storage === undefined) return;
      if (column.source === '_raw') kernels.rawSpans(this.#batch.header, rows, storage.address);
      if (column.source === '_offset') {
        kernels.recordOffsets(this.#batch.header, rows, window.begin, BigInt(window.offset), storage.address);
      }
    });
  }
}

/** Fields stand where the tokenizer puts them; pseudo columns get vectors of their own. */
function placeColumns(plan: Plan, arena: Arena, batch: Batch, fileNames: FileNames, fileName: string): ColumnStorage[] {
  let field = 0;
  return plan.columns.map(({ source }) => {
    if (source === 'field') return { type: 'spans', address: batch.spans[field++] ?? 0 };
    const address = arena.alloc(arena.batchRows * 8);
    if (source === '_file') fileNames.fill(fileName, address);
    return { type: source === '_offset' ? 'integer' : 'spans', address };
  });
}

/** The values of `_file`: one text, the same in every row. */
class FileNames {
  readonly #arena: Arena;
  #text = 0;
  #bytes = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Makes every span at the address one of the name; earlier names are gone. */
  fill(name: string, address: number): void {
    const bytes = Buffer.from(name);
    if (this.#bytes > 0) this.#arena.free(this.#text, this.#bytes);
    const padded = new Uint8Array(bytes.length + 64);
    padded.set(bytes);
    this.#text = this.#arena.place(padded);
    this.#bytes = padded.length;
    this.#arena.kernels.fillSpans((BigInt(bytes.length) << 32n) | BigInt(this.#text), this.#arena.batchRows, address);
  }
}
