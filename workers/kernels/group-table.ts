// The group table: a hash aggregate over one batch at a time. Rows never move, so a row's address is the group's id.
//
// Row: 0 u32 hash · 4 u32 key length (NULL_KEY: NULL) · 8 states · behind them the key, an i64 or bytes, up to a multiple of 8.
// The key stands beside its group's states because that costs the fewest cache lines and pages: a table larger than the caches
// takes one miss in the index and one in the row.
// Index word: u64, hash in the high half, row address in the low half (0: empty); linear probing, at most half full.
// The hash's top six bits are the group's partition, so a partial is cut the same way everywhere.
import { alloc, free } from './arena';
import { compareBytes, equalBytes, hashBytes, hashInteger, NULL_HASH } from './hash';
import { headBytes, keyBytes } from './group-head';
import { forgetAll } from './group-memo';
import { chunkBegin, chunkEnd, HEAP_BYTES, heapFree, heapInit, heapTake, newestChunk, olderChunk } from './heap';
import { clearTable, createTable as createSideTable } from './states/distinct';
import * as states from './states/table';
import { StateField } from './states/table';
import { writerInit } from './writer';

export const KEY_NONE: u32 = 0;
export const KEY_INTEGER: u32 = 1;
export const KEY_BYTES: u32 = 2;

export const NULL_KEY: u32 = 0xffffffff;
export const ROW_HEADER: u32 = 8;
const FIRST_SLOTS: u32 = 1024;
const FIELD_BYTES: u32 = 24;

@unmanaged
export class Table {
  keyMode: u32;
  /** Bytes of a row before its key. */
  rowBytes: u32;
  groups: u32;
  stateCount: u32;
  index: u32;
  indexMask: u32;
  fields: u32;
  outside: u32;
  /** u32[LOOK_AHEAD]. */
  hashes: u32;
  /** Of group-lookup.ts: the records of a block that are still to be found, u32[LOOK_AHEAD]. */
  missed: u32;
  /** Of group-memo.ts: its entries (0: none), how many batches go without it, and how often in a row it has not helped. */
  memo: u32;
  memoRest: u32;
  memoFailures: u32;
  walkChunk: u32;
  walkAt: u32;
  fixedBytes: u32;
  /** Where values go that are only read to bring them into the cache. */
  sink: u32;
  /** The six bits of the hash from here on are the partition; more than 0 where a partition is cut once more. */
  shift: u32;
  /** States that are sets. */
  setCount: u32;
  /** Bytes of the other states' identities, as written. */
  identityBytes: u32;
  /** Whether there are states, and all of them are counts. */
  onlyCounts: u32;
  /** Groups that were appended, and how often a count of records was fed with one. */
  appended: u32;
  fed: u32;
  spare: u32;
  // followed by the heap of rows, u32[64] groups and u32[64] key bytes per partition
}
export const ROWS: usize = 96;
/** Groups per partition, u32[64]; bytes of their keys as written, u32[64], follow. */
export const COUNTS: usize = 112;
const TABLE_BYTES: u32 = 112 + 512;
/** Keys above this length are copied by memory.copy. */
const LONG_KEY: u32 = 256;
export const LOOK_AHEAD: u32 = 32;
/** Bytes behind a row's start, up to which its key is touched. */
const MOST_TOUCHED: usize = 4096;
/** Indexes from this size on do not stay in the second-level cache. */
const FAR_SLOTS: u32 = 1 << 15;

// @ts-ignore: decorator
@inline
export function field(table: Table, i: u32): StateField {
  return changetype<StateField>(<usize>table.fields + <usize>(i * FIELD_BYTES));
}

/**
 * A new table, or 0 when the arena is full. `kinds` and `types`: u32 per state (states/table.ts, states/value-hash.ts).
 */
export function createGroupTable(keyMode: u32, stateCount: u32, kinds: usize, types: usize): usize {
  const address = alloc(TABLE_BYTES);
  if (address == 0) return 0;
  memory.fill(address, 0, TABLE_BYTES);
  const table = changetype<Table>(address);
  table.keyMode = keyMode;
  table.stateCount = stateCount;
  table.fields = <u32>alloc(max<u32>(stateCount, 1) * FIELD_BYTES);
  table.hashes = <u32>alloc(LOOK_AHEAD * 4);
  table.missed = <u32>alloc(LOOK_AHEAD * 4);
  table.sink = <u32>alloc(16);
  if (table.fields == 0 || table.hashes == 0 || table.missed == 0 || table.sink == 0 || !writerInit()) return 0;
  let offset = ROW_HEADER;
  let fixed: u32 = 0;
  table.onlyCounts = u32(stateCount > 0);
  for (let i: u32 = 0; i < stateCount; i++) {
    const state = field(table, i);
    state.kind = load<u32>(kinds + (<usize>i << 2));
    state.type = load<u32>(types + (<usize>i << 2));
    state.offset = offset;
    state.side = 0;
    if (states.isSet(state.kind)) {
      state.side = <u32>createSideTable();
      if (state.side == 0) return 0;
    }
    offset += states.stateSize(state.kind);
    fixed += states.fixedWrittenBytes(state.kind);
    if (states.isSet(state.kind)) table.setCount++;
    table.identityBytes += states.identityBytes(state.kind);
    if (states.hasOutside(state.kind)) table.outside = 1;
    if (!states.isCount(state.kind)) table.onlyCounts = 0;
  }
  table.rowBytes = offset;
  table.fixedBytes = fixed;
  heapInit(address + ROWS);
  return createIndex(table, FIRST_SLOTS) ? address : 0;
}

/** Cuts by other bits of the hash than the first six; only while the table is empty. */
export function setPartitionShift(address: usize, shift: u32): void {
  changetype<Table>(address).shift = shift;
}

// @ts-ignore: decorator
@inline
export function partitionOf(table: Table, hash: u32): u32 {
  return (hash << table.shift) >> 26;
}

export function groupCount(address: usize): u32 {
  return changetype<Table>(address).groups;
}

/** Offset of a state inside a row. */
export function stateOffset(address: usize, i: u32): u32 {
  return field(changetype<Table>(address), i).offset;
}

function createIndex(table: Table, slots: u32): bool {
  const index = alloc(slots << 3);
  if (index == 0) return false;
  memory.fill(index, 0, slots << 3);
  table.index = <u32>index;
  table.indexMask = slots - 1;
  return true;
}

/** Empties the table and gives its memory back; false when not even the first index fits. */
export function clearGroupTable(address: usize): bool {
  const table = changetype<Table>(address);
  if (table.outside != 0) {
    let chunk = newestChunk(address + ROWS);
    while (chunk != 0) {
      const end = chunkEnd(address + ROWS, chunk);
      for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) {
        for (let i: u32 = 0; i < table.stateCount; i++) {
          states.freeState(field(table, i).kind, row + <usize>field(table, i).offset);
        }
      }
      chunk = olderChunk(chunk);
    }
  }
  for (let i: u32 = 0; i < table.stateCount; i++) {
    if (field(table, i).side != 0 && !clearTable(field(table, i).side)) return false;
  }
  heapFree(address + ROWS);
  memory.fill(address + COUNTS, 0, 512);
  table.groups = 0;
  table.appended = 0;
  table.fed = 0;
  forgetAll(table);
  free(<usize>table.index, (table.indexMask + 1) << 3);
  return createIndex(table, FIRST_SLOTS);
}

function growIndex(table: Table): bool {
  const old = <usize>table.index;
  const oldSlots = table.indexMask + 1;
  if (!createIndex(table, oldSlots << 1)) {
    table.index = <u32>old;
    table.indexMask = oldSlots - 1;
    return false;
  }
  const index = <usize>table.index;
  const mask = table.indexMask;
  for (let i: u32 = 0; i < oldSlots; i++) {
    const word = load<u64>(old + (<usize>i << 3));
    if (word == 0) continue;
    let place = <u32>(word >> 32) & mask;
    while (load<u64>(index + (<usize>place << 3)) != 0) place = (place + 1) & mask;
    store<u64>(index + (<usize>place << 3), word);
  }
  free(old, oldSlots << 3);
  return true;
}

/** Bytes that a key takes in its row. */
// @ts-ignore: decorator
@inline
function keyRoom(length: u32): u32 {
  return length == NULL_KEY ? 0 : (length + 7) & ~7;
}

/** The row that stands behind another in its chunk. */
// @ts-ignore: decorator
@inline
export function rowBehind(table: Table, row: usize): usize {
  return row + <usize>table.rowBytes + <usize>keyRoom(load<u32>(row, 4));
}

/** Address of a group's key bytes; its length is at row + 4. */
// @ts-ignore: decorator
@inline
export function keyAddress(table: Table, row: usize): usize {
  return row + <usize>table.rowBytes;
}

/** A new row without its key and with zeroed states (the identity of each), which is not in the index; 0 when the arena is full. */
// @ts-ignore: decorator
@inline
function newRow(table: Table, address: usize, hash: u32, keyLength: u32): usize {
  const row = heapTake(address + ROWS, table.rowBytes + keyRoom(keyLength));
  if (row == 0) return 0;
  for (let i: usize = 8; i < <usize>table.rowBytes; i += 8) store<u64>(row + i, 0);
  store<u64>(row, (<u64>keyLength << 32) | <u64>hash);
  table.groups++;
  const counts = address + COUNTS + (<usize>partitionOf(table, hash) << 2);
  store<u32>(counts, load<u32>(counts) + 1);
  store<u32>(counts, load<u32>(counts, 256) + headBytes(keyLength) + <u32>keyBytes(keyLength), 256);
  return row;
}

/** The same, put in the index at `place`. */
function addRow(table: Table, address: usize, hash: u32, keyLength: u32, place: u32): usize {
  const row = newRow(table, address, hash, keyLength);
  if (row != 0) store<u64>(<usize>table.index + (<usize>place << 3), (<u64>hash << 32) | <u64>row);
  return row;
}

// @ts-ignore: decorator
@inline
export function findInteger(table: Table, address: usize, hash: u32, key: i64, isNull: bool): usize {
  const index = <usize>table.index;
  const mask = table.indexMask;
  const length: u32 = isNull ? NULL_KEY : 8;
  let place = hash & mask;
  while (true) {
    const word = load<u64>(index + (<usize>place << 3));
    if (word == 0) break;
    if (<u32>(word >> 32) == hash) {
      const row = <usize>(word & 0xffffffff);
      if (load<u32>(row, 4) == length && (isNull || load<i64>(keyAddress(table, row)) == key)) return row;
    }
    place = (place + 1) & mask;
  }
  const row = addRow(table, address, hash, length, place);
  if (row != 0 && !isNull) store<i64>(keyAddress(table, row), key);
  return row;
}

// @ts-ignore: decorator
@inline
export function findBytes(table: Table, address: usize, hash: u32, key: usize, length: u32): usize {
  const index = <usize>table.index;
  const mask = table.indexMask;
  /** The first eight bytes of its row. */
  const head = (<u64>length << 32) | <u64>hash;
  let place = hash & mask;
  while (true) {
    const word = load<u64>(index + (<usize>place << 3));
    if (word == 0) break;
    if (<u32>(word >> 32) == hash) {
      const row = <usize>(word & 0xffffffff);
      if (load<u64>(row) == head && (length == NULL_KEY || equalBytes(keyAddress(table, row), key, length))) return row;
    }
    place = (place + 1) & mask;
  }
  return insertBytes(table, address, hash, key, length, place);
}

function insertBytes(table: Table, address: usize, hash: u32, key: usize, length: u32, place: u32): usize {
  const row = addRow(table, address, hash, length, place);
  if (row != 0 && length != NULL_KEY) copyKey(keyAddress(table, row), key, length);
  return row;
}

/** Copies eight bytes at a time, as there is room for. */
// @ts-ignore: decorator
@inline
function copyKey(to: usize, key: usize, length: u32): void {
  if (length > LONG_KEY) {
    memory.copy(to, key, length);
    return;
  }
  for (let i: usize = 0; i < <usize>length; i += 8) store<u64>(to + i, load<u64>(key + i));
}

/** Room in the index for n more groups. */
// @ts-ignore: decorator
@inline
export function reserve(table: Table, n: u32): bool {
  if (table.groups == 0 && n * 2 > table.indexMask + 1) {
    free(<usize>table.index, (table.indexMask + 1) << 3);
    return createIndex(table, 1 << (32 - clz<u32>(n * 2 - 1)));
  }
  while ((table.groups + n) * 2 > table.indexMask + 1) {
    if (!growIndex(table)) return false;
  }
  return true;
}

/** Whether the index is so large that what keys will ask for is better touched first. */
// @ts-ignore: decorator
@inline
export function isFar(table: Table): bool {
  return table.indexMask >= FAR_SLOTS;
}

/**
 * Brings into the cache what the next n keys will ask for, by their hashes (u32): words of the index, then the rows that they
 * name. Stage by stage, in loops so short that the misses of many keys overlap.
 */
// @ts-ignore: decorator
@inline
export function touchPlaces(table: Table, n: u32): void {
  const hashes = <usize>table.hashes;
  const index = <usize>table.index;
  const mask = table.indexMask;
  // an empty word names row 0: whatever is touched there has to be inside the memory
  const key = min<usize>(table.rowBytes, MOST_TOUCHED);
  let touched: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    touched |= load<u64>(index + (<usize>(load<u32>(hashes + (<usize>i << 2)) & mask) << 3));
  }
  for (let i: u32 = 0; i < n; i++) {
    const word = load<u64>(index + (<usize>(load<u32>(hashes + (<usize>i << 2)) & mask) << 3));
    const row = <usize>(word & 0xffffffff);
    touched |= load<u64>(row) | load<u64>(row + key);
  }
  store<u64>(table.sink, touched);
}

// @ts-ignore: decorator
@inline
export function integerHash(key: i64, isNull: bool): u32 {
  return <u32>((isNull ? NULL_HASH : hashInteger(<u64>key)) >> 32);
}

/**
 * Rows of n integer keys, one for each record, whether its key has one already or not: a table of such rows is no table of
 * groups, but merges like one. How many were done, fewer when the arena is full.
 */
export function appendIntegers(address: usize, data: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  for (let i: u32 = 0; i < n; i++) {
    const isNull = load<u8>(flags + i) != 0;
    const key = isNull ? 0 : load<i64>(data + (<usize>i << 3));
    const hash = integerHash(key, isNull);
    const row = newRow(table, address, hash, isNull ? NULL_KEY : 8);
    if (row == 0) return i;
    if (!isNull) store<i64>(keyAddress(table, row), key);
    table.appended++;
    store<u32>(out + (<usize>i << 2), <u32>row);
  }
  return n;
}

/** The same for keys of bytes (spans). */
export function appendSpans(address: usize, spans: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  for (let i: u32 = 0; i < n; i++) {
    const span = load<u64>(spans + (<usize>i << 3));
    const key = <usize>(span & 0xffffffff);
    const isNull = load<u8>(flags + i) != 0;
    const length = isNull ? NULL_KEY : <u32>(span >> 32);
    const hash = <u32>((isNull ? NULL_HASH : hashBytes(key, <usize>length)) >> 32);
    const row = newRow(table, address, hash, length);
    if (row == 0) return i;
    if (!isNull) copyKey(keyAddress(table, row), key, length);
    table.appended++;
    store<u32>(out + (<usize>i << 2), <u32>row);
  }
  return n;
}

/** No keys: every record belongs to the one group, which exists even for no records (n = 0). */
export function groupAll(address: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  const row = findInteger(table, address, <u32>(NULL_HASH >> 32), 0, true);
  if (row == 0) return 0;
  for (let i: u32 = 0; i < n; i++) store<u32>(out + (<usize>i << 2), <u32>row);
  return n;
}

/** Feeds one state with records [from, n); how far it came, less than n when the arena is full. */
export function updateGroups(address: usize, state: u32, rows: usize, data: usize, flags: usize, from: u32, n: u32): u32 {
  const table = changetype<Table>(address);
  if (field(table, state).kind == states.COUNT) table.fed += n - from;
  return states.updateState(field(table, state), rows, data, flags, from, n);
}

/** The same for the states of min and max over the same values, which are never fed apart. */
export function updateExtremes(address: usize, least: u32, greatest: u32, rows: usize, data: usize, flags: usize, from: u32, n: u32): u32 {
  const table = changetype<Table>(address);
  return states.updateExtremes(field(table, least), field(table, greatest), rows, data, flags, from, n);
}

/** Makes the index large enough for so many groups at once; false when the arena is full. */
export function reserveGroups(address: usize, groups: u32): bool {
  return reserve(changetype<Table>(address), groups);
}

/** Whether all states of a row are counts of one. */
// @ts-ignore: decorator
@inline
export function hasOnes(table: Table, row: usize): bool {
  if (table.onlyCounts == 0) return false;
  let others: u64 = 0;
  for (let at = row + ROW_HEADER; at < row + <usize>table.rowBytes; at += 8) others |= load<u64>(at) ^ 1;
  return others == 0;
}

/** Whether that is so of every row without a look at them: each is one record's, and no record feeds a state twice. */
export function hasOnlyOnes(table: Table): bool {
  return table.onlyCounts != 0 && table.appended == table.groups && <u64>table.fed == <u64>table.groups * table.stateCount;
}

/** Whether a state takes different numbers of bytes in different groups. */
export function varies(table: Table): bool {
  for (let i: u32 = 0; i < table.stateCount; i++) {
    if (states.fixedWrittenBytes(field(table, i).kind) == 0) return true;
  }
  return false;
}

/** Where a group's key bytes are inside its row; their length is at 4. */
export function keyOffset(address: usize): u32 {
  return changetype<Table>(address).rowBytes;
}

/** Order of two groups by key, NULL last: negative, 0, positive. */
export function compareGroups(address: usize, a: usize, b: usize): i32 {
  const table = changetype<Table>(address);
  const aLength = load<u32>(a, 4);
  const bLength = load<u32>(b, 4);
  if (aLength == NULL_KEY || bLength == NULL_KEY) return <i32>(aLength == NULL_KEY) - <i32>(bLength == NULL_KEY);
  if (table.keyMode == KEY_BYTES) return compareBytes(keyAddress(table, a), aLength, keyAddress(table, b), bLength);
  const x = load<i64>(keyAddress(table, a));
  const y = load<i64>(keyAddress(table, b));
  return x < y ? -1 : x > y ? 1 : 0;
}
