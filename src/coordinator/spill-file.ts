/**
 * A temporary file that grows by appending and is read by the workers; removed when the run ends, and when the process
 * does.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError } from '../core/errors.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

export class SpillFile {
  readonly path: string;
  readonly #folder: TemporaryFolder;
  readonly #descriptor: number;
  #length = 0;

  /** `parent`: where to put it; the system's temporary folder unless told. */
  constructor(parent: string = tmpdir()) {
    try {
      this.#folder = makeTemporaryFolder(parent);
      this.path = join(this.#folder.path, 'partials');
      this.#descriptor = openSync(this.path, 'wx', 0o600);
    } catch (error) {
      throw new RunError(`Cannot make a spill file in "${parent}": ${reasonOf(error)}`, { cause: error });
    }
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
    this.#folder.remove();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
