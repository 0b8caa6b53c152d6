// 64-bit hashes of keys: the low bits pick a place in an index, the top six bits a partition, all of them feed HyperLogLog.
// Multiply-fold over blocks of 16 bytes with the finalizer of MurmurHash3 (fmix64). Reads up to 32 bytes past the key: every
// block of the arena and the input buffer are padded.

const K0: u64 = 0x9e3779b97f4a7c15;
const K1: u64 = 0xff51afd7ed558ccd;
const K2: u64 = 0xc4ceb9fe1a85ec53;

export const NULL_HASH: u64 = 0x5bd1e9955bd1e995;

// @ts-ignore: decorator
@inline
export function mix64(h: u64): u64 {
  h ^= h >> 33;
  h *= K1;
  h ^= h >> 33;
  h *= K2;
  h ^= h >> 33;
  return h;
}

// @ts-ignore: decorator
@inline
export function hashInteger(value: u64): u64 {
  return mix64(value + K0);
}

/** v128[17]: all bits of the first so many bytes. */
const masks: usize = memory.data(17 * 16, 16);
for (let length: usize = 0; length <= 16; length++) {
  for (let i: usize = 0; i < 16; i++) store<u8>(masks + (length << 4) + i, i < length ? 255 : 0);
}

/** v128[33][2]: the same for up to 32 bytes. */
const wideMasks: usize = memory.data(33 * 32, 16);
for (let length: usize = 0; length <= 32; length++) {
  for (let i: usize = 0; i < 32; i++) store<u8>(wideMasks + (length << 5) + i, i < length ? 255 : 0);
}

/** The bytes of a text of at most 16, zeros behind them. */
// @ts-ignore: decorator
@inline
export function masked(address: usize, length: usize): v128 {
  return v128.and(v128.load(address), v128.load(masks + (length << 4)));
}

// @ts-ignore: decorator
@inline
function mixBlock(h: u64, block: v128): u64 {
  const low = (i64x2.extract_lane(block, 0) ^ h) * K2;
  const high = (i64x2.extract_lane(block, 1) ^ K0) * K1;
  return low ^ (low >> 32) ^ rotl<u64>(high, 29);
}

/** Bytes [address, address + length): whole blocks of 16, then the 1 to 16 bytes that are left, without asking how many. */
// @ts-ignore: decorator
@inline
export function hashBytes(address: usize, length: usize): u64 {
  let h: u64 = <u64>length * K1;
  let at = address;
  let left = length;
  while (left > 16) {
    h = mixBlock(h, v128.load(at));
    at += 16;
    left -= 16;
  }
  return mix64(mixBlock(h, masked(at, left)));
}

/** Whether two byte ranges of one length are equal. */
// @ts-ignore: decorator
@inline
export function equalBytes(a: usize, b: usize, length: usize): bool {
  if (length <= 32) {
    // without a branch on the length, which nothing foretells
    const mask = wideMasks + (length << 5);
    const head = v128.and(v128.xor(v128.load(a), v128.load(b)), v128.load(mask));
    const tail = v128.and(v128.xor(v128.load(a, 16), v128.load(b, 16)), v128.load(mask, 16));
    return !v128.any_true(v128.or(head, tail));
  }
  let i: usize = 0;
  while (i + 16 < length) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
    i += 16;
  }
  return !v128.any_true(v128.xor(masked(a + i, length - i), masked(b + i, length - i)));
}

/** memcmp, then length: negative, 0, positive. */
export function compareBytes(a: usize, aLength: usize, b: usize, bLength: usize): i32 {
  const common = min<usize>(aLength, bLength);
  let i: usize = 0;
  while (i + 8 <= common) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
    i += 8;
  }
  while (i < common) {
    const x = load<u8>(a + i);
    const y = load<u8>(b + i);
    if (x != y) return x < y ? -1 : 1;
    i += 1;
  }
  return aLength == bLength ? 0 : aLength < bLength ? -1 : 1;
}

/** How many bytes two keys have in common, from an offset up to which they are equal. Reads up to 8 bytes further. */
// @ts-ignore: decorator
@inline
export function commonBytes(a: usize, aLength: u32, b: usize, bLength: u32, from: u32): u32 {
  const both = min<u32>(aLength, bLength);
  for (let i = from; i < both; i += 8) {
    const differs = load<u64>(a + i) ^ load<u64>(b + i);
    if (differs != 0) return min<u32>(i + (<u32>ctz<u64>(differs) >> 3), both);
  }
  return both;
}

/** Longer stretches are copied by memory.copy. */
const LONG: usize = 256;

/** Copies bytes; may read and write up to 15 more. */
// @ts-ignore: decorator
@inline
export function copyBytes(to: usize, from: usize, bytes: usize): void {
  if (bytes > LONG) memory.copy(to, from, bytes);
  else for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}

/** Copies bytes, and writes no others; may read up to 15 more. */
// @ts-ignore: decorator
@inline
export function copyExactly(to: usize, from: usize, bytes: usize): void {
  if (bytes > LONG) {
    memory.copy(to, from, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
  if ((bytes & 8) != 0) {
    store<u64>(to + i, load<u64>(from + i));
    i += 8;
  }
  if ((bytes & 4) != 0) {
    store<u32>(to + i, load<u32>(from + i));
    i += 4;
  }
  if ((bytes & 2) != 0) {
    store<u16>(to + i, load<u16>(from + i));
    i += 2;
  }
  if ((bytes & 1) != 0) store<u8>(to + i, load<u8>(from + i));
}
