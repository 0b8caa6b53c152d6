/**
 * Standard input, and anything else that can be read only once (a pipe that was given by name): plain or gzip, told by its
 * first bytes.
 *
 * Invariant: no byte is lost between looking at the head and reading. `head` takes bytes away and hands them out as `prefix`;
 * `open` starts with them.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { RunError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { GunzipReader, isGzip } from './gunzip.ts';
import { type Input, type Reader, readFully } from './input.ts';
import { openStandardInput, unblockStandardInput } from './standard-input.ts';
import { systemErrorCode, systemErrorWords } from './system-error.ts';

const standardInput = 0;
/** A busy pipe is empty for microseconds only, an idle one is looked at 200 times a second. */
const leastWaitMs = 0.05;
const mostWaitMs = 5;

export const stdin: Input = {
  name: 'stdin',
  splittable: false,

  open(source, start, prefix = null) {
    if (start !== 0) throw new RangeError(`Cannot open a stream at ${start}: it is read from its start`);
    const bytes = prefix ?? new Uint8Array(0);
    const reader = new PrefixedReader(bytes, new StreamReader(source));
    return isGzip(bytes) ? new GunzipReader(displayName(source), reader) : reader;
  },

  async head(source, bytes) {
    if (source.path === '') await unblockStandardInput();
    // not closed: a pipe without readers would break its writer before it is opened again
    const reader = new StreamReader(source);
    const buffer = new Uint8Array(bytes);
    const prefix = buffer.subarray(0, await readFully(reader, buffer));
    return { bytes: isGzip(prefix) ? await gunzipHead(source, prefix, bytes) : prefix, prefix };
  },
};

/** What of a head can be decompressed: the stream is cut where the head is, which is no fault. */
async function gunzipHead(source: SourceFile, prefix: Uint8Array, bytes: number): Promise<Uint8Array> {
  const reader = new GunzipReader(displayName(source), new PrefixedReader(prefix, null));
  const target = new Uint8Array(bytes);
  let filled = 0;
  try {
    while (filled < bytes) {
      const got = await reader.read(target.subarray(filled));
      if (got === 0) break;
      filled += got;
    }
  } catch (error) {
    if (filled === 0) throw error;
  } finally {
    await reader.close();
  }
  return target.subarray(0, filled);
}

function displayName(source: SourceFile): string {
  return source.path === '' ? 'standard input' : source.name;
}

/** Some bytes, then those of another reader. */
class PrefixedReader implements Reader {
  #prefix: Uint8Array;
  readonly #rest: Reader | null;

  constructor(prefix: Uint8Array, rest: Reader | null) {
    this.#prefix = prefix;
    this.#rest = rest;
  }

  read(target: Uint8Array): number | Promise<number> {
    if (this.#prefix.length === 0) return this.#rest === null ? 0 : this.#rest.read(target);
    const part = this.#prefix.subarray(0, target.length);
    target.set(part);
    this.#prefix = this.#prefix.subarray(part.length);
    return part.length;
  }

  close(): void | Promise<void> {
    return this.#rest?.close();
  }
}

/** Reads a descriptor from wherever it is. The thread waits for the bytes: it has nothing else to do. */
class StreamReader implements Reader {
  readonly #name: string;
  readonly #descriptor: number;
  #taken = 0;

  constructor(source: SourceFile) {
    this.#name = printable(displayName(source));
    try {
      this.#descriptor = source.path === '' ? openStandardInput() : openSync(source.path, 'r');
    } catch (error) {
      throw new RunError(`Cannot open "${this.#name}": ${systemErrorWords(error)}`, { cause: error });
    }
  }

  read(target: Uint8Array): number {
    if (target.length === 0) throw new RangeError('Cannot read into an empty target');
    for (let waitMs = leastWaitMs; ; waitMs = Math.min(waitMs * 2, mostWaitMs)) {
      try {
        const got = readSync(this.#descriptor, target, 0, target.length, null);
        this.#taken += got;
        return got;
      } catch (error) {
        const code = systemErrorCode(error);
        if (code === 'EOF') return 0;
        if (code !== 'EAGAIN') {
          throw new RunError(`Cannot read ${this.#name} after ${this.#taken} bytes: ${systemErrorWords(error)}`, {
            cause: error,
          });
        }
        // nothing there yet; unlike a read, this wait can be ended from outside
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
      }
    }
  }

  close(): void {
    // standard input is not ours to close
    if (this.#descriptor !== standardInput) closeSync(this.#descriptor);
  }
}
