/**
 * Rejected records as lines of a file, while a scan goes on: NDJSON `{file, offset, reason, record}`. However many there
 * are, no more than a buffer of them is in memory.
 *
 * A record whose bytes are not UTF-8 has `recordBase64` too, so that nothing is lost.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, writeSync } from 'node:fs';
import { RunError } from '../core/errors.ts';
import type { Reject } from '../core/reject.ts';

const bufferedBytes = 1 << 16;

export class RejectsWriter {
  readonly #path: string;
  #descriptor = -1;
  #lines: string[] = [];
  #buffered = 0;
  #hasRejects = false;

  /** The file is made with the first reject. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The file, where there will be one. */
  get paths(): readonly string[] {
    return this.#hasRejects ? [this.#path] : [];
  }

  /** Throws RunError. */
  write(reject: Reject): void {
    const line = rejectLine(reject);
    this.#hasRejects = true;
    this.#lines.push(line, '\n');
    this.#buffered += line.length;
    if (this.#buffered >= bufferedBytes) this.#flush();
  }

  /** Throws RunError. */
  close(): void {
    if (this.#lines.length > 0) this.#flush();
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #flush(): void {
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#buffered = 0;
    try {
      if (this.#descriptor < 0) this.#descriptor = openSync(this.#path, 'w', 0o600);
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new RunError(`Cannot keep rejects in "${this.#path}": ${problem}: make room there`, { cause: error });
    }
  }
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** `recordBytes` is there where the record was cut: how long it is. */
export function rejectLine({ file, offset, reason, record, recordBytes }: Reject): string {
  const text = lenient.decode(record);
  const said = { file, offset, reason, record: text, recordBytes };
  if (!text.includes('\ufffd') || isUtf8(record)) return JSON.stringify(said);
  return JSON.stringify({ ...said, recordBase64: Buffer.from(record).toString('base64') });
}
