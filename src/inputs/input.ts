/**
 * What an input is: how the bytes of a source are reached. Inputs know nothing of records; bytes are those after
 * decompression, and offsets count them.
 */
import type { InputName, SourceFile } from '../core/source.ts';

/** A source opened for reading from one place to its end. */
export interface Reader {
  /**
   * Puts bytes at the target's start and returns how many: at least 1, and 0 only at the end. The target must not be empty,
   * and its memory must not be grown while a returned promise is pending. Throws RunError.
   */
  read(target: Uint8Array): number | Promise<number>;
  close(): void | Promise<void>;
}

/** The first bytes of a source, for detection. */
export interface Head {
  /** As records see them: decompressed. */
  readonly bytes: Uint8Array;
  /**
   * What was taken from a source that cannot be read twice, as it came: whoever opens the source passes it as `prefix`.
   * `null` where the source can be opened again.
   */
  readonly prefix: Uint8Array | null;
}

export interface Input {
  readonly name: InputName;
  /** Whether `open` can start anywhere; otherwise a source is one split and `start` is 0. */
  readonly splittable: boolean;
  /** Throws RunError where the source cannot be opened. */
  open(source: SourceFile, start: number, prefix?: Uint8Array | null): Reader;
  /** At least `bytes` bytes unless the source is shorter, and not many more. Throws RunError. */
  head(source: SourceFile, bytes: number): Promise<Head>;
}

/** Reads until the target is full or the source ends; the number of bytes read. */
export async function readFully(reader: Reader, target: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const got = await reader.read(target.subarray(filled));
    if (got === 0) break;
    filled += got;
  }
  return filled;
}
