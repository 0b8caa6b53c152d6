// How a written group begins: one byte with the length of its key, or with what stands for it, and of a long key u32 length. Behind
// it the key's bytes, then the states, which are left out where all of them are counts of one: so are most groups where there
// are many of them.
import { NULL_KEY } from './group-table';

/** In place of lengths from here on: no key, a key with its length behind it. */
const NO_KEY: u8 = 0x7e;
const LONG: u8 = 0x7f;
/** Set where the states are left out. */
const ONES: u8 = 0x80;

/** Bytes before the key. */
// @ts-ignore: decorator
@inline
export function headBytes(length: u32): u32 {
  return length < <u32>NO_KEY || length == NULL_KEY ? 1 : 5;
}

/** Writes a head; up to 5 bytes are overwritten. */
// @ts-ignore: decorator
@inline
export function writeHead(at: usize, length: u32, ones: bool): void {
  const flag: u8 = ones ? ONES : 0;
  if (length < <u32>NO_KEY) {
    store<u8>(at, <u8>length | flag);
  } else if (length == NULL_KEY) {
    store<u8>(at, NO_KEY | flag);
  } else {
    store<u8>(at, LONG | flag);
    store<u32>(at, length, 1);
  }
}

/** Whether the states of a written group are left out. */
// @ts-ignore: decorator
@inline
export function isOnes(at: usize): bool {
  return load<u8>(at) >= ONES;
}

/** The length of its key, NULL_KEY where it has none. Reads up to 5 bytes. */
// @ts-ignore: decorator
@inline
export function writtenLength(at: usize): u32 {
  const tag = load<u8>(at) & LONG;
  return tag < NO_KEY ? <u32>tag : tag == NO_KEY ? NULL_KEY : load<u32>(at, 1);
}

/** The most bytes of a head and of a key whose length is in its first byte. */
export const SHORT_BYTES: usize = 128;

/** Whether the length of its key is in its first byte: then it is shortLength, and the key is behind that byte. */
// @ts-ignore: decorator
@inline
export function isShort(at: usize): bool {
  return <u8>(load<u8>(at) & LONG) < NO_KEY;
}

// @ts-ignore: decorator
@inline
export function shortLength(at: usize): u32 {
  return <u32>(load<u8>(at) & LONG);
}

/** Where its key begins. */
// @ts-ignore: decorator
@inline
export function writtenKey(at: usize): usize {
  return at + ((load<u8>(at) & LONG) == LONG ? 5 : 1);
}

/** Bytes of a key. */
// @ts-ignore: decorator
@inline
export function keyBytes(length: u32): usize {
  return length == NULL_KEY ? 0 : <usize>length;
}

/**
 * Where the states of the group at `at` begin, in 64 bits because its length may make no sense. Reads no byte from `end` on, and
 * gives more than `end` where it would have to.
 */
// @ts-ignore: decorator
@inline
export function statesOf(at: usize, end: usize): u64 {
  if (end <= at || (end - at < 5 && (load<u8>(at) & LONG) == LONG)) return u64.MAX_VALUE;
  return <u64>writtenKey(at) + <u64>keyBytes(writtenLength(at));
}
