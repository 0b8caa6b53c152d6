/**
 * Decompresses what another reader gives: gzip members one after another, trailing zero bytes allowed.
 *
 * Invariant: memory is bounded whatever the ratio. One chunk of compressed bytes is inside zlib at a time, and zlib waits
 * until what it made has been taken.
 */
import { createGunzip, type Gunzip } from 'node:zlib';
import { RunError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { Reader } from './input.ts';

const compressedChunkBytes = 128 * 1024;
const outputChunkBytes = 256 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export class GunzipReader implements Reader {
  readonly #name: string;
  readonly #compressed: Reader;
  readonly #gunzip: Gunzip;
  #rest: Uint8Array = new Uint8Array(0);
  #delivered = 0;
  #wake: () => void = () => {};
  #failure: unknown = null;
  #isClosed = false;

  constructor(name: string, compressed: Reader) {
    this.#name = printable(name);
    this.#compressed = compressed;
    this.#gunzip = createGunzip({ chunkSize: outputChunkBytes });
    const wake = () => this.#wake();
    this.#gunzip
      .on('error', (error) => {
        this.#failure ??= error;
        wake();
      })
      .on('readable', wake)
      .on('end', wake)
      .on('close', wake);
    this.#pump().catch((error: unknown) => {
      this.#failure ??= error;
      this.#gunzip.destroy();
      wake();
    });
  }

  async read(target: Uint8Array): Promise<number> {
    if (target.length === 0) throw new RangeError('Cannot read into an empty target');
    while (this.#rest.length === 0) {
      const chunk: unknown = this.#gunzip.read();
      if (chunk instanceof Uint8Array) {
        this.#rest = chunk;
      } else {
        if (this.#failure !== null) throw this.#explain(this.#failure);
        if (this.#gunzip.readableEnded) return 0;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    const part = this.#rest.subarray(0, target.length);
    target.set(part);
    this.#rest = this.#rest.subarray(part.length);
    this.#delivered += part.length;
    return part.length;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#gunzip.destroy();
    await this.#compressed.close();
  }

  /** Feeds zlib until the compressed bytes end; its buffer is used again once zlib is done with it. */
  async #pump(): Promise<void> {
    const chunk = new Uint8Array(compressedChunkBytes);
    for (;;) {
      const got = await this.#compressed.read(chunk);
      if (this.#isClosed) return;
      if (got === 0) {
        this.#gunzip.end();
        return;
      }
      const failed = await new Promise<unknown>((resolve) => {
        this.#gunzip.write(chunk.subarray(0, got), (error) => resolve(error ?? null));
      });
      if (failed !== null || this.#isClosed) return;
    }
  }

  #explain(failure: unknown): unknown {
    if (failure instanceof RunError) return failure;
    const code = failure instanceof Error && 'code' in failure ? failure.code : null;
    const place = `after ${this.#delivered} decompressed bytes`;
    const message =
      code === 'Z_BUF_ERROR'
        ? `Cannot read "${this.#name}": its gzip stream is cut off ${place}: fetch the file again`
        : `Cannot read "${this.#name}": its gzip stream is damaged ${place} (${failure instanceof Error ? failure.message : String(failure)}): fetch the file again`;
    return new RunError(message, { cause: failure });
  }
}
