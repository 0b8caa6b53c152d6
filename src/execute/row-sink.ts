/**
 * Matched records of a plain select, encoded as result rows: in file order, or with sort keys where there is ORDER BY, of
 * which only the first limit + offset are kept.
 */
import type { Plan } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import { RowEncoder } from './row-encoder.ts';
import { isSorted, rowsWanted, type SortedRow, sortedBlock } from './rows.ts';
import type { Sink } from './sink.ts';
import type { Vector } from './vector.ts';

const blockBytes = 1 << 20;

export class RowSink implements Sink {
  readonly exprs;
  readonly #arena: Arena;
  readonly #wanted: number;
  readonly #rowEncoder: RowEncoder;
  readonly #keyEncoder: RowEncoder | null;
  readonly #outputCount: number;
  readonly #blocks: Uint8Array[] = [];
  #writer = new ByteWriter(1 << 16);
  #sorted: SortedRow[] = [];
  #rowCount = 0;

  /** Throws ArenaFullError. */
  constructor(plan: Plan, arena: Arena) {
    this.#arena = arena;
    this.#wanted = rowsWanted(plan);
    this.#outputCount = plan.outputs.length;
    this.exprs = [...plan.outputs.map((output) => output.expr), ...plan.orderBy.map((term) => term.expr)];
    this.#rowEncoder = new RowEncoder(arena, plan.outputs.length);
    this.#keyEncoder = isSorted(plan) ? new RowEncoder(arena, plan.orderBy.length, plan.orderBy) : null;
  }

  get satisfied(): boolean {
    return this.#keyEncoder === null && this.#rowCount >= this.#wanted;
  }

  conditionOf(): number {
    return -1;
  }

  add(vectors: readonly Vector[], rows: number): void {
    if (this.#keyEncoder === null) this.#addInFileOrder(vectors, Math.min(rows, this.#wanted - this.#rowCount));
    else this.#addSorted(this.#keyEncoder, vectors, rows);
  }

  finish(): { partials: Uint8Array[]; rows: Uint8Array[]; rowCount: number } {
    if (this.#keyEncoder !== null) {
      this.#prune();
      if (this.#sorted.length > 0) this.#blocks.push(sortedBlock(this.#sorted));
      return { partials: [], rows: this.#blocks, rowCount: this.#sorted.length };
    }
    if (this.#writer.length > 0) this.#blocks.push(this.#writer.finish());
    return { partials: [], rows: this.#blocks, rowCount: this.#rowCount };
  }

  #addInFileOrder(vectors: readonly Vector[], rows: number): void {
    if (rows <= 0) return;
    const { begin, end } = this.#rowEncoder.encode(vectors, rows);
    this.#writer.append(this.#arena.u8.subarray(begin, end));
    this.#rowCount += rows;
    if (this.#writer.length >= blockBytes) {
      this.#blocks.push(this.#writer.finish());
      this.#writer = new ByteWriter(1 << 16);
    }
  }

  #addSorted(keyEncoder: RowEncoder, vectors: readonly Vector[], rows: number): void {
    this.#rowEncoder.encode(vectors.slice(0, this.#outputCount), rows);
    keyEncoder.encode(vectors.slice(this.#outputCount), rows);
    const { u8, u32 } = this.#arena;
    for (let i = 0; i < rows; i++) {
      this.#sorted.push({
        key: copySpan(u8, u32, keyEncoder.spans, i),
        row: copySpan(u8, u32, this.#rowEncoder.spans, i),
      });
    }
    if (this.#sorted.length > 2 * this.#wanted + 4096) this.#prune();
  }

  /** Stable, so that equal keys stay in file order. */
  #prune(): void {
    this.#sorted.sort((a, b) => Buffer.compare(a.key, b.key));
    if (this.#sorted.length > this.#wanted) this.#sorted.length = this.#wanted;
  }
}

function copySpan(u8: Uint8Array, u32: Uint32Array, spans: number, i: number): Uint8Array {
  const at = spans / 4 + i * 2;
  const begin = u32[at] ?? 0;
  return u8.slice(begin, begin + (u32[at + 1] ?? 0));
}
