/**
 * Plain files, read synchronously at positions, straight into the caller's memory.
 *
 * Invariant: a file is read up to its size when the run was planned. What is appended later is not read, and a file that
 * became shorter is an error, never a silent end.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { RunError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { type Input, type Reader, readFully } from './input.ts';
import { systemErrorWords } from './system-error.ts';

export const file: Input = {
  name: 'file',
  splittable: true,
  open: (source, start) => new FileReader(source, start),
  async head(source, bytes) {
    const reader = new FileReader(source, 0);
    try {
      const target = new Uint8Array(Math.min(bytes, source.sizeBytes ?? bytes));
      return { bytes: target.subarray(0, await readFully(reader, target)), prefix: null };
    } finally {
      reader.close();
    }
  },
};

class FileReader implements Reader {
  readonly #name: string;
  readonly #end: number;
  readonly #descriptor: number;
  #position: number;
  #isOpen = true;

  constructor(source: SourceFile, start: number) {
    this.#name = printable(source.name);
    this.#end = source.sizeBytes ?? Infinity;
    this.#position = start;
    try {
      this.#descriptor = openSync(source.path, 'r');
    } catch (error) {
      throw new RunError(`Cannot open "${this.#name}": ${systemErrorWords(error)}`, { cause: error });
    }
  }

  read(target: Uint8Array): number {
    // a view that was detached by growing memory has length 0, and reading into it would look like the end of the file
    if (target.length === 0) throw new RangeError('Cannot read into an empty target');
    const wanted = Math.min(target.length, this.#end - this.#position);
    if (wanted <= 0) return 0;
    let got: number;
    try {
      got = readSync(this.#descriptor, target, 0, wanted, this.#position);
    } catch (error) {
      throw new RunError(`Cannot read "${this.#name}" at byte ${this.#position}: ${systemErrorWords(error)}`, {
        cause: error,
      });
    }
    if (got === 0 && this.#end !== Infinity) {
      throw new RunError(
        `Cannot read "${this.#name}": it ended at byte ${this.#position}, but had ${this.#end} bytes when the run was planned: run again, on a file that nobody truncates`,
      );
    }
    this.#position += got;
    return got;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}
