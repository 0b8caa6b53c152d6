// The group table: a hash aggregate over one batch at a time. Rows never move, so a row's address is the group's id.
//
// Row: 0 u32 hash · 4 u32 key length (NULL_KEY: NULL) · 8 key: i64, or up to 16 bytes inline, or u32 address · 24 states.
// Index word: u64, hash in the high half, row address in the low half (0: empty); linear probing, at most half full.
// The hash's top six bits are the group's partition, so a partial is cut the same way everywhere.
import { alloc, free } from './arena';
import { compareBytes, equalBytes, hashBytes, hashInteger, NULL_HASH } from './hash';
import { chunkBegin, chunkEnd, HEAP_BYTES, heapFree, heapInit, heapTake, newestChunk, olderChunk } from './heap';
import { clearTable, createTable as createSideTable } from './states/distinct';
import * as states from './states/table';
import { StateField } from './states/table';
import { flushAll, PARTITIONS, putBytes, putU32, room, selectPartition, writerInit } from './writer';

export const KEY_NONE: u32 = 0;
export const KEY_INTEGER: u32 = 1;
export const KEY_BYTES: u32 = 2;

const NULL_KEY: u32 = 0xffffffff;
const ROW_HEADER: u32 = 24;
const INLINE: u32 = 16;
/** Keys up to this length are written in one go. */
const SHORT_KEY: u32 = 1024;
const FIRST_SLOTS: u32 = 1024;
const FIELD_BYTES: u32 = 16;
const BATCH: u32 = 2048;

@unmanaged
class Table {
  keyMode: u32;
  rowBytes: u32;
  groups: u32;
  stateCount: u32;
  index: u32;
  indexMask: u32;
  fields: u32;
  outside: u32;
  hashes: u32;
  walkChunk: u32;
  walkAt: u32;
  fixedBytes: u32;
  /** Where values go that are only read to bring them into the cache. */
  sink: u32;
  // followed by the heap of rows, the heap of long keys, u32[64] groups and u32[64] key bytes per partition
}
const ROWS: usize = 56;
const KEYS: usize = 72;
/** Groups per partition, u32[64]; bytes of their keys, u32[64], follow. */
const COUNTS: usize = 88;
const TABLE_BYTES: u32 = 88 + 512;
const LOOK_AHEAD: u32 = 32;
/** Indexes from this size on do not stay in the second-level cache. */
const FAR_SLOTS: u32 = 1 << 15;

// @ts-ignore: decorator
@inline
function field(table: Table, i: u32): StateField {
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
  table.hashes = <u32>alloc(BATCH * 4);
  table.sink = <u32>alloc(16);
  if (table.fields == 0 || table.hashes == 0 || table.sink == 0 || !writerInit()) return 0;
  let offset = ROW_HEADER;
  let fixed: u32 = 0;
  for (let i: u32 = 0; i < stateCount; i++) {
    const state = field(table, i);
    state.kind = load<u32>(kinds + (<usize>i << 2));
    state.type = load<u32>(types + (<usize>i << 2));
    state.offset = offset;
    state.side = 0;
    if (state.kind == states.DISTINCT) {
      state.side = <u32>createSideTable();
      if (state.side == 0) return 0;
    }
    offset += states.stateSize(state.kind);
    fixed += states.fixedWrittenBytes(state.kind);
    if (states.hasOutside(state.kind)) table.outside = 1;
  }
  table.rowBytes = offset;
  table.fixedBytes = fixed;
  heapInit(address + ROWS);
  heapInit(address + KEYS);
  return createIndex(table, FIRST_SLOTS) ? address : 0;
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
      for (let row = chunkBegin(chunk); row < end; row += table.rowBytes) {
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
  heapFree(address + KEYS);
  memory.fill(address + COUNTS, 0, 512);
  table.groups = 0;
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

/** A new zeroed row (zero is the identity of every state) put in the index at `place`; 0 when the arena is full. */
function addRow(table: Table, address: usize, hash: u32, keyLength: u32, place: u32): usize {
  const row = heapTake(address + ROWS, table.rowBytes);
  if (row == 0) return 0;
  for (let i: usize = 0; i < <usize>table.rowBytes; i += 8) store<u64>(row + i, 0);
  store<u32>(row, hash);
  store<u32>(row, keyLength, 4);
  store<u64>(<usize>table.index + (<usize>place << 3), (<u64>hash << 32) | <u64>row);
  table.groups++;
  const counts = address + COUNTS + (<usize>(hash >> 26) << 2);
  store<u32>(counts, load<u32>(counts) + 1);
  store<u32>(counts, load<u32>(counts, 256) + (keyLength == NULL_KEY ? 4 : 4 + keyLength), 256);
  return row;
}

// @ts-ignore: decorator
@inline
function findInteger(table: Table, address: usize, hash: u32, key: i64, isNull: bool): usize {
  const index = <usize>table.index;
  const mask = table.indexMask;
  const length: u32 = isNull ? NULL_KEY : 8;
  let place = hash & mask;
  while (true) {
    const word = load<u64>(index + (<usize>place << 3));
    if (word == 0) break;
    if (<u32>(word >> 32) == hash) {
      const row = <usize>(word & 0xffffffff);
      if (load<i64>(row, 8) == key && load<u32>(row, 4) == length) return row;
    }
    place = (place + 1) & mask;
  }
  const row = addRow(table, address, hash, length, place);
  if (row != 0) store<i64>(row, key, 8);
  return row;
}

// @ts-ignore: decorator
@inline
function findBytes(table: Table, address: usize, hash: u32, key: usize, length: u32): usize {
  const index = <usize>table.index;
  const mask = table.indexMask;
  let place = hash & mask;
  while (true) {
    const word = load<u64>(index + (<usize>place << 3));
    if (word == 0) break;
    if (<u32>(word >> 32) == hash) {
      const row = <usize>(word & 0xffffffff);
      if (load<u32>(row, 4) == length) {
        if (length == NULL_KEY) return row;
        const held = length <= INLINE ? row + 8 : <usize>load<u32>(row, 8);
        if (equalBytes(held, key, length)) return row;
      }
    }
    place = (place + 1) & mask;
  }
  return insertBytes(table, address, hash, key, length, place);
}

function insertBytes(table: Table, address: usize, hash: u32, key: usize, length: u32, place: u32): usize {
  let copy: usize = 0;
  if (length != NULL_KEY && length > INLINE) {
    copy = heapTake(address + KEYS, (length + 7) & ~7);
    if (copy == 0) return 0;
    memory.copy(copy, key, length);
  }
  const row = addRow(table, address, hash, length, place);
  if (row == 0) return 0;
  if (copy != 0) store<u32>(row, <u32>copy, 8);
  // sixteen bytes are always readable behind a key, and what is behind its length never counts
  else if (length != NULL_KEY) v128.store(row + 8, v128.load(key));
  return row;
}

/** Room in the index for n more groups. */
// @ts-ignore: decorator
@inline
function reserve(table: Table, n: u32): bool {
  if (table.groups == 0 && n * 2 > table.indexMask + 1) {
    free(<usize>table.index, (table.indexMask + 1) << 3);
    return createIndex(table, 1 << (32 - clz<u32>(n * 2 - 1)));
  }
  while ((table.groups + n) * 2 > table.indexMask + 1) {
    if (!growIndex(table)) return false;
  }
  return true;
}

/** Row addresses (u32) of n integer keys into `out`; how many were done, fewer when the arena is full. */
export function groupIntegers(address: usize, data: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  if (!reserve(table, n)) return 0;
  for (let i: u32 = 0; i < n; i++) {
    const isNull = load<u8>(flags + i) != 0;
    const key = isNull ? 0 : load<i64>(data + (<usize>i << 3));
    const hash = <u32>((isNull ? NULL_HASH : hashInteger(<u64>key)) >> 32);
    const row = findInteger(table, address, hash, key, isNull);
    if (row == 0) return i;
    store<u32>(out + (<usize>i << 2), <u32>row);
  }
  return n;
}

/** The same for keys of bytes (spans). A block is hashed and, where the table is large, touched first: so its cache misses overlap. */
export function groupSpans(address: usize, spans: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  if (!reserve(table, n)) return 0;
  const hashes = <usize>table.hashes;
  const index = <usize>table.index;
  const mask = table.indexMask;
  const far = mask >= FAR_SLOTS;
  for (let block: u32 = 0; block < n; block += LOOK_AHEAD) {
    const stop = min<u32>(n, block + LOOK_AHEAD);
    let touched: u64 = 0;
    for (let i = block; i < stop; i++) {
      const span = load<u64>(spans + (<usize>i << 3));
      const hash = load<u8>(flags + i) != 0 ? NULL_HASH : hashBytes(<usize>(span & 0xffffffff), <usize>(span >> 32));
      store<u32>(hashes + (<usize>i << 2), <u32>(hash >> 32));
      if (far) touched |= load<u64>(index + (<usize>(<u32>(hash >> 32) & mask) << 3));
    }
    if (far) {
      // the index words are near now; the rows they name are touched in their turn
      for (let i = block; i < stop; i++) {
        const word = load<u64>(index + (<usize>(load<u32>(hashes + (<usize>i << 2)) & mask) << 3));
        touched |= load<u64>(<usize>(word & 0xffffffff));
      }
      store<u64>(table.sink, touched);
    }
    for (let i = block; i < stop; i++) {
      const span = load<u64>(spans + (<usize>i << 3));
      const length = load<u8>(flags + i) != 0 ? NULL_KEY : <u32>(span >> 32);
      const row = findBytes(table, address, load<u32>(hashes + (<usize>i << 2)), <usize>(span & 0xffffffff), length);
      if (row == 0) return i;
      store<u32>(out + (<usize>i << 2), <u32>row);
    }
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
  return states.updateState(field(changetype<Table>(address), state), rows, data, flags, from, n);
}

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
    for (let row = chunkBegin(chunk); row < end; row += table.rowBytes) {
      let bytes: u32 = 0;
      for (let i: u32 = 0; i < table.stateCount; i++) {
        const state = field(table, i);
        if (states.fixedWrittenBytes(state.kind) == 0) bytes += states.writtenStateBytes(state.kind, row + <usize>state.offset);
      }
      const at = out + (<usize>(load<u32>(row) >> 26) << 2);
      store<u32>(at, load<u32>(at) + bytes);
    }
    chunk = olderChunk(chunk);
  }
}

/** Emits every group as u32 key length, key bytes, states: to its partition, through `emitPartition`. */
export function writeGroups(address: usize): void {
  const table = changetype<Table>(address);
  // states that are written as they stand, one behind the other as in the row
  const plain = !varies(table) && table.fixedBytes == table.rowBytes - ROW_HEADER && table.fixedBytes <= 1024;
  let chunk = newestChunk(address + ROWS);
  while (chunk != 0) {
    const end = chunkEnd(address + ROWS, chunk);
    for (let row = chunkBegin(chunk); row < end; row += table.rowBytes) {
      selectPartition(load<u32>(row) >> 26);
      const length = load<u32>(row, 4);
      if (plain && (length == NULL_KEY || length <= SHORT_KEY)) {
        writePlain(table, row, length);
        continue;
      }
      putU32(length);
      if (length != NULL_KEY) putBytes(keyAddress(table, row), length);
      for (let i: u32 = 0; i < table.stateCount; i++) {
        states.writeState(field(table, i).kind, row + <usize>field(table, i).offset);
      }
    }
    chunk = olderChunk(chunk);
  }
  flushAll();
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

// @ts-ignore: decorator
@inline
function keyAddress(table: Table, row: usize): usize {
  return table.keyMode == KEY_BYTES && load<u32>(row, 4) > INLINE ? <usize>load<u32>(row, 8) : row + 8;
}

/**
 * Folds written groups [begin, end) into the table. Returns `end`; where the arena became full, the address of the group
 * that did not fit (nothing of it was taken), or 0 when a group was taken in part and the table must be thrown away.
 */
export function mergeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  const hashes = <usize>table.hashes;
  const inBytes = table.keyMode == KEY_BYTES;
  // where every group takes the same bytes behind its key, a few are hashed ahead and their places touched, so that the
  // cache misses of one probe overlap with the next ones
  const ahead: u32 = table.fixedBytes > 0 && !varies(table) ? LOOK_AHEAD : 1;
  let at = begin;
  while (at < end) {
    if (!reserve(table, ahead)) return at;
    const index = <usize>table.index;
    const mask = table.indexMask;
    let n: u32 = 0;
    let touched: u64 = 0;
    for (let next = at; n < ahead && next < end; n++) {
      const length = load<u32>(next);
      let hash: u64;
      if (length == NULL_KEY) hash = NULL_HASH;
      else if (inBytes) hash = hashBytes(next + 4, length);
      else hash = hashInteger(load<u64>(next, 4));
      const short = <u32>(hash >> 32);
      store<u32>(hashes + (<usize>n << 2), short);
      touched |= load<u64>(index + (<usize>(short & mask) << 3));
      next += 4 + (length == NULL_KEY ? 0 : length) + table.fixedBytes;
    }
    store<u64>(table.sink, touched);
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

function varies(table: Table): bool {
  for (let i: u32 = 0; i < table.stateCount; i++) {
    if (states.fixedWrittenBytes(field(table, i).kind) == 0) return true;
  }
  return false;
}

/** Starts a walk over the rows. */
export function walkGroups(address: usize): void {
  const table = changetype<Table>(address);
  table.walkChunk = <u32>newestChunk(address + ROWS);
  table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
}

/** The next row addresses of the walk, at most `capacity`, into `out`; 0 at the end. */
export function nextGroups(address: usize, out: usize, capacity: u32): u32 {
  const table = changetype<Table>(address);
  let n: u32 = 0;
  while (n < capacity && table.walkChunk != 0) {
    const end = chunkEnd(address + ROWS, table.walkChunk);
    if (<usize>table.walkAt >= end) {
      table.walkChunk = <u32>olderChunk(table.walkChunk);
      table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
      continue;
    }
    store<u32>(out + (<usize>n << 2), table.walkAt);
    table.walkAt += table.rowBytes;
    n++;
  }
  return n;
}

/** How a state becomes a rank. */
const RANK_COUNT: u32 = 0;

/**
 * Goes on with the walk and keeps the groups that may be among the best: row addresses (u32) into `rows` and ranks (f64,
 * higher is better) into `ranks`, of groups whose rank is not below `least` and, where it is `least`, whose key comes before
 * that of `leastRow` (0: whatever the key). At most `capacity` groups are looked at; how
 * many were kept, with bit 31 set while the walk has more. `kind`: RANK_COUNT reads u64, otherwise the 128-bit sum and its
 * count (no value: `whenNull`). The rank is monotone in the value, equal where rounding makes it so.
 */
export function rankGroups(
  address: usize, state: u32, kind: u32, sign: f64, whenNull: f64, least: f64, leastRow: usize, rows: usize, ranks: usize,
  capacity: u32,
): u32 {
  const table = changetype<Table>(address);
  const offset = <usize>field(table, state).offset;
  let kept: usize = 0;
  let looked: u32 = 0;
  while (table.walkChunk != 0) {
    const end = chunkEnd(address + ROWS, table.walkChunk);
    const step = <usize>table.rowBytes;
    let row = <usize>table.walkAt;
    for (; row < end && looked < capacity; row += step, looked++) {
      const at = row + offset;
      let rank: f64;
      if (kind == RANK_COUNT) rank = sign * <f64>load<u64>(at);
      else if (load<u64>(at, 16) == 0) rank = whenNull;
      else rank = sign * (<f64>load<i64>(at, 8) * 18446744073709551616.0 + <f64>load<u64>(at));
      if (rank <= least && (rank < least || (leastRow != 0 && compareGroups(address, row, leastRow) >= 0))) continue;
      store<u32>(rows + (kept << 2), <u32>row);
      store<f64>(ranks + (kept << 3), rank);
      kept++;
    }
    table.walkAt = <u32>row;
    if (row < end) return <u32>kept | 0x80000000;
    table.walkChunk = <u32>olderChunk(table.walkChunk);
    table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
  }
  return <u32>kept;
}

/** Makes the index large enough for so many groups at once; false when the arena is full. */
export function reserveGroups(address: usize, groups: u32): bool {
  return reserve(changetype<Table>(address), groups);
}

/** Address of a group's key bytes; its length is at row + 4. */
export function groupKey(address: usize, row: usize): usize {
  return keyAddress(changetype<Table>(address), row);
}

/** Order of two groups by key, NULL last: negative, 0, positive. */
export function compareGroups(address: usize, a: usize, b: usize): i32 {
  const table = changetype<Table>(address);
  const aLength = load<u32>(a, 4);
  const bLength = load<u32>(b, 4);
  if (aLength == NULL_KEY || bLength == NULL_KEY) return <i32>(aLength == NULL_KEY) - <i32>(bLength == NULL_KEY);
  if (table.keyMode == KEY_BYTES) return compareBytes(keyAddress(table, a), aLength, keyAddress(table, b), bLength);
  const x = load<i64>(a, 8);
  const y = load<i64>(b, 8);
  return x < y ? -1 : x > y ? 1 : 0;
}
