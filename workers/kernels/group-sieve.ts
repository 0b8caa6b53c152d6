// Merging where only the groups with the highest counts are wanted: a group whose count cannot reach what it has to need not be
// made. What a group can reach at most is the sum of its cell, to which every written group adds its count that has the same
// last bits of its hash (a count-min sketch of one row: Cormode and Muthukrishnan, 2005). So there are two passes over the
// written groups, with cells that stay in the second-level cache, instead of a table of all of them that does not. One sieve at a time.
import { alloc } from './arena';
import {
  field, findBytes, findInteger, KEY_BYTES, NULL_KEY, reserve, rowBehind, ROWS, Table, varies,
} from './group-table';
import { hashBytes, hashInteger, NULL_HASH } from './hash';
import { chunkBegin, chunkEnd, newestChunk, olderChunk } from './heap';
import * as states from './states/table';

/** A cell that has reached it stays there. */
const MOST: u64 = 0xffff;
/** Of the arena, for the hashes of all groups. */
const ARENA_SHARE: usize = 8;

/** u16[mask + 1]. */
let cells: usize = 0;
let mask: u32 = 0;
/** Of the count in a written group's states. */
let offset: usize = 0;
/** The groups' hashes, u32, in the order of the first pass. */
let hashes: usize = 0;
/** That of the next group. */
let cursor: usize = 0;

/**
 * Makes an empty sieve of `cellCount` cells, a power of two, where `state` is a count. `bytes`: of all written groups; `limit`: of the
 * arena. False where a state takes different numbers of bytes in different groups, or there is no room.
 */
export function openSieve(address: usize, state: u32, cellCount: u32, bytes: usize, limit: usize): bool {
  const table = changetype<Table>(address);
  const kind = field(table, state).kind;
  if (varies(table) || (kind != states.COUNT && kind != states.COUNT_VALID)) return false;
  const hashBytes = bytes / (4 + table.fixedBytes) * 4;
  if (hashBytes > limit / ARENA_SHARE) return false;
  cells = alloc(cellCount << 1);
  hashes = alloc(<u32>hashBytes + 4);
  if (cells == 0 || hashes == 0) return false;
  memory.fill(cells, 0, <usize>cellCount << 1);
  mask = cellCount - 1;
  offset = 0;
  for (let i: u32 = 0; i < state; i++) offset += states.fixedWrittenBytes(field(table, i).kind);
  cursor = hashes;
  return true;
}

/** Before a pass over the same groups. */
export function rewindSieve(): void {
  cursor = hashes;
}

// @ts-ignore: decorator
@inline
function cellOf(hash: u32): usize {
  return cells + (<usize>(hash & mask) << 1);
}

/** Whether the record at `at`, with `fixed` bytes beside its key, ends before `end`. In 64 bits: its length may make no sense. */
// @ts-ignore: decorator
@inline
function isWhole(at: usize, end: usize, fixed: usize): bool {
  if (end - at < 4) return false;
  const length = load<u32>(at);
  return (length == NULL_KEY ? 0 : <u64>length) + <u64>fixed <= <u64>(end - at);
}

// @ts-ignore: decorator
@inline
function keyBytesOf(length: u32): usize {
  return length == NULL_KEY ? 0 : <usize>length;
}

/** The first pass: adds the counts of the whole written groups of [begin, end) to their cells; where the last one ends. */
export function sieveCounts(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  const inBytes = table.keyMode == KEY_BYTES;
  const fixed = 4 + <usize>table.fixedBytes;
  let to = cursor;
  let at = begin;
  while (isWhole(at, end, fixed)) {
    const length = load<u32>(at);
    const key = at + 4;
    let hash: u64;
    if (length == NULL_KEY) hash = NULL_HASH;
    else if (inBytes) hash = hashBytes(key, length);
    else hash = hashInteger(load<u64>(key));
    store<u32>(to, <u32>(hash >> 32));
    to += 4;
    const cell = cellOf(<u32>(hash >> 32));
    const count = load<u64>(key + keyBytesOf(length) + offset);
    store<u16>(cell, <u16>min<u64>(<u64>load<u16>(cell) + min<u64>(count, MOST), MOST));
    at += fixed + keyBytesOf(length);
  }
  cursor = to;
  return at;
}

/** About the highest count that so many cells have: that many have it at least, or it is 0. */
export function sieveGuess(wanted: u32): u32 {
  // by the number of bits, then by the six bits behind the first
  const counts = memory.data(64 * 4, 16);
  memory.fill(counts, 0, 64 * 4);
  for (let i: u32 = 0; i <= mask; i++) {
    const bits = counts + (<usize>(32 - clz<u32>(load<u16>(cells + (<usize>i << 1)))) << 2);
    store<u32>(bits, load<u32>(bits) + 1);
  }
  let higher: u32 = 0;
  let bits: u32 = 16;
  for (; bits > 0; bits--) {
    const here = load<u32>(counts + (<usize>bits << 2));
    if (higher + here >= wanted) break;
    higher += here;
  }
  if (bits == 0) return 0;
  const base: u32 = 1 << (bits - 1);
  const shift: u32 = bits > 7 ? bits - 7 : 0;
  memory.fill(counts, 0, 64 * 4);
  for (let i: u32 = 0; i <= mask; i++) {
    const value = <u32>load<u16>(cells + (<usize>i << 1)) - base;
    if (value >= base) continue;
    const place = counts + (<usize>(value >> shift) << 2);
    store<u32>(place, load<u32>(place) + 1);
  }
  let place: u32 = 63;
  for (; place > 0; place--) {
    higher += load<u32>(counts + (<usize>place << 2));
    if (higher >= wanted) break;
  }
  return base + (place << shift);
}

/**
 * The second pass: as mergeGroups, with those of the whole groups of [begin, end) whose count may reach `least`. Where the last one
 * ends; 0 where the arena became full: the table is of no use then.
 */
export function mergeSieved(address: usize, least: u32, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  const inBytes = table.keyMode == KEY_BYTES;
  const fixed = 4 + <usize>table.fixedBytes;
  const wanted = min<u32>(least, <u32>MOST);
  let from = cursor;
  let at = begin;
  while (isWhole(at, end, fixed)) {
    const length = load<u32>(at);
    const hash = load<u32>(from);
    from += 4;
    if (<u32>load<u16>(cellOf(hash)) < wanted) {
      at += fixed + keyBytesOf(length);
      continue;
    }
    if (!reserve(table, 1)) return 0;
    const key = at + 4;
    const row = inBytes
      ? findBytes(table, address, hash, key, length)
      : findInteger(table, address, hash, length == NULL_KEY ? 0 : load<i64>(key), length == NULL_KEY);
    if (row == 0) return 0;
    at = key + keyBytesOf(length);
    for (let j: u32 = 0; j < table.stateCount; j++) at = states.mergeState(field(table, j), row, at);
  }
  cursor = from;
  return at;
}

/** How many groups of a table have a count of `least` or more in a state. */
export function groupsReaching(address: usize, state: u32, least: u64): u32 {
  const table = changetype<Table>(address);
  const at = <usize>field(table, state).offset;
  let count: u32 = 0;
  let chunk = newestChunk(address + ROWS);
  while (chunk != 0) {
    const end = chunkEnd(address + ROWS, chunk);
    for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) count += u32(load<u64>(row + at) >= least);
    chunk = olderChunk(chunk);
  }
  return count;
}
