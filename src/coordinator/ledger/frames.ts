/**
 * The ledger's bytes: a first line, then frames that are only ever appended.
 *
 * Frame: u32 CRC-32 of what follows, u32 length of the head, u64 length of the body (little-endian), head (JSON), body.
 * Invariant: a frame that was not written whole, or whose checksum does not fit, ends the ledger; nothing behind it counts.
 */
import { fstatSync, readSync, writevSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export const firstLine = new TextEncoder().encode('millrace ledger 1\n');

export interface Frame {
  /** Parsed JSON. */
  readonly head: unknown;
  readonly bodyOffset: number;
  readonly bodyBytes: number;
}

const prefixBytes = 16;
const chunkBytes = 1 << 20;
/** Heads are small; a larger one is no head. */
const mostHeadBytes = 1 << 26;

/** Appends at `position`; how many bytes the frame took. Throws what the system says. */
export function writeFrame(descriptor: number, position: number, head: object, body: readonly Uint8Array[]): number {
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const bodyBytes = body.reduce((sum, part) => sum + part.byteLength, 0);
  const prefix = new Uint8Array(prefixBytes);
  const view = new DataView(prefix.buffer);
  view.setUint32(4, headBytes.byteLength, true);
  view.setBigUint64(8, BigInt(bodyBytes), true);
  let crc = crc32(headBytes, crc32(prefix.subarray(4)));
  for (const part of body) crc = crc32(part, crc);
  view.setUint32(0, crc, true);
  const total = prefixBytes + headBytes.byteLength + bodyBytes;
  writeAll(descriptor, [prefix, headBytes, ...body], position, total);
  return total;
}

/** All whole frames from the first line on; `end` is where the next one belongs. */
export function readFrames(descriptor: number): { readonly frames: readonly Frame[]; readonly end: number } {
  const size = fstatSync(descriptor).size;
  const frames: Frame[] = [];
  let position = firstLine.length;
  for (;;) {
    const frame = readFrame(descriptor, position, size);
    if (frame === null) return { frames, end: position };
    frames.push(frame);
    position = frame.bodyOffset + frame.bodyBytes;
  }
}

/** Throws RangeError where the file is shorter. */
export function readBytes(descriptor: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const got = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (got === 0) throw new RangeError(`it ended at byte ${position + filled}`);
    filled += got;
  }
  return bytes;
}

function readFrame(descriptor: number, position: number, size: number): Frame | null {
  if (position + prefixBytes > size) return null;
  const prefix = readBytes(descriptor, position, prefixBytes);
  const view = new DataView(prefix.buffer);
  const headBytes = view.getUint32(4, true);
  const bodyBytes = Number(view.getBigUint64(8, true));
  const bodyOffset = position + prefixBytes + headBytes;
  if (headBytes > mostHeadBytes || bodyOffset + bodyBytes > size) return null;
  const head = readBytes(descriptor, position + prefixBytes, headBytes);
  let crc = crc32(head, crc32(prefix.subarray(4)));
  for (let at = 0; at < bodyBytes; at += chunkBytes) {
    crc = crc32(readBytes(descriptor, bodyOffset + at, Math.min(chunkBytes, bodyBytes - at)), crc);
  }
  if (crc !== view.getUint32(0, true)) return null;
  return { head: JSON.parse(new TextDecoder().decode(head)), bodyOffset, bodyBytes };
}

function writeAll(descriptor: number, parts: readonly Uint8Array[], position: number, total: number): void {
  let left = parts.filter((part) => part.byteLength > 0);
  for (let written = 0; written < total; ) {
    let got = writevSync(descriptor, left.slice(0, 1000), position + written); // the system takes at most 1024
    written += got;
    while (left[0] !== undefined && got >= left[0].byteLength) {
      got -= left[0].byteLength;
      left = left.slice(1);
    }
    if (got > 0 && left[0] !== undefined) left = [left[0].subarray(got), ...left.slice(1)];
  }
}
