// Serialization of a group table into 64 hash partitions: each has a staging buffer in the arena, and full buffers are handed
// to JavaScript (`emitPartition`), which appends them to that partition's part of the partial. Nothing here grows with the table.
import { alloc, arenaLimit, free } from './arena';
import { emitPartition } from './host';

export const PARTITIONS: u32 = 64;
const STAGING: usize = 4096;
const MOST_STAGING: u32 = 1 << 14;
/** A buffer holds about so many groups at least: each time one is handed out costs as much as writing some of them. */
const GROUPS_AT_ONCE: u32 = 8;
/** More than so large a part of the arena is not worth it. */
const ARENA_SHARE: u32 = 32;

let staging: usize = 0;
/** Of each buffer. */
let stagingBytes: usize = STAGING;
const fill: usize = memory.data(64 * 4, 16);
let current: u32 = 0;

/** Allocates the staging buffers once per arena; false when the arena is full. */
export function writerInit(): bool {
  if (staging == 0) staging = alloc(<u32>(stagingBytes * PARTITIONS));
  memory.fill(fill, 0, 64 * 4);
  return staging != 0;
}

/** Makes the buffers, which must be empty, larger where groups of so many bytes need it and the arena has room. */
export function widenStaging(bytesEach: u32): void {
  const wanted = min<u32>(bytesEach * GROUPS_AT_ONCE, MOST_STAGING);
  if (<usize>wanted <= stagingBytes) return;
  const bytes: u32 = 1 << (32 - clz<u32>(wanted - 1));
  if (bytes * PARTITIONS > arenaLimit() / ARENA_SHARE) return;
  const wider = alloc(bytes * PARTITIONS);
  if (wider == 0) return;
  free(staging, <u32>(stagingBytes * PARTITIONS));
  staging = wider;
  stagingBytes = bytes;
}

/** After the arena was emptied: the buffers are gone with everything else. */
export function forgetStaging(): void {
  staging = 0;
  stagingBytes = STAGING;
}

// @ts-ignore: decorator
@inline
export function selectPartition(partition: u32): void {
  current = partition;
}

function flush(partition: u32): void {
  const slot = fill + (<usize>partition << 2);
  const length = load<u32>(slot);
  if (length > 0) {
    emitPartition(partition, staging + <usize>partition * stagingBytes, length);
    store<u32>(slot, 0);
  }
}

/** Hands out what the current partition holds, so that others may append to it; its number. */
export function flushPartition(): u32 {
  flush(current);
  return current;
}

export function flushAll(): void {
  for (let p: u32 = 0; p < PARTITIONS; p++) flush(p);
}

/** What `room` can give at once; up to 16 bytes behind it may be overwritten. */
// @ts-ignore: decorator
@inline
function mostRoom(): usize {
  return stagingBytes - 16;
}

/** Address where `bytes` (at most `mostRoom()`) may be written now. */
// @ts-ignore: decorator
@inline
export function room(bytes: usize): usize {
  const slot = fill + (<usize>current << 2);
  let used: usize = load<u32>(slot);
  if (used + bytes > mostRoom()) {
    flush(current);
    used = 0;
  }
  store<u32>(slot, <u32>(used + bytes));
  return staging + <usize>current * stagingBytes + used;
}

/** Gives back the last bytes that `room` gave. */
// @ts-ignore: decorator
@inline
export function unuse(bytes: usize): void {
  const slot = fill + (<usize>current << 2);
  store<u32>(slot, load<u32>(slot) - <u32>bytes);
}

// @ts-ignore: decorator
@inline
export function putU32(value: u32): void {
  store<u32>(room(4), value);
}

// @ts-ignore: decorator
@inline
export function putU64(value: u64): void {
  store<u64>(room(8), value);
}

export function putBytes(address: usize, length: usize): void {
  if (length > mostRoom()) {
    flush(current);
    emitPartition(current, address, length);
  } else if (length > 0) {
    memory.copy(room(length), address, length);
  }
}
