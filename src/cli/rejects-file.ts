/**
 * `--rejects FILE`: rejected records as NDJSON `{file, offset, reason, record}`, one line each.
 *
 * A record whose bytes are not UTF-8 has `recordBase64` too, so that nothing is lost.
 */
import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import { RunError, UsageError } from '../core/errors.ts';
import type { Reject } from '../core/reject.ts';

export class RejectsFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  /** Creates the file, so that a path that cannot be written is found before the work starts. Throws UsageError. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#stream = createWriteStream(path, { fd: openSync(path, 'w') });
    } catch (error) {
      throw new UsageError(
        `Cannot write rejects to "${path}": ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  async write(rejects: readonly Reject[]): Promise<void> {
    this.#check();
    if (rejects.length === 0) return;
    if (!this.#stream.write(rejects.map((reject) => `${rejectLine(reject)}\n`).join(''))) {
      await once(this.#stream, 'drain').catch(() => undefined);
    }
    this.#check();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.end(resolve));
    this.#check();
  }

  #check(): void {
    if (this.#failure === null) return;
    const cause = this.#failure;
    throw new RunError(`Cannot write rejects to "${this.#path}": ${cause.message}`, { cause });
  }
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

export function rejectLine({ file, offset, reason, record }: Reject): string {
  const text = lenient.decode(record);
  if (!text.includes('\ufffd') || isUtf8(record)) return JSON.stringify({ file, offset, reason, record: text });
  return JSON.stringify({ file, offset, reason, record: text, recordBase64: Buffer.from(record).toString('base64') });
}
