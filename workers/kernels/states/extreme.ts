// Smallest and largest integer (also timestamp, boolean) and double: 0 i64 or f64 value · 8 u64 whether one was seen.
export const SIZE: u32 = 16;

// Each of the loops is compiled for its own case: nothing is asked for every row that is the same for all.
export function updateInteger(rows: usize, offset: usize, data: usize, flags: usize, isBoolean: bool, largest: bool, from: u32, count: u32): u32 {
  if (isBoolean) {
    if (largest) return integers(rows, offset, data, flags, true, true, from, count);
    return integers(rows, offset, data, flags, true, false, from, count);
  }
  if (largest) return integers(rows, offset, data, flags, false, true, from, count);
  return integers(rows, offset, data, flags, false, false, from, count);
}

// @ts-ignore: decorator
@inline
function integers(rows: usize, offset: usize, data: usize, flags: usize, isBoolean: bool, largest: bool, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const value = isBoolean ? <i64>load<u8>(data + i) : load<i64>(data + (<usize>i << 3));
    if (load<u64>(at, 8) == 0) {
      store<i64>(at, value);
      store<u64>(at, 1, 8);
    } else if (largest ? value > load<i64>(at) : value < load<i64>(at)) store<i64>(at, value);
  }
  return count;
}

export function updateDouble(rows: usize, offset: usize, data: usize, flags: usize, largest: bool, from: u32, count: u32): u32 {
  if (largest) return doubles(rows, offset, data, flags, true, from, count);
  return doubles(rows, offset, data, flags, false, from, count);
}

// @ts-ignore: decorator
@inline
function doubles(rows: usize, offset: usize, data: usize, flags: usize, largest: bool, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    // + 0.0 makes -0 a 0, so that which zero came first cannot show
    const value = load<f64>(data + (<usize>i << 3)) + 0.0;
    if (load<u64>(at, 8) == 0) {
      store<f64>(at, value);
      store<u64>(at, 1, 8);
    } else if (largest ? value > load<f64>(at) : value < load<f64>(at)) store<f64>(at, value);
  }
  return count;
}

/**
 * Feeds the smallest and the largest of the same values at once, at two offsets of a row that are only ever fed together. Doubles
 * where `isDouble`, else as integers.
 */
export function updateBoth(rows: usize, least: usize, greatest: usize, data: usize, flags: usize, isDouble: bool, isBoolean: bool, from: u32, count: u32): u32 {
  if (isDouble) return both<f64>(rows, least, greatest, data, flags, false, from, count);
  if (isBoolean) return both<i64>(rows, least, greatest, data, flags, true, from, count);
  return both<i64>(rows, least, greatest, data, flags, false, from, count);
}

// @ts-ignore: decorator
@inline
function both<T extends number>(rows: usize, least: usize, greatest: usize, data: usize, flags: usize, isBoolean: bool, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    // + 0.0: see above
    const value = isBoolean ? <T>load<u8>(data + i) : load<T>(data + (<usize>i << 3)) + <T>0;
    if (load<u64>(row + least, 8) == 0) {
      store<T>(row + least, value);
      store<u64>(row + least, 1, 8);
      store<T>(row + greatest, value);
      store<u64>(row + greatest, 1, 8);
    } else if (value < load<T>(row + least)) store<T>(row + least, value);
    else if (value > load<T>(row + greatest)) store<T>(row + greatest, value);
  }
  return count;
}

export function mergeInteger(at: usize, source: usize, largest: bool): usize {
  if (load<u64>(source, 8) != 0) {
    const value = load<i64>(source);
    const held = load<i64>(at);
    if (load<u64>(at, 8) == 0 || (largest ? value > held : value < held)) store<i64>(at, value);
    store<u64>(at, 1, 8);
  }
  return source + 16;
}

export function mergeDouble(at: usize, source: usize, largest: bool): usize {
  if (load<u64>(source, 8) != 0) {
    const value = load<f64>(source);
    const held = load<f64>(at);
    if (load<u64>(at, 8) == 0 || (largest ? value > held : value < held)) store<f64>(at, value);
    store<u64>(at, 1, 8);
  }
  return source + 16;
}
