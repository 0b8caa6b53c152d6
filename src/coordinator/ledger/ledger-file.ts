/**
 * The ledger as a file: opened with its torn tail dropped, or made, there whole or not at all; written by appending.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { RunError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { ScanResult } from '../../execute/messages.ts';
import { decodeSplit, type Head, type RunHead, type SplitHead } from './entries.ts';
import { type Frame, firstLine, readBytes, readFrames, writeFrame } from './frames.ts';

/** A disk takes milliseconds to be sure of anything, however little: so in groups. */
const syncMs = 200;

export class LedgerFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #durable: boolean;
  #end: number;
  #timer: NodeJS.Timeout | null = null;
  #syncing: Promise<void> = Promise.resolve();

  private constructor(path: string, descriptor: number, end: number, durable: boolean) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#end = end;
    this.#durable = durable;
  }

  /** null where there is none. `durable`: see LedgerRequest. Throws RunError. */
  static open(path: string, durable: boolean): { readonly file: LedgerFile; readonly frames: readonly Frame[] } | null {
    let descriptor: number | null = null;
    try {
      descriptor = openSync(path, 'r+');
      checkFirstLine(descriptor);
      const { frames, end } = readFrames(descriptor);
      ftruncateSync(descriptor, end);
      return { file: new LedgerFile(path, descriptor, end, durable), frames };
    } catch (error) {
      if (descriptor !== null) closeSync(descriptor);
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw new RunError(`Cannot read the state in "${printable(path)}": ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Takes the place of what may be there. Throws RunError. */
  static create(path: string, head: RunHead, durable: boolean): LedgerFile {
    let descriptor: number | null = null;
    try {
      const unfinished = `${path}.new`;
      rmSync(unfinished, { force: true });
      descriptor = openSync(unfinished, 'wx+', 0o600);
      writeSync(descriptor, firstLine, 0, firstLine.length, 0);
      const end = firstLine.length + writeFrame(descriptor, firstLine.length, head, []);
      if (durable) fdatasyncSync(descriptor);
      renameSync(unfinished, path);
      if (durable) syncFolder(dirname(path));
      return new LedgerFile(path, descriptor, end, durable);
    } catch (error) {
      if (descriptor !== null) closeSync(descriptor);
      throw new RunError(`Cannot keep state in "${printable(path)}": ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Size of the file. */
  get bytes(): number {
    return this.#end;
  }

  append(head: Head, body: readonly Uint8Array[]): void {
    try {
      this.#end += writeFrame(this.#descriptor, this.#end, head, body);
    } catch (error) {
      throw this.#writeError(error);
    }
    if (this.#durable) this.#timer ??= setTimeout(() => this.#syncSoon(), syncMs).unref();
  }

  readSplit(head: SplitHead, bodyOffset: number): ScanResult {
    try {
      return decodeSplit(this.#descriptor, head, bodyOffset);
    } catch (error) {
      throw new RunError(`Cannot read the state in "${printable(this.#path)}": ${reasonOf(error)}`, { cause: error });
    }
  }

  /** What was written is on the disk when this resolves. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    try {
      await this.#syncing;
      if (this.#durable) await this.#sync();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #syncSoon(): void {
    this.#syncing = this.#sync().then(() => {
      this.#timer = null;
    });
    this.#syncing.catch(() => undefined); // close() tells, and the timer stays: nothing more is promised
  }

  #sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(this.#writeError(error))));
    });
  }

  #writeError(error: unknown): RunError {
    return new RunError(
      `Cannot write state to "${printable(this.#path)}": ${reasonOf(error)}: make room there and run again with --resume`,
      { cause: error },
    );
  }
}

function checkFirstLine(descriptor: number): void {
  const line = readBytes(descriptor, 0, firstLine.length);
  if (Buffer.compare(line, firstLine) !== 0) throw new RangeError('it is no ledger that this version can read');
}

/** A new name is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch {
    // not every system can
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
