// DDSketch (Masson, Rim, Lee: VLDB 2019) with 1 % relative error: counts per logarithmic bucket, never collapsed, so it is a
// multiset of bucket numbers and no order can matter. The bucket of x = 2^e (1 + s) is floor(L(x) / WIDTH) with
// L(x) = e + ((A s + B) s + C) s, the cubic interpolation of log2 of the reference implementation: no logarithm, the same
// bits on every machine.
//
// Layout: 0 u64 zeros · 8 f64 min · 16 f64 max · 24 u64 count · 32 positive store · 48 negative store (bucket-store.ts).
import { putU64 } from '../writer';
import { addTo, countsOf, firstOf, freeStore, mergeStore, roomOf, storeBytes, writeStore } from './bucket-store';

export const SIZE: u32 = 64;

export const A: f64 = 6.0 / 35.0;
export const B: f64 = -3.0 / 5.0;
export const C: f64 = 10.0 / 7.0;
/** (10/7) ln(1.01/0.99): the least slope of L against ln x is 10/7, so a bucket spans a factor of at most 1.01/0.99. */
export const WIDTH: f64 = 0.02857238100952776;

const LEAST_NORMAL: f64 = 2.2250738585072014e-308;

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

/** Values whose buckets are computed before any is counted. */
const AT_ONCE: u32 = 256;
const buckets: usize = memory.data(256 << 2, 16);

/** Buckets of |value|, two values at a time; of any use where a value is neither 0 nor subnormal. Reads up to one value further. */
function computeBuckets(values: usize, count: u32): void {
  const end = values + (<usize>count << 3);
  let to = buckets;
  for (let at = values; at < end; at += 16) {
    const bits = v128.load(at);
    const exponents = i32x4.sub(
      i32x4.shuffle(v128.and(i64x2.shr_u(bits, 52), i64x2.splat(0x7ff)), bits, 0, 2, 0, 2),
      i32x4.splat(1023),
    );
    const s = f64x2.sub(
      v128.or(v128.and(bits, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3ff0000000000000)),
      f64x2.splat(1),
    );
    const cubic = f64x2.mul(
      f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(f64x2.splat(A), s), f64x2.splat(B)), s), f64x2.splat(C)),
      s,
    );
    const level = f64x2.div(f64x2.add(f64x2.convert_low_i32x4_s(exponents), cubic), f64x2.splat(WIDTH));
    v128.store64_lane(to, i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(level)), 0);
    to += 8;
  }
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  while (from < count) {
    const next = min<u32>(from + AT_ONCE, count);
    computeBuckets(data + (<usize>from << 3), next - from);
    const done = updateSome(rows, offset, data, flags, from, next);
    if (done < next) return done;
    from = next;
  }
  return count;
}

function updateSome(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  let known = buckets;
  const lastButOne = count - 1;
  for (let i = from; i < count; i++, known += 4) {
    const row = load<u32>(rows + (<usize>i << 2));
    if (i < lastButOne && load<u32>(rows + (<usize>i << 2), 4) == row) {
      const next = updateRun(rows, row, <usize>row + offset, data, flags, i, count, known);
      known += <usize>(next - i) << 2;
      i = next;
      if (i == count) break;
    }
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const value = load<f64>(data + (<usize>i << 3)) + 0.0;
    if (value >= LEAST_NORMAL) {
      if (!addTo(at + 32, load<i32>(known), 1)) return i;
    } else if (value > 0) {
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

/**
 * Feeds the sketch at `at` with the records from `from` on that are all of one row, as long as their values are in buckets that are
 * counted already: what is kept beside the buckets stays in registers meanwhile. Where it stopped.
 */
function updateRun(
  rows: usize, row: u32, at: usize, data: usize, flags: usize, from: u32, count: u32, known: usize,
): u32 {
  const room = roomOf(at + 32);
  const counts = countsOf(at + 32);
  const first = firstOf(at + 32);
  const seen = load<u64>(at, 24);
  if (seen == 0 || room == 0) return from;
  let least = load<f64>(at, 8);
  let most = load<f64>(at, 16);
  let fed: u64 = 0;
  let i = from;
  for (; i < count; i++, known += 4) {
    if (load<u32>(rows + (<usize>i << 2)) != row) break;
    if (load<u8>(flags + i) != 0) continue;
    const value = load<f64>(data + (<usize>i << 3));
    const bucket = <u32>(load<i32>(known) - first);
    if (!(u32(value >= LEAST_NORMAL) & u32(bucket < room))) break;
    const slot = counts + (<usize>bucket << 3);
    store<u64>(slot, load<u64>(slot) + 1);
    least = select<f64>(value, least, value < least);
    most = select<f64>(value, most, value > most);
    fed++;
  }
  store<f64>(at, least, 8);
  store<f64>(at, most, 16);
  store<u64>(at, seen + fed, 24);
  return i;
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
  freeStore(at + 32);
  freeStore(at + 48);
}
