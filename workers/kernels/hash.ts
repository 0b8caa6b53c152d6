// 64-bit hashes of keys: the low bits pick a place in an index, the top six bits a partition, all of them feed HyperLogLog.
// Multiply-fold over 8-byte words with the finalizer of MurmurHash3 (fmix64). Reads up to 7 bytes past the key: every block
// of the arena and the input buffer are padded.

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

/** Bytes [address, address + length). */
// @ts-ignore: decorator
@inline
export function hashBytes(address: usize, length: usize): u64 {
  let h: u64 = K0 ^ (<u64>length * K1);
  let at = address;
  let left = length;
  while (left >= 8) {
    h = (rotl<u64>(h, 29) ^ load<u64>(at)) * K2;
    h ^= h >> 32;
    at += 8;
    left -= 8;
  }
  if (left > 0) {
    const tail = load<u64>(at) & ((<u64>1 << (<u64>left << 3)) - 1);
    h = (rotl<u64>(h, 29) ^ tail) * K2;
  }
  return mix64(h);
}

/** Whether two byte ranges of one length are equal. */
// @ts-ignore: decorator
@inline
export function equalBytes(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  while (i + 16 <= length) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
    i += 16;
  }
  while (i + 8 <= length) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
    i += 8;
  }
  if (i < length) {
    const mask = (<u64>1 << (<u64>(length - i) << 3)) - 1;
    if (((load<u64>(a + i) ^ load<u64>(b + i)) & mask) != 0) return false;
  }
  return true;
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
