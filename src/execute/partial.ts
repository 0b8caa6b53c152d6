/**
 * A partial aggregate as bytes: the groups of one scan, cut into 64 hash partitions.
 *
 * Header: u32 groups, then u32[65] where each partition begins, from the header's end. Body: per group its head
 * (workers/kernels/group-head.ts), key bytes, written states. The same key is in the same partition of
 * every partial, so partitions merge apart from each other.
 */
import { unclearedBytes } from '../core/uncleared-bytes.ts';

export const partitionCount = 64;

export const partialHeaderBytes = 4 + 4 * (partitionCount + 1);

/** An empty partial with room for partitions of the given byte lengths; `begins[p]` is where partition p starts. */
export function createPartial(
  groups: number,
  partitionBytes: readonly number[],
): { partial: Uint8Array; begins: number[] } {
  const total = partitionBytes.reduce((sum, bytes) => sum + bytes, 0);
  const partial = unclearedBytes(partialHeaderBytes + total);
  const header = new DataView(partial.buffer, 0, partialHeaderBytes);
  header.setUint32(0, groups, true);
  const begins: number[] = [];
  let at = 0;
  for (let p = 0; p <= partitionCount; p++) {
    header.setUint32(4 + 4 * p, at, true);
    if (p === partitionCount) break;
    begins.push(partialHeaderBytes + at);
    at += partitionBytes[p] ?? 0;
  }
  return { partial, begins };
}

export function partialGroups(partial: Uint8Array): number {
  return view(partial).getUint32(0, true);
}

/** Where each partition begins, and the last one ends, counted from the first one's begin: a view where the header is aligned. */
export function partialBegins(partial: Uint8Array): Uint32Array {
  const from = partial.byteOffset + 4;
  const aligned = from % 4 === 0 ? partial.buffer : partial.slice(4, partialHeaderBytes).buffer;
  return new Uint32Array(aligned, aligned === partial.buffer ? from : 0, partitionCount + 1);
}

/** The bytes of one partition; empty where the partial holds none of its groups. */
export function partitionOf(partial: Uint8Array, p: number): Uint8Array {
  const header = view(partial);
  const begin = header.getUint32(4 + 4 * p, true);
  const end = header.getUint32(8 + 4 * p, true);
  return partial.subarray(partialHeaderBytes + begin, partialHeaderBytes + end);
}

/** All groups of a partial, whatever their partition. */
export function partialBody(partial: Uint8Array): Uint8Array {
  return partial.subarray(partialHeaderBytes);
}

function view(partial: Uint8Array): DataView {
  return new DataView(partial.buffer, partial.byteOffset, partialHeaderBytes);
}
