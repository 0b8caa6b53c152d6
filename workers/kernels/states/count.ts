// Rows, or rows with a valid argument: one u64.
export const SIZE: u32 = 8;

export function updateRows(rows: usize, offset: usize, from: u32, count: u32): u32 {
  let i = from;
  for (; i + 16 <= count; i += 16) {
    const at = rows + (<usize>i << 2);
    if (areSame(at)) addTo(<usize>load<u32>(at) + offset, 16);
    else for (let j: usize = 0; j < 64; j += 4) addTo(<usize>load<u32>(at + j) + offset, 1);
  }
  for (; i < count; i++) addTo(<usize>load<u32>(rows + (<usize>i << 2)) + offset, 1);
  return count;
}

/** Whether sixteen records are of one group, as those of one hour are where the log is in order. */
// @ts-ignore: decorator
@inline
function areSame(rows: usize): bool {
  const first = v128.load_splat<u32>(rows);
  const differ = v128.or(
    v128.or(v128.xor(v128.load(rows), first), v128.xor(v128.load(rows, 16), first)),
    v128.or(v128.xor(v128.load(rows, 32), first), v128.xor(v128.load(rows, 48), first)),
  );
  return !v128.any_true(differ);
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, more: u64): void {
  store<u64>(at, load<u64>(at) + more);
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
