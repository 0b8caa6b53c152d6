// The buckets of a sketch with their counts. A few values are a list, in the order in which they came; more of them, or values close
// together, are counts of a whole stretch of buckets. So a sketch of ten values, of which there may be one per group, takes
// 128 bytes and not a count for each bucket between its smallest and its largest value.
//
// Layout: 0 u32 address · 4 u32 capacity, 0 for a list · 8 i32 bucket number of the first count · 12 u32 entries of a list.
// At the address: u64 counts, or entries of a list, i32 bucket and u32 amount. Written: u32 entries, then each as i32 bucket and
// u64 amount; a list may name a bucket several times.
import { alloc, free as release } from '../arena';
import { putU32, putU64 } from '../writer';

export const STORE_BYTES: u32 = 16;
/** Entries, and counts, of the smallest block. */
const LEAST: u32 = 16;

/** How many buckets are counted, 0 of a list; the number of the first one, and where its u64 count is. */
// @ts-ignore: decorator
@inline
export function roomOf(stores: usize): u32 {
  return load<u32>(stores, 4);
}

// @ts-ignore: decorator
@inline
export function firstOf(stores: usize): i32 {
  return load<i32>(stores, 8);
}

// @ts-ignore: decorator
@inline
export function countsOf(stores: usize): usize {
  return load<u32>(stores);
}

/** Adds to a bucket, making room for it; false when the arena is full. */
// @ts-ignore: decorator
@inline
export function addTo(stores: usize, bucket: i32, amount: u64): bool {
  // a list has no capacity
  if (<u32>(bucket - load<i32>(stores, 8)) >= load<u32>(stores, 4)) return addElsewhere(stores, bucket, amount);
  addToCount(stores, bucket, amount);
  return true;
}

// @ts-ignore: decorator
@inline
function addToCount(stores: usize, bucket: i32, amount: u64): void {
  const slot = <usize>load<u32>(stores) + (<usize>(bucket - load<i32>(stores, 8)) << 3);
  store<u64>(slot, load<u64>(slot) + amount);
}

/** To a list, or outside of the stretch that is counted. */
function addElsewhere(stores: usize, bucket: i32, amount: u64): bool {
  if (load<u32>(stores, 4) != 0) {
    if (!cover(stores, bucket)) return false;
    addToCount(stores, bucket, amount);
    return true;
  }
  const entries = load<u32>(stores, 12);
  if (amount > u32.MAX_VALUE) {
    if (!count(stores, bucket)) return false;
  } else if (entries == listRoom(entries) && !lengthen(stores, bucket)) return false;
  if (load<u32>(stores, 4) != 0) {
    addToCount(stores, bucket, amount);
    return true;
  }
  const entry = <usize>load<u32>(stores) + (<usize>entries << 3);
  store<i32>(entry, bucket);
  store<u32>(entry, <u32>amount, 4);
  store<u32>(stores, entries + 1, 12);
  return true;
}

/** Entries that the block of a list of so many has room for. */
// @ts-ignore: decorator
@inline
function listRoom(entries: u32): u32 {
  return entries == 0 ? 0 : roomFor(entries);
}

// @ts-ignore: decorator
@inline
function roomFor(entries: u32): u32 {
  return entries <= LEAST ? LEAST : 1 << (32 - clz<u32>(entries - 1));
}

/** Makes room for one more entry: a longer list, or counts where they take no more than twice of that. */
function lengthen(stores: usize, bucket: i32): bool {
  const entries = load<u32>(stores, 12);
  const list: usize = load<u32>(stores);
  if (entries != 0 && roomFor(stretch(stores, bucket)) <= entries << 2) return count(stores, bucket);
  const longer = alloc((entries == 0 ? LEAST : entries << 1) << 3);
  if (longer == 0) return false;
  if (entries != 0) {
    memory.copy(longer, list, <usize>entries << 3);
    release(list, entries << 3);
  }
  store<u32>(stores, <u32>longer);
  return true;
}

/** Where the stretch begins that `stretch` was asked for. */
let low: i32 = 0;

/** How many buckets lie between the smallest and the largest of a list and one more. */
function stretch(stores: usize, bucket: i32): u32 {
  const list: usize = load<u32>(stores);
  const end = list + (<usize>load<u32>(stores, 12) << 3);
  let high = bucket;
  low = bucket;
  for (let entry = list; entry < end; entry += 8) {
    low = min<i32>(low, load<i32>(entry));
    high = max<i32>(high, load<i32>(entry));
  }
  return <u32>(high - low + 1);
}

/** From a list to counts, which cover the bucket too. */
function count(stores: usize, bucket: i32): bool {
  const entries = load<u32>(stores, 12);
  const list: usize = load<u32>(stores);
  const wanted = stretch(stores, bucket);
  const room = roomFor(wanted);
  const counts = alloc(room << 3);
  if (counts == 0) return false;
  memory.fill(counts, 0, room << 3);
  store<u32>(stores, <u32>counts);
  store<u32>(stores, room, 4);
  // what comes may lie on either side
  store<i32>(stores, low - <i32>((room - wanted) >> 1), 8);
  store<u32>(stores, 0, 12);
  for (let i: u32 = 0; i < entries; i++) {
    const entry = list + (<usize>i << 3);
    addToCount(stores, load<i32>(entry), load<u32>(entry, 4));
  }
  if (entries != 0) release(list, listRoom(entries) << 3);
  return true;
}

/** Grows counts to cover a bucket; false when the arena is full. */
function cover(stores: usize, bucket: i32): bool {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  const first = load<i32>(stores, 8);
  const least = min<i32>(bucket, first);
  const most = max<i32>(bucket, first + <i32>capacity - 1);
  const room = roomFor(<u32>(most - least + 1));
  const fresh = alloc(room << 3);
  if (fresh == 0) return false;
  memory.fill(fresh, 0, room << 3);
  // leave the new room on the side that grew
  const start = bucket < first ? most - <i32>room + 1 : least;
  memory.copy(fresh + (<usize>(first - start) << 3), address, capacity << 3);
  release(address, capacity << 3);
  store<u32>(stores, <u32>fresh);
  store<u32>(stores, room, 4);
  store<i32>(stores, start, 8);
  return true;
}

/** Entries when it is written. */
// @ts-ignore: decorator
@inline
function entriesOf(stores: usize): u32 {
  const capacity = load<u32>(stores, 4);
  if (capacity == 0) return load<u32>(stores, 12);
  const address: usize = load<u32>(stores);
  let used: u32 = 0;
  for (let i: u32 = 0; i < capacity; i++) used += <u32>(load<u64>(address + (<usize>i << 3)) != 0);
  return used;
}

export function storeBytes(stores: usize): u32 {
  return 4 + entriesOf(stores) * 12;
}

export function writeStore(stores: usize): void {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  const entries = entriesOf(stores);
  putU32(entries);
  if (capacity == 0) {
    for (let i: u32 = 0; i < entries; i++) {
      const entry = address + (<usize>i << 3);
      putU32(load<u32>(entry));
      putU64(load<u32>(entry, 4));
    }
    return;
  }
  const first = load<i32>(stores, 8);
  for (let i: u32 = 0; i < capacity; i++) {
    const amount = load<u64>(address + (<usize>i << 3));
    if (amount == 0) continue;
    putU32(<u32>(first + <i32>i));
    putU64(amount);
  }
}

/** Adds a written store; where it ends, 0 when the arena is full. */
export function mergeStore(stores: usize, source: usize): usize {
  const entries = load<u32>(source);
  let from = source + 4;
  for (let i: u32 = 0; i < entries; i++) {
    if (!addTo(stores, load<i32>(from), load<u64>(from, 4))) return 0;
    from += 12;
  }
  return from;
}

/** Amounts of all buckets together. */
export function totalOf(stores: usize): u64 {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  let total: u64 = 0;
  for (let i: u32 = 0; i < capacity; i++) total += load<u64>(address + (<usize>i << 3));
  if (capacity != 0) return total;
  const entries = load<u32>(stores, 12);
  for (let i: u32 = 0; i < entries; i++) total += load<u32>(address + (<usize>i << 3), 4);
  return total;
}

/** The bucket of the value at a rank, from 0 and less than `total`, which is that of the store. */
export function bucketAtRank(stores: usize, rank: u64, total: u64): i32 {
  const capacity = load<u32>(stores, 4);
  return capacity == 0 ? listBucketAt(stores, rank) : countedBucketAt(stores, rank, total);
}

/** From the end that is nearer, because a high quantile is what is mostly asked for. */
function countedBucketAt(stores: usize, rank: u64, total: u64): i32 {
  const address: usize = load<u32>(stores);
  const first = load<i32>(stores, 8);
  if (rank < total >> 1) {
    let slot = address;
    for (let left = rank; ; slot += 8) {
      const amount = load<u64>(slot);
      if (left < amount) break;
      left -= amount;
    }
    return first + <i32>((slot - address) >> 3);
  }
  let slot = address + (<usize>load<u32>(stores, 4) << 3);
  for (let above = total; above > rank; ) {
    slot -= 8;
    above -= load<u64>(slot);
  }
  return first + <i32>((slot - address) >> 3);
}

/** Halves the range of its buckets, so that the list need not be in order. */
function listBucketAt(stores: usize, rank: u64): i32 {
  const list: usize = load<u32>(stores);
  const end = list + (<usize>load<u32>(stores, 12) << 3);
  const wide = stretch(stores, load<i32>(list));
  let least = low;
  let most = low + <i32>wide - 1;
  while (least < most) {
    const middle = least + ((most - least) >> 1);
    let upTo: u64 = 0;
    for (let entry = list; entry < end; entry += 8) {
      upTo += load<i32>(entry) <= middle ? <u64>load<u32>(entry, 4) : 0;
    }
    if (upTo > rank) most = middle;
    else least = middle + 1;
  }
  return least;
}

export function freeStore(stores: usize): void {
  const address: usize = load<u32>(stores);
  if (address == 0) return;
  const capacity = load<u32>(stores, 4);
  release(address, (capacity == 0 ? listRoom(load<u32>(stores, 12)) : capacity) << 3);
}
