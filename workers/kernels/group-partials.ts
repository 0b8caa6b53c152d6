// Groups as bytes: a table written out in 64 partitions, and written groups folded into a table. A written group is its head
// (group-head.ts), key bytes, states.
import { headBytes, isOnes, keyBytes, writeHead, writtenKey, writtenLength } from './group-head';
import { hashBytes, hashInteger, NULL_HASH } from './hash';
import { chunkBegin, chunkEnd, newestChunk, olderChunk } from './heap';
import {
  COUNTS, field, findBytes, findInteger, hasOnes, hasOnlyOnes, KEY_BYTES, keyAddress, LOOK_AHEAD, NULL_KEY, partitionOf, reserve, ROW_HEADER, rowBehind, ROWS, Table, touchPlaces, varies,
} from './group-table';
import * as states from './states/table';
import { flushAll, PARTITIONS, putBytes, room, selectPartition, unuse, widenStaging } from './writer';

/** Keys up to this length are written in one go. */
const SHORT_KEY: u32 = 1024;

/** Bytes of each partition of the partial that `writeGroups` would emit, u32[64] at `out`. */
export function measureGroups(address: usize, out: usize): void {
  const table = changetype<Table>(address);
  for (let p: u32 = 0; p < PARTITIONS; p++) {
    const at = address + COUNTS + (<usize>p << 2);
    store<u32>(out + (<usize>p << 2), load<u32>(at) * table.fixedBytes + load<u32>(at, 256));
  }
  let chunk = newestChunk(address + ROWS);
  if (table.onlyCounts != 0) return leaveOnesOut(table, address, chunk, address + ROWS, out);
  if (!varies(table)) return;
  while (chunk != 0) {
    const end = chunkEnd(address + ROWS, chunk);
    for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) {
      let bytes: u32 = 0;
      let records: u32 = 1;
      for (let i: u32 = 0; i < table.stateCount; i++) {
        const state = field(table, i);
        const at = row + <usize>state.offset;
        if (states.fixedWrittenBytes(state.kind) == 0) bytes += states.writtenStateBytes(state.kind, at);
        records = max<u32>(records, states.portions(state.kind, at));
      }
      bytes += table.setCount * 8 * records;
      if (records > 1) bytes += (records - 1) * (headBytes(load<u32>(row, 4)) + <u32>keyBytes(load<u32>(row, 4)) + table.identityBytes);
      const at = out + (<usize>partitionOf(table, load<u32>(row)) << 2);
      store<u32>(at, load<u32>(at) + bytes);
    }
    chunk = olderChunk(chunk);
  }
}

/** Bytes of a group as written, about: on average, and without states whose bytes vary. */
function bytesEach(table: Table, address: usize): u32 {
  let bytes: u64 = 0;
  for (let p: usize = 0; p < PARTITIONS; p++) bytes += load<u32>(address + COUNTS + 256 + (p << 2));
  return table.fixedBytes + <u32>(bytes / table.groups);
}

/** Takes what is not written off the bytes of partitions. */
function leaveOnesOut(table: Table, address: usize, newest: usize, heap: usize, out: usize): void {
  if (hasOnlyOnes(table)) {
    for (let p: usize = 0; p < PARTITIONS << 2; p += 4) {
      store<u32>(out + p, load<u32>(out + p) - load<u32>(address + COUNTS + p) * table.fixedBytes);
    }
    return;
  }
  for (let chunk = newest; chunk != 0; chunk = olderChunk(chunk)) {
    const end = chunkEnd(heap, chunk);
    for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) {
      if (!hasOnes(table, row)) continue;
      const at = out + (<usize>partitionOf(table, load<u32>(row)) << 2);
      store<u32>(at, load<u32>(at) - table.fixedBytes);
    }
  }
}

/**
 * Emits the groups of partitions [from, to) as head, key bytes, states: to their partition, through `emitPartition`. A
 * group whose sets are large takes several records with the same key; in all but the first the other states are identities.
 */
export function writeGroups(address: usize, from: u32, to: u32): void {
  const table = changetype<Table>(address);
  // states that are written as they stand, one behind the other as in the row
  if (table.groups != 0) widenStaging(bytesEach(table, address));
  const plain = !varies(table) && table.fixedBytes == table.rowBytes - ROW_HEADER && table.fixedBytes <= 1024;
  let chunk = newestChunk(address + ROWS);
  while (chunk != 0) {
    const end = chunkEnd(address + ROWS, chunk);
    for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) {
      const partition = partitionOf(table, load<u32>(row));
      if (partition < from || partition >= to) continue;
      selectPartition(partition);
      const length = load<u32>(row, 4);
      if (plain && (length == NULL_KEY || length <= SHORT_KEY)) writePlain(table, row, length);
      else writeRow(table, row);
    }
    chunk = olderChunk(chunk);
  }
  flushAll();
}

function writeRow(table: Table, row: usize): void {
  const length = load<u32>(row, 4);
  let first = true;
  let more = false;
  do {
    const ones = hasOnes(table, row);
    writeHead(room(5), length, ones);
    unuse(5 - headBytes(length));
    if (length != NULL_KEY) putBytes(keyAddress(table, row), length);
    more = false;
    if (ones) break;
    for (let i: u32 = 0; i < table.stateCount; i++) {
      const state = field(table, i);
      const at = row + <usize>state.offset;
      if (states.isSet(state.kind)) {
        state.rest = <u32>states.writePortion(state.kind, first ? states.firstEntry(state.kind, at) : <usize>state.rest);
        more = more || state.rest != 0;
      } else if (first) {
        states.writeState(state.kind, at);
      } else {
        states.writeIdentity(state.kind);
      }
    }
    first = false;
  } while (more);
}

// @ts-ignore: decorator
@inline
function writePlain(table: Table, row: usize, length: u32): void {
  const bytes = keyBytes(length);
  const ones = hasOnes(table, row);
  const fixed: usize = ones ? 0 : <usize>table.fixedBytes;
  const head = <usize>headBytes(length);
  let at = room(head + bytes + fixed);
  writeHead(at, length, ones);
  at += head;
  const key = keyAddress(table, row);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(at + i, v128.load(key + i));
  at += bytes;
  const states = row + ROW_HEADER;
  for (let i: usize = 0; i < fixed; i += 8) store<u64>(at + i, load<u64>(states + i));
}

/** Hash of a written key. */
// @ts-ignore: decorator
@inline
export function writtenHash(key: usize, length: u32, inBytes: bool): u32 {
  if (length == NULL_KEY) return <u32>(NULL_HASH >> 32);
  return <u32>((inBytes ? hashBytes(key, length) : hashInteger(load<u64>(key))) >> 32);
}

/** Merges states that were left out. */
// @ts-ignore: decorator
@inline
export function addOnes(table: Table, row: usize): void {
  for (let at = row + ROW_HEADER; at < row + <usize>table.rowBytes; at += 8) store<u64>(at, load<u64>(at) + 1);
}

/**
 * Folds written groups [begin, end) into the table. Returns `end`; where the arena became full, the address of the group
 * that did not fit (nothing of it was taken), or 0 when a group was taken in part and the table must be thrown away.
 */
export function mergeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  const hashes = <usize>table.hashes;
  const inBytes = table.keyMode == KEY_BYTES;
  // where every group takes the same bytes behind its key, a few are hashed ahead
  const ahead: u32 = table.fixedBytes > 0 && !varies(table) ? LOOK_AHEAD : 1;
  let at = begin;
  while (at < end) {
    if (!reserve(table, ahead)) return at;
    let n: u32 = 0;
    for (let next = at; n < ahead && next < end; n++) {
      const length = writtenLength(next);
      const key = writtenKey(next);
      store<u32>(hashes + (<usize>n << 2), writtenHash(key, length, inBytes));
      next = key + keyBytes(length) + (isOnes(next) ? <usize>0 : <usize>table.fixedBytes);
    }
    touchPlaces(table, n);
    for (let i: u32 = 0; i < n; i++) {
      const hash = load<u32>(hashes + (<usize>i << 2));
      const length = writtenLength(at);
      const key = writtenKey(at);
      let row: usize;
      if (inBytes) row = findBytes(table, address, hash, key, length);
      else row = findInteger(table, address, hash, length == NULL_KEY ? 0 : load<i64>(key), length == NULL_KEY);
      if (row == 0) return at;
      let next = key + keyBytes(length);
      if (isOnes(at)) {
        addOnes(table, row);
      } else {
        for (let j: u32 = 0; j < table.stateCount; j++) {
          next = states.mergeState(field(table, j), row, next);
          if (next == 0) return 0;
        }
      }
      at = next;
    }
  }
  return at;
}
