/**
 * What a file was when it was read, so that a later run knows whether it still is, or has only grown.
 *
 * A fingerprint covers the first and the last 64 KiB of what was planned: enough for rotated, truncated and rewritten logs;
 * bytes changed in place in the middle show by the modification time.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { RunError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { formatSize } from '../../core/size.ts';
import type { InputName, SourceFile } from '../../core/source.ts';
import { readBytes } from './frames.ts';

export interface SourceIdentity {
  readonly name: string;
  readonly path: string;
  readonly input: InputName;
  readonly sizeBytes: number;
  /** Nanoseconds, as text: beyond what a JSON number holds. */
  readonly modifiedAtNs: string;
  readonly inode: string;
  readonly head: string;
  readonly tail: string;
  /** Whether the last byte ends a line; otherwise what was its last record may have become longer. */
  readonly endsLine: boolean;
}

export type SourceChange = { readonly type: 'none' } | { readonly type: 'grown' } | Changed;
interface Changed {
  readonly type: 'changed';
  /** For messages, behind the file's name: `was replaced`. */
  readonly how: string;
}

const fingerprintBytes = 1 << 16;
const lineFeed = 10;

/** The file as it is, its planned size taken from the source. Throws RunError. */
export function identify(source: SourceFile): SourceIdentity {
  const { name, path, input } = source;
  return reading(source, (descriptor) => {
    const { ino, mtimeNs } = fstatSync(descriptor, { bigint: true });
    const sizeBytes = source.sizeBytes ?? 0;
    const last = sizeBytes > 0 ? readBytes(descriptor, sizeBytes - 1, 1)[0] : lineFeed;
    return {
      ...{ name, path, input, sizeBytes },
      modifiedAtNs: String(mtimeNs),
      inode: String(ino),
      ...fingerprint(descriptor, sizeBytes),
      endsLine: last === lineFeed,
    };
  });
}

/** Compares what the file was with what it is now. Throws RunError. */
export function compareSource(before: SourceIdentity, now: SourceIdentity, source: SourceFile): SourceChange {
  if (now.inode !== before.inode) return { type: 'changed', how: 'was replaced by another file' };
  if (now.input !== before.input) return { type: 'changed', how: `is read as ${now.input} and was ${before.input}` };
  if (now.sizeBytes < before.sizeBytes) {
    const [was, is] = [formatSize(before.sizeBytes), formatSize(now.sizeBytes)];
    return { type: 'changed', how: `had ${was} and has ${is === was ? `${now.sizeBytes} bytes` : is} now` };
  }
  const old = reading(source, (descriptor) => fingerprint(descriptor, before.sizeBytes));
  if (old.head !== before.head || old.tail !== before.tail) return { type: 'changed', how: 'has other content now' };
  if (now.sizeBytes > before.sizeBytes) return { type: 'grown' };
  return now.modifiedAtNs === before.modifiedAtNs
    ? { type: 'none' }
    : { type: 'changed', how: `was written to at ${timeOf(now.modifiedAtNs)}` };
}

function fingerprint(descriptor: number, sizeBytes: number): { readonly head: string; readonly tail: string } {
  const length = Math.min(sizeBytes, fingerprintBytes);
  return {
    head: digest(readBytes(descriptor, 0, length)),
    tail: digest(readBytes(descriptor, sizeBytes - length, length)),
  };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function timeOf(nanoseconds: string): string {
  return new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString();
}

function reading<Result>({ name, path }: SourceFile, use: (descriptor: number) => Result): Result {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, 'r');
    return use(descriptor);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunError(`Cannot fingerprint "${printable(name)}": ${reason}`, { cause: error });
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
