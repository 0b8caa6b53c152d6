// Serialization of a group table into 64 hash partitions: each has a staging buffer in the arena, and full buffers are handed
// to JavaScript (`emitPartition`), which appends them to that partition's part of the partial. Nothing here grows with the table.
import { alloc } from './arena';

// @ts-ignore: decorator
@external("env", "emitPartition")
declare function emitPartition(partition: u32, address: usize, length: usize): void;

export const PARTITIONS: u32 = 64;
const STAGING: usize = 4096;

let staging: usize = 0;
const fill: usize = memory.data(64 * 4, 16);
let current: u32 = 0;

/** Allocates the staging buffers once per arena; false when the arena is full. */
export function writerInit(): bool {
  if (staging == 0) staging = alloc(<u32>(STAGING * PARTITIONS));
  memory.fill(fill, 0, 64 * 4);
  return staging != 0;
}

/** After the arena was emptied: the buffers are gone with everything else. */
export function forgetStaging(): void {
  staging = 0;
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
    emitPartition(partition, staging + <usize>partition * STAGING, length);
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
export const MOST_ROOM: usize = STAGING - 16;

/** Address where `bytes` (at most MOST_ROOM) may be written now. */
// @ts-ignore: decorator
@inline
export function room(bytes: usize): usize {
  const slot = fill + (<usize>current << 2);
  let used: usize = load<u32>(slot);
  if (used + bytes > MOST_ROOM) {
    flush(current);
    used = 0;
  }
  store<u32>(slot, <u32>(used + bytes));
  return staging + <usize>current * STAGING + used;
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
  if (length > MOST_ROOM) {
    flush(current);
    emitPartition(current, address, length);
  } else if (length > 0) {
    memory.copy(room(length), address, length);
  }
}
