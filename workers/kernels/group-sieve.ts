// Merging where only the groups with the highest counts are wanted: a group whose count cannot reach what it has to need not be
// made. What a group can reach at most is the sum of its cell, to which every written group adds its count that has the same
// last bits of its hash (a count-min sketch of one row: Cormode and Muthukrishnan, 2005). So there are two passes over the
// written groups, with cells that stay in the second-level cache, instead of a table of all of them that does not. One sieve at a time.
import { alloc } from './arena';
import { isOnes, isShort, SHORT_BYTES, shortLength, statesOf, writtenKey, writtenLength } from './group-head';
import { addOnes, writtenHash } from './group-partials';
import {
  field, findBytes, findInteger, KEY_BYTES, NULL_KEY, reserve, rowBehind, ROWS, Table, varies,
} from './group-table';
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
/** The groups' hashes, u32, in the order of the first pass, of as many groups as there is room for. */
let hashes: usize = 0;
let hashesEnd: usize = 0;
/** That of the next group. */
let cursor: usize = 0;

/**
 * Makes an empty sieve of `cellCount` cells, a power of two, where `state` is a count. `groups`: about how many are
 * written; `limit`: of the arena. False where a state takes different numbers of bytes in different groups, or there is no room.
 */
export function openSieve(address: usize, state: u32, cellCount: u32, groups: u32, limit: usize): bool {
  const table = changetype<Table>(address);
  const kind = field(table, state).kind;
  if (varies(table) || !states.isCount(kind)) return false;
  if (groups > <u32>(limit / (ARENA_SHARE << 2))) return false;
  cells = alloc(cellCount << 1);
  hashes = alloc(groups << 2);
  hashesEnd = hashes + (<usize>groups << 2);
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

/** The first pass: adds the counts of the whole written groups of [begin, end) to their cells; where the last one ends. */
export function sieveCounts(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  const inBytes = table.keyMode == KEY_BYTES;
  const fixed = <u64>table.fixedBytes;
  let to = cursor;
  let at = begin;
  const safe = end - SHORT_BYTES - table.fixedBytes;
  const mostHashes = hashesEnd;
  while (at < end) {
    const ones = isOnes(at);
    let key = at + 1;
    let length = shortLength(at);
    let written = <u64>key + length;
    if (at > safe || !isShort(at)) {
      written = statesOf(at, end);
      if (written > <u64>end || written + (ones ? <u64>0 : fixed) > <u64>end) break;
      key = writtenKey(at);
      length = writtenLength(at);
    }
    const hash = writtenHash(key, length, inBytes);
    if (to < mostHashes) {
      store<u32>(to, hash);
      to += 4;
    }
    const cell = cellOf(hash);
    const count = ones ? <u64>1 : load<u64>(<usize>written + offset);
    store<u16>(cell, <u16>min<u64>(<u64>load<u16>(cell) + min<u64>(count, MOST), MOST));
    at = <usize>written + (ones ? <usize>0 : <usize>fixed);
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
  const fixed = <u64>table.fixedBytes;
  const wanted = min<u32>(least, <u32>MOST);
  let from = cursor;
  let at = begin;
  while (at < end) {
    const written = statesOf(at, end);
    const ones = isOnes(at);
    const next = written + (ones ? <u64>0 : fixed);
    if (written > <u64>end || next > <u64>end) break;
    const length = writtenLength(at);
    const key = writtenKey(at);
    let hash: u32;
    if (from < hashesEnd) {
      hash = load<u32>(from);
      from += 4;
    } else {
      hash = writtenHash(key, length, inBytes);
    }
    at = <usize>next;
    if (<u32>load<u16>(cellOf(hash)) < wanted) continue;
    if (!reserve(table, 1)) return 0;
    const row = inBytes
      ? findBytes(table, address, hash, key, length)
      : findInteger(table, address, hash, length == NULL_KEY ? 0 : load<i64>(key), length == NULL_KEY);
    if (row == 0) return 0;
    if (ones) {
      addOnes(table, row);
      continue;
    }
    let state = <usize>written;
    for (let j: u32 = 0; j < table.stateCount; j++) state = states.mergeState(field(table, j), row, state);
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
