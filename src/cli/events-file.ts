/** `--events FILE`: the log of the run as NDJSON, one entry a line, written as it happens. */
import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { RunLogEntry } from '../coordinator/run-log.ts';
import { RunError, UsageError } from '../core/errors.ts';

export class EventsFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  /** Creates the file, so that a path that cannot be written is found before the work starts. Throws UsageError. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#stream = createWriteStream(path, { fd: openSync(path, 'w') });
    } catch (error) {
      throw new UsageError(`Cannot write events to "${path}": ${reasonOf(error)}`);
    }
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** An entry that cannot be written is told by `close`: the run goes on without its log. */
  write(entry: RunLogEntry): void {
    if (this.#failure === null) this.#stream.write(`${JSON.stringify(entry)}\n`);
  }

  /** Throws RunError where an entry could not be written. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.end(resolve));
    const cause = this.#failure;
    if (cause !== null) throw new RunError(`Cannot write events to "${this.#path}": ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
