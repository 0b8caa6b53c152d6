/**
 * Result rows as they were encoded, in an arena: values are made of them only for whoever asks. Most text needs none, and making a
 * row's values takes longer than everything else that happens to it.
 */
import type { RowBlock, RowText } from '../core/row-block.ts';
import type { SqlType, Value } from '../core/value.ts';
import type { Plan } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import { RowDecoder } from './row-codec.ts';
import { integerWidth, outputTypes } from './rows.ts';

const textBytes = 64 * 1024;
/** Behind the room, which kernels may overwrite. */
const slackBytes = 64;
/** After so many rows in a row that no kernel takes, the rest of a block is not tried. */
const patience = 8;

/** As workers/kernels/row-text.ts numbers them. */
const printedTypes: readonly (SqlType | null)[] = ['integer', 'double', 'text', 'boolean', 'timestamp'];

const layoutBytes = 20;
const columnBytes = 12;

/** What encoded rows of a plan are made of, and room for their text. One for an answer. */
export class RowShape {
  readonly arena: Arena;
  readonly types: readonly SqlType[];
  readonly width;
  /** Whether a kernel prints every type. */
  readonly isPrinted: boolean;
  /** By the text that is asked for; null for none. */
  readonly #layouts = new Map<RowText | null, number>();
  #out = 0;

  constructor(plan: Plan, arena: Arena) {
    this.arena = arena;
    this.types = outputTypes(plan);
    this.width = integerWidth(plan);
    this.isPrinted = this.types.every((type) => printedTypes.includes(type));
  }

  /** Text of rows of [begin, end): how many there are, where it stopped, and the text. Throws ArenaFullError. */
  toText(
    text: RowText,
    begin: number,
    end: number,
  ): { readonly rows: number; readonly stopped: number; readonly bytes: Uint8Array } {
    const { kernels } = this.arena;
    const layout = this.#layout(text);
    this.#out ||= this.arena.alloc(textBytes + slackBytes);
    const out = this.#out;
    const rows = kernels.rowsToText(layout, begin, end, out, out + textBytes) >>> 0;
    return { rows, stopped: kernels.textStopped() >>> 0, bytes: this.arena.u8.subarray(out, kernels.textEnd() >>> 0) };
  }

  /** Passes over at most `most` rows of [begin, end): how many, and where it stopped. Throws ArenaFullError. */
  skip(begin: number, end: number, most: number): { readonly rows: number; readonly stopped: number } {
    const { kernels } = this.arena;
    const stopped = kernels.skipRows(this.#layout(null), begin, end, most) >>> 0;
    return { rows: kernels.rowsSkipped() >>> 0, stopped };
  }

  #layout(text: RowText | null): number {
    const known = this.#layouts.get(text);
    if (known !== undefined) return known;
    const { arena, types } = this;
    const place = (part: string): number[] => {
      const bytes = Buffer.from(part);
      return [arena.place(Buffer.concat([bytes, Buffer.alloc(slackBytes)])), bytes.length];
    };
    const after = place(text?.after ?? '');
    const columns = types.flatMap((type, i) => [printedTypes.indexOf(type), ...place(text?.before[i] ?? '')]);
    const address = arena.alloc(layoutBytes + types.length * columnBytes);
    const flags = [this.width === 'wide' ? 1 : 0, text?.values === 'json' ? 1 : 0];
    arena.u32.set([types.length, ...flags, ...after, ...columns], address / 4);
    this.#layouts.set(text, address);
    return address;
  }
}

export class EncodedRows implements RowBlock {
  readonly length: number;
  readonly parts?: (text: RowText) => Iterable<Uint8Array | Value[][]>;
  readonly #shape: RowShape;
  readonly #begin: number;
  readonly #end: number;

  /** `rows` rows at [begin, end) of the shape's arena. */
  constructor(shape: RowShape, begin: number, end: number, rows: number) {
    this.#shape = shape;
    this.#begin = begin;
    this.#end = end;
    this.length = rows;
    if (shape.isPrinted) this.parts = (text) => this.#parts(text);
  }

  [Symbol.iterator](): Iterator<Value[]> {
    return this.#decoded(this.#begin, this.length)[Symbol.iterator]();
  }

  *#parts(text: RowText): Generator<Uint8Array | Value[][]> {
    const shape = this.#shape;
    let left = this.length;
    let odd: Value[][] = [];
    for (let at = this.#begin; left > 0; ) {
      if (odd.length === patience) {
        odd.push(...this.#decoded(at, left));
        break;
      }
      const { rows, stopped, bytes } = shape.toText(text, at, this.#end);
      if (rows > 0) {
        if (odd.length > 0) yield odd;
        odd = [];
        yield bytes;
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
