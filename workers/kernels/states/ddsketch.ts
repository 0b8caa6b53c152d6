// DDSketch (Masson, Rim, Lee: VLDB 2019) with 1 % relative error: counts per logarithmic bucket, never collapsed, so it is a
// multiset of bucket numbers and no order can matter. The bucket of x = 2^e (1 + s) is floor(L(x) / WIDTH) with
// L(x) = e + ((A s + B) s + C) s, the cubic interpolation of log2 of the reference implementation: no logarithm, the same
// bits on every machine.
//
// Layout: 0 u64 zeros · 8 f64 min · 16 f64 max · 24 u64 count · 32 positive store · 48 negative store.
// Store: 0 u32 address of u64 counts · 4 u32 capacity · 8 i32 bucket number of the first count · 12 unused.
import { alloc, free as release } from '../arena';
import { putU32, putU64 } from '../writer';

export const SIZE: u32 = 64;

const A: f64 = 6.0 / 35.0;
const B: f64 = -3.0 / 5.0;
const C: f64 = 10.0 / 7.0;
/** (10/7) ln(1.01/0.99): the least slope of L against ln x is 10/7, so a bucket spans a factor of at most 1.01/0.99. */
const WIDTH: f64 = 0.02857238100952776;

/** Bucket of a positive finite double. */
// @ts-ignore: decorator
@inline
function bucketOf(value: f64): i32 {
  let bits = reinterpret<u64>(value);
  let e = <i32>((bits >> 52) & 0x7ff) - 1023;
  if (e == -1023) {
    // subnormal: scale into the normal range
    bits = reinterpret<u64>(value * 18014398509481984.0); // 2^54
    e = <i32>((bits >> 52) & 0x7ff) - 1023 - 54;
  }
  const s = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000) - 1.0;
  return <i32>floor<f64>((<f64>e + ((A * s + B) * s + C) * s) / WIDTH);
}

/** Adds to a bucket of a store, growing it to cover the bucket; false when the arena is full. */
// @ts-ignore: decorator
@inline
function addTo(stores: usize, bucket: i32, amount: u64): bool {
  // an empty store has no capacity
  if (<u32>(bucket - load<i32>(stores, 8)) >= load<u32>(stores, 4) && !cover(stores, bucket)) return false;
  const slot = <usize>load<u32>(stores) + (<usize>(bucket - load<i32>(stores, 8)) << 3);
  store<u64>(slot, load<u64>(slot) + amount);
  return true;
}

/** Grows a store to cover a bucket; false when the arena is full. */
function cover(stores: usize, bucket: i32): bool {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  const first = load<i32>(stores, 8);
  let low = bucket;
  let high = bucket;
  if (address != 0) {
    low = min<i32>(low, first);
    high = max<i32>(high, first + <i32>capacity - 1);
  }
  let room: u32 = 16;
  while (room < <u32>(high - low + 1)) room <<= 1;
  // leave the new room on the side that grew
  let start = low;
  if (address != 0 && bucket < first) start = high - <i32>room + 1;
  else if (address == 0) start = bucket - 8;
  const fresh = alloc(room << 3);
  if (fresh == 0) return false;
  memory.fill(fresh, 0, room << 3);
  if (address != 0) {
    memory.copy(fresh + (<usize>(first - start) << 3), address, capacity << 3);
    release(address, capacity << 3);
  }
  store<u32>(stores, <u32>fresh);
  store<u32>(stores, room, 4);
  store<i32>(stores, start, 8);
  return true;
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const value = load<f64>(data + (<usize>i << 3)) + 0.0;
    if (value > 0) {
      if (!addTo(at + 32, bucketOf(value), 1)) return i;
    } else if (value < 0) {
      if (!addTo(at + 48, bucketOf(-value), 1)) return i;
    } else {
      store<u64>(at, load<u64>(at) + 1);
    }
    const seen = load<u64>(at, 24);
    if (seen == 0 || value < load<f64>(at, 8)) store<f64>(at, value, 8);
    if (seen == 0 || value > load<f64>(at, 16)) store<f64>(at, value, 16);
    store<u64>(at, seen + 1, 24);
  }
  return count;
}

function writeStore(stores: usize): void {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  const first = load<i32>(stores, 8);
  let used: u32 = 0;
  for (let i: u32 = 0; i < capacity; i++) used += <u32>(load<u64>(address + (<usize>i << 3)) != 0);
  putU32(used);
  for (let i: u32 = 0; i < capacity; i++) {
    const amount = load<u64>(address + (<usize>i << 3));
    if (amount != 0) {
      putU32(<u32>(first + <i32>i));
      putU64(amount);
    }
  }
}

function storeBytes(stores: usize): u32 {
  const address: usize = load<u32>(stores);
  const capacity = load<u32>(stores, 4);
  let used: u32 = 0;
  for (let i: u32 = 0; i < capacity; i++) used += <u32>(load<u64>(address + (<usize>i << 3)) != 0);
  return 4 + used * 12;
}

export function write(at: usize): void {
  putU64(load<u64>(at));
  putU64(load<u64>(at, 8));
  putU64(load<u64>(at, 16));
  putU64(load<u64>(at, 24));
  writeStore(at + 32);
  writeStore(at + 48);
}

export function writtenBytes(at: usize): u32 {
  return 32 + storeBytes(at + 32) + storeBytes(at + 48);
}

function mergeStore(stores: usize, source: usize): usize {
  const used = load<u32>(source);
  let from = source + 4;
  for (let i: u32 = 0; i < used; i++) {
    if (!addTo(stores, load<i32>(from), load<u64>(from, 4))) return 0;
    from += 12;
  }
  return from;
}

export function merge(at: usize, source: usize): usize {
  let from = mergeStore(at + 32, source + 32);
  if (from == 0) return 0;
  from = mergeStore(at + 48, from);
  if (from == 0) return 0;
  const count = load<u64>(source, 24);
  if (count != 0) {
    const seen = load<u64>(at, 24);
    if (seen == 0 || load<f64>(source, 8) < load<f64>(at, 8)) store<f64>(at, load<f64>(source, 8), 8);
    if (seen == 0 || load<f64>(source, 16) > load<f64>(at, 16)) store<f64>(at, load<f64>(source, 16), 16);
    store<u64>(at, seen + count, 24);
    store<u64>(at, load<u64>(at) + load<u64>(source));
  }
  return from;
}

export function free(at: usize): void {
  if (load<u32>(at, 32) != 0) release(<usize>load<u32>(at, 32), load<u32>(at, 36) << 3);
  if (load<u32>(at, 48) != 0) release(<usize>load<u32>(at, 48), load<u32>(at, 52) << 3);
}
