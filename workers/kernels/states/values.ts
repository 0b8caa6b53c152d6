// The exact multiset of a group's numbers, for exact quantiles. One side table per state holds the values of all groups, each
// with how often it came; values are u64 whose order is the numbers' order, so that the value at a rank is found by radix
// selection, without sorting.
//
// Row state: 0 u64 count · 8 u32 newest entry of the group · 12 u32 histogram (SELECT passes only) · 16 u64 known leading bits of
// the wanted value, then the value · 24 u64 rank among the values with these leading bits.
// Side table: 0 u32 index address · 4 u32 index mask · 8 u32 entries · 16 heap.
// Index word: u64, hash in the high half, entry address in the low half (0: empty).
// Entry: 0 u32 next of the group · 4 u32 row · 8 u64 value · 16 u64 how often.
import { alloc, free as release } from '../arena';
import { mix64 } from '../hash';
import { heapTake } from '../heap';
import { putU64 } from '../writer';
import { FIRST, knownBits, pass, SELECT } from './merge-pass';
import { DOUBLE } from './value-hash';

export const SIZE: u32 = 32;
const ENTRY_BYTES: u32 = 24;
/** A record of a partial holds no more than so many values of a group; the rest follows in further records. */
const PORTION: u32 = 2048;
export const HISTOGRAM_BYTES: u32 = 256 * 8;

/** A number as a u64 of the same order; -0 is 0. */
// @ts-ignore: decorator
@inline
function orderedOf(data: usize, i: u32, type: u32): u64 {
  const address = data + (<usize>i << 3);
  if (type != DOUBLE) return load<u64>(address) ^ 0x8000000000000000;
  const bits = reinterpret<u64>(load<f64>(address) + 0.0);
  return <i64>bits < 0 ? ~bits : bits ^ 0x8000000000000000;
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

/** Counts a value in the group in `row`, whose state is at `at`; false when the arena is full. */
function insert(table: usize, row: usize, at: usize, value: u64, times: u64): bool {
  const hash = <u32>(mix64(value ^ (<u64>row * 0x9e3779b97f4a7c15)) >> 32);
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
      if (load<u64>(entry, 8) == value && <usize>load<u32>(entry, 4) == row) {
        store<u64>(entry, load<u64>(entry, 16) + times, 16);
        store<u64>(at, load<u64>(at) + times);
        return true;
      }
    }
    place = (place + 1) & mask;
  }
  const entry = heapTake(table + 16, ENTRY_BYTES);
  if (entry == 0) return false;
  store<u32>(entry, load<u32>(at, 8));
  store<u32>(entry, <u32>row, 4);
  store<u64>(entry, value, 8);
  store<u64>(entry, times, 16);
  store<u32>(at, <u32>entry, 8);
  store<u64>(at, load<u64>(at) + times);
  store<u64>(index + (<usize>place << 3), (<u64>hash << 32) | <u64>entry);
  store<u32>(table, load<u32>(table, 8) + 1, 8);
  return true;
}

export function update(table: usize, rows: usize, offset: usize, data: usize, flags: usize, type: u32, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    if (!insert(table, row, row + offset, orderedOf(data, i, type), 1)) return i;
  }
  return count;
}

export function newest(at: usize): usize {
  return <usize>load<u32>(at, 8);
}

/** Writes some of the values from `entry` on: how many, then values and counts; the entry where the next record goes on, 0 at the end. */
export function writePortion(first: usize): usize {
  let n: u32 = 0;
  for (let entry = first; entry != 0 && n < PORTION; entry = <usize>load<u32>(entry)) n++;
  putU64(n);
  let entry = first;
  for (let i: u32 = 0; i < n; i++) {
    putU64(load<u64>(entry, 8));
    putU64(load<u64>(entry, 16));
    entry = <usize>load<u32>(entry);
  }
  return entry;
}

function entriesOf(at: usize): u32 {
  let n: u32 = 0;
  for (let entry = newest(at); entry != 0; entry = <usize>load<u32>(entry)) n++;
  return n;
}

/** How many records the values take; at least one. */
export function portions(at: usize): u32 {
  return max<u32>(1, (entriesOf(at) + PORTION - 1) / PORTION);
}

/** Bytes of the values alone. */
export function contentBytes(at: usize): u32 {
  return entriesOf(at) << 4;
}

export function merge(table: usize, row: usize, at: usize, source: usize): usize {
  const n = <usize>load<u64>(source);
  const end = source + 8 + (n << 4);
  for (let from = source + 8; from < end; from += 16) {
    if (pass == FIRST) store<u64>(at, load<u64>(at) + load<u64>(from, 8));
    else if (pass == SELECT) addToHistogram(at, load<u64>(from), load<u64>(from, 8));
    else if (!insert(table, row, at, load<u64>(from), load<u64>(from, 8))) return 0;
  }
  return end;
}

// @ts-ignore: decorator
@inline
function addToHistogram(at: usize, value: u64, times: u64): void {
  if (knownBits != 0 && (value ^ load<u64>(at, 16)) >> (64 - <u64>knownBits) != 0) return;
  const slot = <usize>load<u32>(at, 12) + (<usize>((value >> (56 - <u64>knownBits)) & 255) << 3);
  store<u64>(slot, load<u64>(slot) + times);
}

/**
 * Adds the values of a state's group to its histogram; what a SELECT pass does, for a state that is in the arena.
 */
export function fillHistogram(at: usize): void {
  for (let entry = newest(at); entry != 0; entry = <usize>load<u32>(entry)) {
    addToHistogram(at, load<u64>(entry, 8), load<u64>(entry, 16));
  }
}

/** Prepares the search for the value at a rank, from 0; false when the arena is full. */
export function beginSelect(at: usize, rank: u64): bool {
  if (load<u32>(at, 12) == 0) store<u32>(at, <u32>alloc(HISTOGRAM_BYTES), 12);
  const histogram: usize = load<u32>(at, 12);
  if (histogram == 0) return false;
  memory.fill(histogram, 0, HISTOGRAM_BYTES);
  store<u64>(at, 0, 16);
  store<u64>(at, rank, 24);
  return true;
}

/** Reads the histogram: eight more bits of the wanted value are known. */
export function narrowSelect(at: usize): void {
  const histogram: usize = load<u32>(at, 12);
  let rank = load<u64>(at, 24);
  let bucket: u64 = 0;
  while (bucket < 255) {
    const times = load<u64>(histogram + (<usize>bucket << 3));
    if (rank < times) break;
    rank -= times;
    bucket++;
  }
  store<u64>(at, load<u64>(at, 16) | (bucket << (56 - <u64>knownBits)), 16);
  store<u64>(at, rank, 24);
  memory.fill(histogram, 0, HISTOGRAM_BYTES);
}

export function endSelect(at: usize): void {
  if (load<u32>(at, 12) != 0) release(<usize>load<u32>(at, 12), HISTOGRAM_BYTES);
  store<u32>(at, 0, 12);
}
