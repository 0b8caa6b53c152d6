/**
 * Merges sorted runs of rows by a tree of losers with offset-value codes (Knuth 5.4.1; Conner 1977; Graefe and Do, EDBT 2023),
 * because the keys of neighbours in a sorted run mostly begin with the same bytes.
 *
 * Invariant: the code of a row says how it differs from the row that last won against it, or in its own run came before it: at
 * which byte first, and with which byte. Of two rows with codes against the same row the one with the less code comes first,
 * and the code of the other holds against it too. Only where codes are equal are bytes compared, from the offset on.
 */
import { Cursor } from './run-cursor.ts';

/** More than any key has bytes, so that a later difference is a lesser code. */
const offsets = 2 ** 32;
/** 256 bytes, and the end of the key before them. */
const values = 512;
const over = Number.POSITIVE_INFINITY;

export class RunMerge {
  readonly #cursors: readonly Cursor[];
  readonly #codes: Float64Array;
  /** By inner node of a complete tree, from 1; the runs are leaves behind them. Who lost there. */
  readonly #losers: Uint32Array;
  #winner = 0;

  /** Ties go by the order of the runs. */
  constructor(runs: readonly Iterable<Uint8Array>[]) {
    this.#cursors = runs.map((run) => new Cursor(run));
    const count = this.#cursors.length;
    this.#codes = new Float64Array(count);
    this.#cursors.forEach((cursor, i) => {
      this.#codes[i] = cursor.isOver ? over : codeOf(cursor.piece, cursor.keyBegin, cursor.rowBegin, 0);
    });
    this.#losers = new Uint32Array(count);
    if (count > 0) this.#winner = this.#play(1);
  }

  /** Undefined at the end of all runs. */
  get top(): Cursor | undefined {
    const cursor = this.#cursors[this.#winner];
    return cursor === undefined || cursor.isOver ? undefined : cursor;
  }

  /** Ends runs that were not read to their end. */
  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }

  /** Goes on to the row behind the top. */
  advance(): void {
    let winner = this.#winner;
    const cursor = this.#cursors[winner];
    if (cursor === undefined) return;
    this.#codes[winner] = advanced(cursor);
    const losers = this.#losers;
    for (let node = (winner + losers.length) >> 1; node > 0; node >>= 1) {
      const other = losers[node] ?? 0;
      if (this.#comesFirst(winner, other)) continue;
      losers[node] = winner;
      winner = other;
    }
    this.#winner = winner;
  }

  /** Who wins below a node, after everybody has played there. */
  #play(node: number): number {
    const count = this.#losers.length;
    if (node >= count) return node - count;
    const [a, b] = [this.#play(2 * node), this.#play(2 * node + 1)];
    const winner = this.#comesFirst(a, b) ? a : b;
    this.#losers[node] = a + b - winner;
    return winner;
  }

  /** Of two runs whose codes are against the same row. Where these are equal, the loser gets one against the winner. */
  #comesFirst(a: number, b: number): boolean {
    const codes = this.#codes;
    const code = codes[a] ?? over;
    const other = codes[b] ?? over;
    if (code !== other) return code < other;
    const [first, second] = [this.#cursors[a], this.#cursors[b]];
    if (code === over || first === undefined || second === undefined) return a < b;
    const length = first.rowBegin - first.keyBegin;
    const otherLength = second.rowBegin - second.keyBegin;
    const common = Math.min(length, otherLength);
    let offset = Math.min(common, offsets - Math.floor(code / values));
    const { piece } = first;
    const at = first.keyBegin;
    const otherPiece = second.piece;
    const otherAt = second.keyBegin;
    while (offset < common && piece[at + offset] === otherPiece[otherAt + offset]) offset++;
    const value = valueAt(piece, at + offset, first.rowBegin);
    const otherValue = valueAt(otherPiece, otherAt + offset, second.rowBegin);
    const isFirst = value === otherValue ? a < b : value < otherValue;
    codes[isFirst ? b : a] = (offsets - offset) * values + (isFirst ? otherValue : value);
    return isFirst;
  }
}

/** Moves a cursor to its next row; the code of that against the row before it. */
function advanced(cursor: Cursor): number {
  let { piece, keyBegin: begin, rowBegin: end } = cursor;
  // the piece is valid only until the next one is asked for
  if (cursor.isLastOfPiece) {
    piece = Buffer.from(piece.subarray(begin, end));
    end -= begin;
    begin = 0;
  }
  cursor.advance();
  if (cursor.isOver) return over;
  const { piece: nextPiece, keyBegin: next, rowBegin: nextEnd } = cursor;
  const common = Math.min(end - begin, nextEnd - next);
  let offset = 0;
  while (offset < common && piece[begin + offset] === nextPiece[next + offset]) offset++;
  return codeOf(nextPiece, next, nextEnd, offset);
}

function codeOf(bytes: Uint8Array, begin: number, end: number, offset: number): number {
  return (offsets - offset) * values + valueAt(bytes, begin + offset, end);
}

function valueAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? (bytes[at] ?? 0) + 1 : 0;
}
