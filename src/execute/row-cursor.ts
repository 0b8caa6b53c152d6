/** A position in a block of sorted rows (rows.ts): addresses, because two views for every row would be most of the work. */
export class Cursor {
  readonly bytes: Buffer;
  keyBegin = 0;
  /** The key ends where the row begins. */
  rowBegin = 0;
  isOver = false;
  #rowEnd = 0;

  /** Stands at the first row. */
  constructor(block: Uint8Array) {
    this.bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    this.advance();
  }

  advance(): void {
    const begin = this.#rowEnd;
    this.isOver = begin >= this.bytes.length;
    if (this.isOver) return;
    this.keyBegin = begin + 8;
    this.rowBegin = this.keyBegin + this.bytes.readUInt32LE(begin);
    this.#rowEnd = this.rowBegin + this.bytes.readUInt32LE(begin + 4);
  }
}
