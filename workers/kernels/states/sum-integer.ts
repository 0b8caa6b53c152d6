// Sum of 64-bit integers in 128 bits (lo, hi) and the count of values: exact for 2^63 values, so order cannot matter.
import { areValid } from '../expressions/flag-vectors';
import { VALID } from '../flags';

export const SIZE: u32 = 24;

// @ts-ignore: decorator
@inline
export function addWide(at: usize, lo: u64, hi: i64): void {
  const before = load<u64>(at);
  const sum = before + lo;
  store<u64>(at, sum);
  store<i64>(at, load<i64>(at, 8) + hi + <i64>(sum < before), 8);
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  if (areValid(flags + from, count - from)) {
    for (let i = from; i < count; i++) add(rows, offset, data, i, true);
  } else {
    // without a branch on NULL, which nobody foresees
    for (let i = from; i < count; i++) add(rows, offset, data, i, load<u8>(flags + i) == VALID);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function add(rows: usize, offset: usize, data: usize, i: u32, isValid: bool): void {
  const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
  const value = select<i64>(load<i64>(data + (<usize>i << 3)), 0, isValid);
  addWide(at, <u64>value, value >> 63);
  store<u64>(at, load<u64>(at, 16) + u64(isValid), 16);
}

// @ts-ignore: decorator
@inline
export function merge(at: usize, source: usize): usize {
  addWide(at, load<u64>(source), load<i64>(source, 8));
  store<u64>(at, load<u64>(at, 16) + load<u64>(source, 16), 16);
  return source + 24;
}
