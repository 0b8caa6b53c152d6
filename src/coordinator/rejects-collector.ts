/**
 * Writes every reject of a run to one file, in the order of the splits. Workers write those of a split to a file of its
 * own; here these are put one behind the other, so that memory holds none of them, however many there are.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunError, UsageError } from '../core/errors.ts';
import type { Split } from '../core/source.ts';
import type { ScanResult } from '../execute/messages.ts';
import { rejectLine } from '../execute/rejects-writer.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const copiedBytes = 1 << 18;

export class RejectsCollector {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #folder: TemporaryFolder;
  /** Splits in the order in which their rejects are written, and what has come before its turn. */
  readonly #order: readonly number[];
  readonly #waiting = new Map<number, ScanResult>();
  readonly #buffer = new Uint8Array(copiedBytes);
  #next = 0;
  #files = 0;
  #isClosed = false;

  /** Creates the file, so that a path that cannot be written is found before the work starts. Throws UsageError. */
  constructor(path: string, splits: readonly Split[], parent = tmpdir()) {
    this.#path = path;
    this.#order = splits.map(({ index }) => index);
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (error) {
      throw new UsageError(`Cannot write rejects to "${path}": ${wordsOf(error)}`, { cause: error });
    }
    try {
      this.#folder = makeTemporaryFolder(parent);
    } catch (error) {
      closeSync(this.#descriptor);
      throw new UsageError(`Cannot make a folder for rejects in "${parent}": ${wordsOf(error)}`, { cause: error });
    }
  }

  /** A file for one try at a split. */
  pathFor(split: Split): string {
    return join(this.#folder.path, `rejects-${split.index}-${this.#files++}`);
  }

  /** Takes the result of a split; writes what is due. Throws RunError. */
  add(split: Split, result: ScanResult): void {
    // only what tells of rejects: the rest must not live on here
    this.#waiting.set(split.index, { ...result, partials: [], rows: [] });
    for (;;) {
      const index = this.#order[this.#next];
      const due = index === undefined ? undefined : this.#waiting.get(index);
      if (index === undefined || due === undefined) return;
      this.#waiting.delete(index);
      this.#next++;
      this.#write(due);
    }
  }

  /** Writes what is left when some splits will not come (a LIMIT that was met). Throws RunError. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      for (const index of this.#order) {
        const result = this.#waiting.get(index);
        if (result !== undefined) this.#write(result);
      }
    } finally {
      this.#waiting.clear();
      closeSync(this.#descriptor);
      this.#folder.remove();
    }
  }

  /** Closes the file when the run has failed already; nothing where it is closed. */
  abandon(): void {
    try {
      this.close();
    } catch {
      // the run's own failure is the one to tell
    }
  }

  /** A result from an earlier run has no file, but all its rejects. */
  #write({ rejectsPaths, rejects }: ScanResult): void {
    try {
      if (rejectsPaths === undefined) {
        this.#append(Buffer.from(rejects.map((reject) => `${rejectLine(reject)}\n`).join('')));
      }
      for (const path of rejectsPaths ?? []) this.#appendFile(path);
    } catch (error) {
      throw new RunError(`Cannot write rejects to "${this.#path}": ${wordsOf(error)}`, { cause: error });
    }
  }

  #appendFile(path: string): void {
    const source = openSync(path, 'r');
    try {
      for (let got = readSync(source, this.#buffer); got > 0; got = readSync(source, this.#buffer)) {
        this.#append(this.#buffer.subarray(0, got));
      }
    } finally {
      closeSync(source);
      rmSync(path, { force: true });
    }
  }

  #append(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
