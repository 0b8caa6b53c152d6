// A bump heap of chunks: what is put in never moves and is freed all at once. Keys, rows and set entries live in such heaps.
// Layout of a heap: 0 u32 newest chunk · 4 u32 cursor · 8 u32 end · 12 u32 size of the next chunk.
// Layout of a chunk: 0 u32 older chunk · 4 u32 bytes of the chunk · 8 u32 end of use (set when the next one is begun) · 16 contents.
import { alloc, free } from './arena';

export const HEAP_BYTES: u32 = 16;
const CHUNK_HEADER: usize = 16;
const FIRST_CHUNK: u32 = 1 << 14;
const LARGEST_CHUNK: u32 = 1 << 20;

export function heapInit(heap: usize): void {
  store<u32>(heap, 0);
  store<u32>(heap, 0, 4);
  store<u32>(heap, 0, 8);
  store<u32>(heap, FIRST_CHUNK, 12);
}

/** Address of `bytes` (a multiple of 8 keeps alignment), or 0 when the arena is full. */
// @ts-ignore: decorator
@inline
export function heapTake(heap: usize, bytes: u32): usize {
  const at: usize = load<u32>(heap, 4);
  const end = at + bytes;
  if (at != 0 && end <= <usize>load<u32>(heap, 8)) {
    store<u32>(heap, <u32>end, 4);
    return at;
  }
  return heapGrow(heap, bytes);
}

function heapGrow(heap: usize, bytes: u32): usize {
  let size = load<u32>(heap, 12);
  while (size < bytes + <u32>CHUNK_HEADER) size <<= 1;
  const chunk = alloc(size);
  if (chunk == 0) return 0;
  const newest: usize = load<u32>(heap);
  if (newest != 0) store<u32>(newest, load<u32>(heap, 4), 8);
  store<u32>(chunk, <u32>newest);
  store<u32>(chunk, size, 4);
  store<u32>(heap, <u32>chunk);
  store<u32>(heap, <u32>(chunk + CHUNK_HEADER + bytes), 4);
  store<u32>(heap, <u32>chunk + size, 8);
  store<u32>(heap, min<u32>(max<u32>(load<u32>(heap, 12) << 1, FIRST_CHUNK), LARGEST_CHUNK), 12);
  return chunk + CHUNK_HEADER;
}

export function heapFree(heap: usize): void {
  let chunk: usize = load<u32>(heap);
  while (chunk != 0) {
    const older: usize = load<u32>(chunk);
    free(chunk, load<u32>(chunk, 4));
    chunk = older;
  }
  heapInit(heap);
}

/** For walking a heap of equal-sized entries: the newest chunk, then `olderChunk`; contents are [chunkBegin, chunkEnd). */
// @ts-ignore: decorator
@inline
export function newestChunk(heap: usize): usize {
  return load<u32>(heap);
}

// @ts-ignore: decorator
@inline
export function olderChunk(chunk: usize): usize {
  return load<u32>(chunk);
}

// @ts-ignore: decorator
@inline
export function chunkBegin(chunk: usize): usize {
  return chunk + CHUNK_HEADER;
}

// @ts-ignore: decorator
@inline
export function chunkEnd(heap: usize, chunk: usize): usize {
  return chunk == <usize>load<u32>(heap) ? <usize>load<u32>(heap, 4) : <usize>load<u32>(chunk, 8);
}
