/**
 * Result rows as they were encoded, in an arena: values are made of them only for whoever asks. Lines of CSV need none, and making
 * a row's values takes longer than everything else that happens to it.
 */
import type { RowBlock } from '../core/row-block.ts';
import type { SqlType, Value } from '../core/value.ts';
import type { Plan } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import { RowDecoder } from './row-codec.ts';
import { integerWidth, outputTypes } from './rows.ts';

const csvBytes = 64 * 1024;
/** Behind the room, which kernels may overwrite. */
const slackBytes = 64;
/** After so many rows in a row that no kernel takes, the rest of a block is not tried. */
const patience = 8;

/** As workers/kernels/csv-text.ts numbers them. */
const printedTypes: readonly (SqlType | null)[] = ['integer', 'double', 'text', 'boolean', 'timestamp'];

/** What encoded rows of a plan are made of, and room for their text. One for an answer. */
export class RowShape {
  readonly arena: Arena;
  readonly types: readonly SqlType[];
  readonly width;
  /** Whether a kernel prints every type. */
  readonly isPrinted: boolean;
  readonly #types: number;
  #out = 0;

  /** Throws ArenaFullError. */
  constructor(plan: Plan, arena: Arena) {
    this.arena = arena;
    this.types = outputTypes(plan);
    this.width = integerWidth(plan);
    const numbers = this.types.map((type) => printedTypes.indexOf(type));
    this.isPrinted = !numbers.includes(-1);
    this.#types = arena.alloc(Math.max(1, numbers.length) * 4);
    arena.u32.set(numbers, this.#types / 4);
  }

  /** Lines for rows of [begin, end): how many there are, where it stopped, and the text. */
  toCsv(begin: number, end: number): { readonly rows: number; readonly stopped: number; readonly text: Uint8Array } {
    const { kernels } = this.arena;
    this.#out ||= this.arena.alloc(csvBytes + slackBytes);
    const out = this.#out;
    const rows = kernels.rowsToCsv(this.#types, this.types.length, this.#wide, begin, end, out, out + csvBytes) >>> 0;
    return { rows, stopped: kernels.csvStopped() >>> 0, text: this.arena.u8.subarray(out, kernels.csvEnd() >>> 0) };
  }

  /** Passes over at most `most` rows of [begin, end): how many, and where it stopped. */
  skip(begin: number, end: number, most: number): { readonly rows: number; readonly stopped: number } {
    const { kernels } = this.arena;
    const stopped = kernels.skipRows(this.#types, this.types.length, this.#wide, begin, end, most) >>> 0;
    return { rows: kernels.rowsSkipped() >>> 0, stopped };
  }

  get #wide(): number {
    return this.width === 'wide' ? 1 : 0;
  }
}

export class EncodedRows implements RowBlock {
  readonly length: number;
  readonly csvParts?: () => Iterable<Uint8Array | Value[][]>;
  readonly #shape: RowShape;
  readonly #begin: number;
  readonly #end: number;

  /** `rows` rows at [begin, end) of the shape's arena. */
  constructor(shape: RowShape, begin: number, end: number, rows: number) {
    this.#shape = shape;
    this.#begin = begin;
    this.#end = end;
    this.length = rows;
    if (shape.isPrinted) this.csvParts = () => this.#csvParts();
  }

  [Symbol.iterator](): Iterator<Value[]> {
    return this.#decoded(this.#begin, this.length)[Symbol.iterator]();
  }

  *#csvParts(): Generator<Uint8Array | Value[][]> {
    const shape = this.#shape;
    let left = this.length;
    let odd: Value[][] = [];
    for (let at = this.#begin; left > 0; ) {
      if (odd.length === patience) {
        odd.push(...this.#decoded(at, left));
        break;
      }
      const { rows, stopped, text } = shape.toCsv(at, this.#end);
      if (rows > 0) {
        if (odd.length > 0) yield odd;
        odd = [];
        yield text;
        left -= rows;
        at = stopped;
        continue;
      }
      odd.push(...this.#decoded(at, 1));
      at = shape.skip(at, this.#end, 1).stopped;
      left--;
    }
    if (odd.length > 0) yield odd;
  }

  #decoded(begin: number, rows: number): Value[][] {
    const { arena, types, width } = this.#shape;
    const decoder = new RowDecoder(arena.u8.subarray(begin, this.#end), types, width);
    return Array.from({ length: rows }, () => decoder.next() ?? []);
  }
}
