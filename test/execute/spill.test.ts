/** What is spilled is read back as it was written, or not at all. */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framesOf, type SpilledPart, SpillWriter } from '../../src/execute/spill.ts';
import { tempFolder } from '../support/temp-folder.ts';

function bytesOf(length: number, seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 251));
}

/** Two parts: a stream of pieces, and frames of their own. */
function spilled() {
  const folder = tempFolder();
  const writer = new SpillWriter({ folder, problem: '' });
  const pieces = [bytesOf(10, 1), bytesOf(200_000, 2), bytesOf(0, 3), bytesOf(65_536, 4)];
  for (const piece of pieces) writer.write(piece);
  writer.cut();
  const stream = { path: writer.path, offset: 0, length: writer.length };
  const frames = [bytesOf(5, 5), bytesOf(100_000, 6)];
  for (const frame of frames) writer.frame(frame);
  const framed = { path: writer.path, offset: stream.length, length: writer.length - stream.length };
  writer.close();
  return { folder, stream, framed, pieces, frames };
}

/** Copies: a frame is valid until the next one is read. */
function read(part: SpilledPart): Buffer[] {
  const frames: Buffer[] = [];
  for (const frame of framesOf(part)) frames.push(Buffer.from(frame));
  return frames;
}

describe('SpillWriter and framesOf', () => {
  it('give back streams and frames', () => {
    const { stream, framed, pieces, frames } = spilled();
    expect(Buffer.concat(read(stream)).equals(Buffer.concat(pieces))).toBe(true);
    const found = read(framed);
    expect(found.map((frame) => frame.length)).toEqual([5, 100_000]);
    expect(Buffer.concat(found).equals(Buffer.concat(frames))).toBe(true);
  });

  it('make no file where nothing is written', () => {
    const folder = tempFolder();
    const writer = new SpillWriter({ folder, problem: '' });
    writer.write(new Uint8Array(0));
    writer.cut();
    writer.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([0, 4, 8, 50_000, 132_000])('refuse a file with another byte at %d', (at) => {
    const { stream } = spilled();
    const bytes = readFileSync(stream.path);
    bytes[at] = (bytes[at] ?? 0) ^ 16;
    writeFileSync(stream.path, bytes);
    expect(() => read(stream)).toThrow(/^Cannot read back what was spilled: ".*" is damaged at \d+: check the disk/);
  });

  it('refuse a file that ends too early', () => {
    const { framed } = spilled();
    truncateSync(framed.path, framed.offset + framed.length - 1);
    expect(() => read(framed)).toThrow(/is damaged at/);
  });

  it('say where they cannot write, and what helps', () => {
    const folder = join(tempFolder(), 'gone');
    const writer = new SpillWriter({ folder, problem: '' });
    expect(() => writer.frame(bytesOf(10, 1))).toThrow(
      `Cannot spill to "${folder}": no such file or directory: free space there or name another folder with --spill-dir`,
    );
    const nowhere = new SpillWriter({ folder: null, problem: 'Cannot spill to "/x": why: do this' });
    expect(() => nowhere.frame(bytesOf(10, 1))).toThrow('Cannot spill to "/x": why: do this');
  });
});
