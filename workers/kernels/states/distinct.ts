// The exact set of a group's values. One side table per state holds the values of all groups: an open-addressed index over
// (row, value), entries in a heap, chained per group so that a group's set can be written and counted.
//
// Row state: 0 u64 count · 8 u32 newest entry of the group.
// Side table: 0 u32 index address · 4 u32 index mask · 8 u32 entries · 16 heap.
// Index word: u64, hash in the high half, entry address in the low half (0: empty).
// Entry: 0 u32 next of the group · 4 u32 row · 8 u32 hash · 12 u32 length · 16 value bytes, padded to 8.
import { alloc, free as release } from '../arena';
import { equalBytes, hashBytes, mix64 } from '../hash';
import { HEAP_BYTES, heapFree, heapInit, heapTake } from '../heap';
import { putBytes, putU32, putU64 } from '../writer';
import { classMask, classNumber } from './merge-pass';
import { TEXT, wordOf } from './value-hash';

export const SIZE: u32 = 16;
const TABLE_BYTES: u32 = 16 + HEAP_BYTES;
const FIRST_SLOTS: u32 = 1024;
const word: usize = memory.data(16, 16);
/** A record of a partial holds no more than so many bytes of a set, or one value; the rest follows in further records. */
const PORTION: u32 = 1 << 15;

/** A new side table, or 0 when the arena is full. */
export function createTable(): usize {
  const table = alloc(TABLE_BYTES);
  if (table == 0) return 0;
  const index = alloc(FIRST_SLOTS << 3);
  if (index == 0) return 0;
  memory.fill(index, 0, FIRST_SLOTS << 3);
  store<u32>(table, <u32>index);
  store<u32>(table, FIRST_SLOTS - 1, 4);
  store<u32>(table, 0, 8);
  heapInit(table + 16);
  return table;
}

export function clearTable(table: usize): bool {
  heapFree(table + 16);
  release(<usize>load<u32>(table), (load<u32>(table, 4) + 1) << 3);
  const index = alloc(FIRST_SLOTS << 3);
  if (index == 0) return false;
  memory.fill(index, 0, FIRST_SLOTS << 3);
  store<u32>(table, <u32>index);
  store<u32>(table, FIRST_SLOTS - 1, 4);
  store<u32>(table, 0, 8);
  return true;
}

function growIndex(table: usize): bool {
  const old: usize = load<u32>(table);
  const oldSlots = load<u32>(table, 4) + 1;
  const slots = oldSlots << 1;
  const fresh = alloc(slots << 3);
  if (fresh == 0) return false;
  memory.fill(fresh, 0, slots << 3);
  const mask = slots - 1;
  for (let i: u32 = 0; i < oldSlots; i++) {
    const entry = load<u64>(old + (<usize>i << 3));
    if (entry == 0) continue;
    let place = <u32>(entry >> 32) & mask;
    while (load<u64>(fresh + (<usize>place << 3)) != 0) place = (place + 1) & mask;
    store<u64>(fresh + (<usize>place << 3), entry);
  }
  release(old, oldSlots << 3);
  store<u32>(table, <u32>fresh);
  store<u32>(table, mask, 4);
  return true;
}

/** Adds a value (bytes) to the set of the group in `row`, whose state is at `at`; false when the arena is full. */
function insert(table: usize, row: usize, at: usize, address: usize, length: u32): bool {
  const valueHash = hashBytes(address, length);
  if ((<u32>valueHash & classMask) != classNumber) return true;
  const hash = <u32>(mix64(valueHash ^ (<u64>row * 0x9e3779b97f4a7c15)) >> 32);
  if (load<u32>(table, 8) * 2 > load<u32>(table, 4)) {
    if (!growIndex(table)) return false;
  }
  const index: usize = load<u32>(table);
  const mask = load<u32>(table, 4);
  let place = hash & mask;
  while (true) {
    const slot = load<u64>(index + (<usize>place << 3));
    if (slot == 0) break;
    if (<u32>(slot >> 32) == hash) {
      const entry = <usize>(slot & 0xffffffff);
      if (<usize>load<u32>(entry, 4) == row && load<u32>(entry, 12) == length && equalBytes(entry + 16, address, length)) return true;
    }
    place = (place + 1) & mask;
  }
  const entry = heapTake(table + 16, 16 + ((length + 7) & ~7));
  if (entry == 0) return false;
  store<u32>(entry, load<u32>(at, 8));
  store<u32>(entry, <u32>row, 4);
  store<u32>(entry, hash, 8);
  store<u32>(entry, length, 12);
  memory.copy(entry + 16, address, length);
  store<u32>(at, <u32>entry, 8);
  store<u64>(at, load<u64>(at) + 1);
  store<u64>(index + (<usize>place << 3), (<u64>hash << 32) | <u64>entry);
  store<u32>(table, load<u32>(table, 8) + 1, 8);
  return true;
}

export function update(table: usize, rows: usize, offset: usize, data: usize, flags: usize, type: u32, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    if (type == TEXT) {
      const span = load<u64>(data + (<usize>i << 3));
      if (!insert(table, row, row + offset, <usize>(span & 0xffffffff), <u32>(span >> 32))) return i;
    } else {
      store<u64>(word, wordOf(data, i, type));
      if (!insert(table, row, row + offset, word, 8)) return i;
    }
  }
  return count;
}

export function newest(at: usize): usize {
  return <usize>load<u32>(at, 8);
}

/** The entry behind a portion that begins with `first`. */
function portionEnd(first: usize): usize {
  let bytes: u32 = 0;
  let entry = first;
  do {
    bytes += 4 + load<u32>(entry, 12);
    entry = <usize>load<u32>(entry);
  } while (entry != 0 && bytes < PORTION);
  return entry;
}

/** Writes some of the values from `first` on: how many, then lengths and bytes; the entry where the next record goes on, 0 at the end. */
export function writePortion(first: usize): usize {
  const end: usize = first == 0 ? 0 : portionEnd(first);
  let n: u64 = 0;
  for (let entry = first; entry != end; entry = <usize>load<u32>(entry)) n++;
  putU64(n);
  for (let entry = first; entry != end; entry = <usize>load<u32>(entry)) {
    putU32(load<u32>(entry, 12));
    putBytes(entry + 16, load<u32>(entry, 12));
  }
  return end;
}

/** How many records the values take; at least one. */
export function portions(at: usize): u32 {
  let n: u32 = 0;
  for (let entry = newest(at); entry != 0; entry = portionEnd(entry)) n++;
  return max<u32>(1, n);
}

/** Bytes of the values alone. */
export function contentBytes(at: usize): u32 {
  let bytes: u32 = 0;
  for (let entry = newest(at); entry != 0; entry = <usize>load<u32>(entry)) bytes += 4 + load<u32>(entry, 12);
  return bytes;
}

export function merge(table: usize, row: usize, at: usize, source: usize): usize {
  const count = load<u64>(source);
  let from = source + 8;
  for (let i: u64 = 0; i < count; i++) {
    const length = load<u32>(from);
    if (!insert(table, row, at, from + 4, length)) return 0;
    from += 4 + length;
  }
  return from;
}
