/**
 * A temporary file that grows by appending and is read by the workers; removed when the run ends, and when the process
 * does.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError } from '../core/errors.ts';

export class SpillFile {
  readonly path: string;
  readonly #folder: string;
  readonly #descriptor: number;
  readonly #remove = () => rmSync(this.#folder, { recursive: true, force: true });
  #length = 0;

  /** `parent`: where to put it; the system's temporary folder unless told. */
  constructor(parent: string = tmpdir()) {
    try {
      this.#folder = mkdtempSync(join(parent, 'millrace-'));
      this.path = join(this.#folder, 'partials');
      this.#descriptor = openSync(this.path, 'wx', 0o600);
    } catch (error) {
      throw new RunError(`Cannot make a spill file in "${parent}": ${reasonOf(error)}`, { cause: error });
    }
    process.once('exit', this.#remove);
  }

  get bytes(): number {
    return this.#length;
  }

  /** Where the bytes begin. */
  append(bytes: Uint8Array): number {
    const offset = this.#length;
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written, offset + written);
      }
    } catch (error) {
      throw new RunError(
        `Cannot spill to "${this.path}": ${reasonOf(error)}: make room there or name another folder with --spill-dir`,
        { cause: error },
      );
    }
    this.#length += bytes.length;
    return offset;
  }

  close(): void {
    closeSync(this.#descriptor);
    process.removeListener('exit', this.#remove);
    this.#remove();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
