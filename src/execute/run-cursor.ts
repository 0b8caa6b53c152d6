/** A position in a run of sorted rows (rows.ts): addresses in its present piece, because two views for every row would be most of the work. */
export class Cursor {
  piece: Buffer = Buffer.alloc(0);
  /** Of both lengths. */
  begin = 0;
  /** The key ends where the row begins. */
  keyBegin = 0;
  rowBegin = 0;
  rowEnd = 0;
  isOver = false;
  readonly #pieces: Iterator<Uint8Array>;

  /** Stands at the first row. `run`: pieces of whole rows, each valid until the next is asked for. */
  constructor(run: Iterable<Uint8Array>) {
    this.#pieces = run[Symbol.iterator]();
    this.advance();
  }

  get isLastOfPiece(): boolean {
    return this.rowEnd >= this.piece.length;
  }

  advance(): void {
    while (this.isLastOfPiece) {
      const { value, done } = this.#pieces.next();
      if (done) {
        this.isOver = true;
        return;
      }
      this.piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.rowEnd = 0;
    }
    this.begin = this.rowEnd;
    this.keyBegin = this.begin + 8;
    this.rowBegin = this.keyBegin + this.piece.readUInt32LE(this.begin);
    this.rowEnd = this.rowBegin + this.piece.readUInt32LE(this.begin + 4);
  }

  /** Ends a run that was not read to its end. */
  close(): void {
    this.#pieces.return?.();
  }
}
