// Reading an argument as a value to be told from others: its hash and, for exact sets, its bytes.
// Types: 0 integer or timestamp (i64), 1 double (f64), 2 text (span), 3 boolean (u8).
import { hashBytes, hashInteger } from '../hash';

export const INTEGER: u32 = 0;
export const DOUBLE: u32 = 1;
export const TEXT: u32 = 2;
export const BOOLEAN: u32 = 3;

/** The 64 bits of a non-text value; -0 and 0 are one value. */
// @ts-ignore: decorator
@inline
export function wordOf(data: usize, i: u32, type: u32): u64 {
  if (type == BOOLEAN) return <u64>load<u8>(data + i);
  if (type == DOUBLE) return reinterpret<u64>(load<f64>(data + (<usize>i << 3)) + 0.0);
  return load<u64>(data + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function hashOf(data: usize, i: u32, type: u32): u64 {
  if (type == TEXT) {
    const span = load<u64>(data + (<usize>i << 3));
    return hashBytes(<usize>(span & 0xffffffff), <usize>(span >> 32));
  }
  return hashInteger(wordOf(data, i, type));
}
