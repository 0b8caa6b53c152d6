// Rows, or rows with a valid argument: one u64.
export const SIZE: u32 = 8;

export function updateRows(rows: usize, offset: usize, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    store<u64>(at, load<u64>(at) + 1);
  }
  return count;
}

export function updateValid(rows: usize, offset: usize, flags: usize, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    store<u64>(at, load<u64>(at) + <u64>(load<u8>(flags + i) == 0));
  }
  return count;
}

// @ts-ignore: decorator
@inline
export function merge(at: usize, source: usize): usize {
  store<u64>(at, load<u64>(at) + load<u64>(source));
  return source + 8;
}
