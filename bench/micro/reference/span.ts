// A span is a u64: address in the low half (0: NULL), byte length in the high half.

// @ts-expect-error: decorator
@inline
export function span(from: usize, to: usize): u64 {
  return (<u64>(to - from) << 32) | <u64>from;
}

// @ts-expect-error: decorator
@inline
export function spanAt(spans: usize, row: u32): u64 {
  return load<u64>(spans + (<usize>row << 3));
}

// @ts-expect-error: decorator
@inline
export function begin(text: u64): usize {
  return <usize>(text & 0xffffffff);
}

// @ts-expect-error: decorator
@inline
export function length(text: u64): usize {
  return <usize>(text >> 32);
}

export function equal(a: usize, b: usize, bytes: usize): bool {
  for (let i: usize = 0; i < bytes; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}

export function compare(a: usize, aBytes: usize, b: usize, bBytes: usize): i32 {
  const both = min<usize>(aBytes, bBytes);
  for (let i: usize = 0; i < both; i++) {
    const x = load<u8>(a + i);
    const y = load<u8>(b + i);
    if (x != y) return <i32>x - <i32>y;
  }
  return <i32>aBytes - <i32>bBytes;
}

export function copy(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}
