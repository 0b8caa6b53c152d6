/**
 * Finds the end of a record that is too long to be held, piece by piece: the next line end, but where fields may be quoted
 * one outside quotes. The rules for quotes are those of workers/kernels/tokenizers/csv.ts.
 */
import type { Dialect } from '../formats/format.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** `dialect`: null for formats whose records are lines. The first piece begins where the record does. */
export class RecordEnd {
  readonly #delimiter: number;
  /** -1 where nothing is quoted. */
  readonly #quote: number;
  #place: 'start of field' | 'text' | 'quoted' | 'behind quote' = 'start of field';
  #lastByte = 0;
  #lineEndBytes = 0;

  constructor(dialect: Dialect | null) {
    const isQuoted = dialect !== null && dialect.quote !== '';
    this.#delimiter = isQuoted ? dialect.delimiter.charCodeAt(0) : -1;
    this.#quote = isQuoted ? dialect.quote.charCodeAt(0) : -1;
  }

  /** Bytes of the line end that was found; 0 before, and where the source ends without one. */
  get lineEndBytes(): number {
    return this.#lineEndBytes;
  }

  /** Takes the next piece; the place behind its line end, or -1 where the record goes on. */
  find(bytes: Uint8Array): number {
    const at = this.#quote < 0 ? bytes.indexOf(lineFeed) : this.#findOutsideQuotes(bytes);
    if (at >= 0) {
      const before = at > 0 ? bytes[at - 1] : this.#lastByte;
      this.#lineEndBytes = before === carriageReturn ? 2 : 1;
      return at + 1;
    }
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    return -1;
  }

  #findOutsideQuotes(bytes: Uint8Array): number {
    const [delimiter, quote] = [this.#delimiter, this.#quote];
    let place = this.#place;
    let nextDelimiter = -1;
    let nextLineFeed = -1;
    for (let i = 0; i < bytes.length; i++) {
      if (place === 'quoted') {
        i = indexFrom(bytes, quote, i);
        if (i < bytes.length) place = 'behind quote';
        continue;
      }
      if (place === 'text') {
        if (nextDelimiter < i) nextDelimiter = indexFrom(bytes, delimiter, i);
        if (nextLineFeed < i) nextLineFeed = indexFrom(bytes, lineFeed, i);
        i = Math.min(nextDelimiter, nextLineFeed);
        if (i === bytes.length) continue;
      }
      const byte = bytes[i];
      if (byte === lineFeed) return i;
      if (byte === delimiter) place = 'start of field';
      else if (byte === quote) place = 'quoted';
      else place = 'text';
    }
    this.#place = place;
    return -1;
  }
}

/** The length where there is none. */
function indexFrom(bytes: Uint8Array, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}
