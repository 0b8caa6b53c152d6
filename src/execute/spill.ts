/**
 * Spill files: what does not fit into memory, in frames whose checksums are verified before a byte of them is used.
 *
 * A frame is u32 length, u32 CRC-32, then so many bytes. Writers append and never change what they wrote; a part of a file (a
 * partition, a sorted run) is a whole number of frames. Everything is synchronous: whoever spills has nothing better to do,
 * and memory stays what was counted. The folder belongs to the run, which removes it.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { RunError } from '../core/errors.ts';

/** Where a run may spill. */
export interface SpillPlace {
  /** null where no folder could be made, for the reason in `problem`. */
  readonly folder: string | null;
  readonly problem: string;
}

/** A stretch of a spill file. */
export interface SpilledPart {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Frames of streams are cut at this length. */
export const frameBytes = 64 * 1024;
const headerBytes = 8;

/** Appends frames to a file of its own, which is made when the first one is written. */
export class SpillWriter {
  readonly #place: SpillPlace;
  #pending: Buffer | null = null;
  #path = '';
  #descriptor = -1;
  #fill = 0;
  #length = 0;

  constructor(place: SpillPlace) {
    this.#place = place;
  }

  get path(): string {
    return this.#path;
  }

  /** Bytes in the file; where the next part begins, after `cut`. */
  get length(): number {
    return this.#length;
  }

  /** Adds to the stream; frames may end anywhere in it. */
  write(bytes: Uint8Array): void {
    this.#pending ??= Buffer.allocUnsafeSlow(headerBytes + frameBytes);
    for (let from = 0; from < bytes.length; ) {
      const count = Math.min(bytes.length - from, frameBytes - this.#fill);
      this.#pending.set(bytes.subarray(from, from + count), headerBytes + this.#fill);
      this.#fill += count;
      from += count;
      if (this.#fill === frameBytes) this.cut();
    }
  }

  /** Ends the frame that the stream has come to. */
  cut(): void {
    if (this.#fill === 0 || this.#pending === null) return;
    const payload = this.#pending.subarray(headerBytes, headerBytes + this.#fill);
    putHeader(this.#pending, payload);
    this.#append(this.#pending.subarray(0, headerBytes + this.#fill));
    this.#fill = 0;
  }

  /** Appends a frame of its own, however long. */
  frame(payload: Uint8Array): void {
    this.cut();
    if (payload.length === 0) return;
    const header = Buffer.allocUnsafe(headerBytes);
    putHeader(header, payload);
    this.#append(header);
    this.#append(payload);
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #append(bytes: Uint8Array): void {
    try {
      if (this.#descriptor < 0) this.#open();
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#length + written);
      }
    } catch (error) {
      if (error instanceof RunError) throw error;
      const folder = this.#place.folder ?? '';
      throw new RunError(
        `Cannot spill to "${folder}": ${reasonOf(error)}: free space there or name another folder with --spill-dir`,
        { cause: error },
      );
    }
    this.#length += bytes.length;
  }

  #open(): void {
    const { folder, problem } = this.#place;
    if (folder === null) throw new RunError(problem);
    this.#path = join(folder, randomUUID());
    this.#descriptor = openSync(this.#path, 'wx', 0o600);
  }
}

/** Reads a part frame by frame into one buffer, which grows to its longest frame. */
class FrameReader {
  readonly #part: SpilledPart;
  #descriptor = -1;
  #at: number;
  #buffer = Buffer.alloc(0);

  constructor(part: SpilledPart) {
    this.#part = part;
    this.#at = part.offset;
  }

  /** The next frame's bytes, valid until the next call; null at the end. Closes the file then. */
  next(): Buffer | null {
    const { path, offset, length } = this.#part;
    const end = offset + length;
    if (this.#at >= end) {
      this.close();
      return null;
    }
    if (this.#descriptor < 0) this.#descriptor = openSpillFile(path);
    this.#read(headerBytes);
    const size = this.#buffer.readUInt32LE(0);
    const checksum = this.#buffer.readUInt32LE(4);
    if (size > end - this.#at) throw damaged(path, this.#at);
    const begin = this.#at;
    this.#read(size);
    const payload = this.#buffer.subarray(0, size);
    if (crc32(payload) !== checksum) throw damaged(path, begin);
    return payload;
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #read(count: number): void {
    if (this.#buffer.length < count) this.#buffer = Buffer.allocUnsafeSlow(Math.max(count, 4096));
    for (let filled = 0; filled < count; ) {
      const read = readSync(this.#descriptor, this.#buffer, filled, count - filled, this.#at + filled);
      if (read === 0) throw damaged(this.#part.path, this.#at + filled);
      filled += read;
    }
    this.#at += count;
  }
}

/** The frames of a part, one after the other; each is valid until the next is asked for. */
export function* framesOf(part: SpilledPart): Generator<Uint8Array> {
  const reader = new FrameReader(part);
  try {
    for (let frame = reader.next(); frame !== null; frame = reader.next()) yield frame;
  } finally {
    reader.close();
  }
}

function putHeader(header: Buffer, payload: Uint8Array): void {
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
}

function openSpillFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new RunError(`Cannot read back what was spilled: ${reasonOf(error)}`, { cause: error });
  }
}

function damaged(path: string, at: number): RunError {
  return new RunError(
    `Cannot read back what was spilled: "${path}" is damaged at ${at}: check the disk, and run again`,
  );
}

/** Without the code and the system call that Node.js puts around it: `no space left on device`. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+), \w+/.exec(message)?.[1] ?? message;
}
