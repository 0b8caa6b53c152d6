/**
 * Matched records of a plain select, encoded as result rows: in file order as blocks, or under sort keys where there is
 * ORDER BY: sorted in the arena, of which only the first limit + offset are kept, or as many as fit: then they leave as a
 * sorted run, and the next one begins.
 */
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ResultLimits } from './messages.ts';
import { RowEncoder } from './row-encoder.ts';
import { RowOutbox } from './row-outbox.ts';
import { isSorted, rowsWanted } from './rows.ts';
import type { Sink, SinkResult } from './sink.ts';
import { Sorter } from './sorter.ts';
import type { Vector } from './vector.ts';

const blockBytes = 1 << 18;
/** Rows beyond what is wanted are dropped when they are so many. */
const slackRows = 4096;

export class RowSink implements Sink {
  readonly exprs;
  readonly #arena: Arena;
  readonly #wanted: number;
  readonly #rowEncoder: RowEncoder;
  readonly #keyEncoder: RowEncoder | null;
  readonly #sorter: Sorter | null;
  readonly #outputCount: number;
  readonly #outbox: RowOutbox;
  readonly #writer = new ByteWriter(blockBytes);
  #rowCount = 0;

  /** Throws ArenaFullError. */
  constructor(plan: Plan, arena: Arena, results: ResultLimits) {
    this.#arena = arena;
    this.#wanted = rowsWanted(plan);
    this.#outputCount = plan.outputs.length;
    this.exprs = [...plan.outputs.map((output) => output.expr), ...plan.orderBy.map((term) => term.expr)];
    this.#rowEncoder = new RowEncoder(arena, plan.outputs.length);
    this.#keyEncoder = isSorted(plan) ? new RowEncoder(arena, plan.orderBy.length, plan.orderBy) : null;
    this.#sorter = this.#keyEncoder === null ? null : new Sorter(arena, this.#wanted);
    this.#outbox = new RowOutbox(results.resultBytes, results.spill, isSorted(plan));
  }

  get satisfied(): boolean {
    return this.#sorter === null && this.#rowCount >= this.#wanted;
  }

  conditionOf(): number {
    return -1;
  }

  add(vectors: readonly Vector[], rows: number): void {
    if (this.#keyEncoder === null || this.#sorter === null) {
      this.#addInFileOrder(vectors, Math.min(rows, this.#wanted - this.#rowCount));
    } else {
      this.#rowEncoder.encode(vectors.slice(0, this.#outputCount), rows);
      this.#keyEncoder.encode(vectors.slice(this.#outputCount), rows);
      this.#addSorted(this.#sorter, this.#keyEncoder.spans, rows);
    }
  }

  /** What was gathered leaves the arena. */
  flush(): void {
    if (this.#sorter === null) return;
    this.#sorter.prune();
    this.#rowCount += this.#sorter.rows;
    this.#sorter.flush(this.#outbox);
  }

  finish(): SinkResult {
    this.flush();
    this.#leave();
    return { partials: [], spilledPartials: [], ...this.#outbox.finish(), rowCount: this.#rowCount };
  }

  close(): void {
    this.#outbox.close();
  }

  #addInFileOrder(vectors: readonly Vector[], rows: number): void {
    if (rows <= 0) return;
    const { begin, end } = this.#rowEncoder.encode(vectors, rows);
    // a batch of long rows is a block of its own
    if (this.#writer.length + end - begin > blockBytes) this.#leave();
    if (end - begin > blockBytes) this.#outbox.add(this.#arena.u8.slice(begin, end));
    else this.#writer.append(this.#arena.u8.subarray(begin, end));
    this.#rowCount += rows;
  }

  #leave(): void {
    if (this.#writer.length > 0) this.#outbox.add(this.#writer.finish());
    this.#writer.clear();
  }

  #addSorted(sorter: Sorter, keys: number, rows: number): void {
    for (let from = 0, stuck = false; from < rows; ) {
      const reached = sorter.addSpans(keys, this.#rowEncoder.spans, from, rows);
      if (reached === rows) break;
      if (stuck && reached === from) {
        throw new ArenaFullError('Cannot sort a row: the arena is full: raise --worker-arena or --memory');
      }
      stuck = reached === from;
      from = reached;
      // where dropping rows does not help for long, the run leaves
      if (!sorter.prune() || sorter.rows * 2 > this.#wanted + slackRows) this.flush();
    }
    if (sorter.rows > 2 * this.#wanted + slackRows) sorter.prune();
  }
}
