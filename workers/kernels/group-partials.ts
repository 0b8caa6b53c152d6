// Groups as bytes: a table written out in 64 partitions, and written groups folded into a table. A written group is
// u32 key length (NULL_KEY: NULL), key bytes, states.
import { hashBytes, hashInteger, NULL_HASH } from './hash';
import { chunkBegin, chunkEnd, newestChunk, olderChunk } from './heap';
import {
  COUNTS, field, findBytes, findInteger, KEY_BYTES, keyAddress, LOOK_AHEAD, NULL_KEY, partitionOf, reserve, ROW_HEADER, rowBehind, ROWS, Table, touchPlaces, varies,
} from './group-table';
import * as states from './states/table';
import { flushAll, PARTITIONS, putBytes, putU32, room, selectPartition, widenStaging } from './writer';

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
      if (records > 1) bytes += (records - 1) * (4 + writtenKeyBytes(row) + table.identityBytes);
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

/** Key bytes as written: none for NULL. */
// @ts-ignore: decorator
@inline
function writtenKeyBytes(row: usize): u32 {
  const length = load<u32>(row, 4);
  return length == NULL_KEY ? 0 : length;
}

/**
 * Emits the groups of partitions [from, to) as u32 key length, key bytes, states: to their partition, through `emitPartition`. A
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
    putU32(length);
    if (length != NULL_KEY) putBytes(keyAddress(table, row), length);
    more = false;
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
  const keyBytes: usize = length == NULL_KEY ? 0 : length;
  let at = room(4 + keyBytes + table.fixedBytes);
  store<u32>(at, length);
  at += 4;
  const key = keyAddress(table, row);
  for (let i: usize = 0; i < keyBytes; i += 16) v128.store(at + i, v128.load(key + i));
  at += keyBytes;
  const states = row + ROW_HEADER;
  for (let i: usize = 0; i < <usize>table.fixedBytes; i += 8) store<u64>(at + i, load<u64>(states + i));
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
      const length = load<u32>(next);
      let hash: u64;
      if (length == NULL_KEY) hash = NULL_HASH;
      else if (inBytes) hash = hashBytes(next + 4, length);
      else hash = hashInteger(load<u64>(next, 4));
      store<u32>(hashes + (<usize>n << 2), <u32>(hash >> 32));
      next += 4 + (length == NULL_KEY ? 0 : length) + table.fixedBytes;
    }
    touchPlaces(table, n);
    for (let i: u32 = 0; i < n; i++) {
      const hash = load<u32>(hashes + (<usize>i << 2));
      const length = load<u32>(at);
      const key = at + 4;
      let row: usize;
      if (inBytes) row = findBytes(table, address, hash, key, length);
      else row = findInteger(table, address, hash, length == NULL_KEY ? 0 : load<i64>(key), length == NULL_KEY);
      if (row == 0) return at;
      let next = key + (length == NULL_KEY ? 0 : length);
      for (let j: u32 = 0; j < table.stateCount; j++) {
        next = states.mergeState(field(table, j), row, next);
        if (next == 0) return 0;
      }
      at = next;
    }
  }
  return at;
}
