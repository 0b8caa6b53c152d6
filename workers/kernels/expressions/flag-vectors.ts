// Flags: strictness, selections, errors. Sixteen rows at a time: vectors have room for a multiple of 16 rows, and what
// stands behind the last row is undefined.
import { NULL, VALID } from '../flags';

/** Text columns: NULL where a span's address is 0. */
export function spanFlags(spans: usize, rows: u32, out: usize): void {
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const at = spans + (row << 3);
    const low = i16x8.narrow_i32x4_s(areZero(at), areZero(at + 32));
    const high = i16x8.narrow_i32x4_s(areZero(at + 64), areZero(at + 96));
    v128.store(out + row, v128.and(i8x16.narrow_i16x8_s(low, high), one));
  }
}

/** Of four spans which addresses are 0: all bits of a lane set. */
// @ts-ignore: decorator
@inline
function areZero(spans: usize): v128 {
  const addresses = v128.shuffle<u32>(v128.load(spans), v128.load(spans, 16), 0, 2, 4, 6);
  return i32x4.eq(addresses, i32x4.splat(0));
}

/** out[i] = values[selection[i]], 8 bytes each. */
export function gather8(values: usize, selection: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u64>(out + (row << 3), load<u64>(values + ((<usize>load<u32>(selection + (row << 2))) << 3)));
  }
}

/** Flags of a strict operation: the first argument's error, else the second's, else NULL where one is NULL. */
export function combineFlags(a: usize, b: usize, rows: u32, out: usize): void {
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const x = v128.load(a + row);
    const y = v128.load(b + row);
    const failed = i8x16.gt_u(x, one);
    const others = v128.or(y, v128.andnot(x, i8x16.gt_u(y, one)));
    v128.store(out + row, v128.bitselect(x, others, failed));
  }
}

/** Adds FILTER (WHERE ...): NULL where the condition is not TRUE; an error of the condition or of the value stays an error. */
export function filterFlags(values: usize, condition: usize, conditionFlags: usize, rows: u32, out: usize): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const c = v128.load(conditionFlags + row);
    const isTrue = v128.andnot(i8x16.eq(c, zero), i8x16.eq(v128.load(condition + row), zero));
    const failed = i8x16.gt_u(c, one);
    const missing = v128.bitselect(c, one, failed);
    v128.store(out + row, v128.bitselect(v128.load(values + row), missing, isTrue));
  }
}

/** Errors become NULL. */
export function forgiveFlags(flags: usize, rows: u32, out: usize): void {
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) v128.store(out + row, i8x16.min_u(v128.load(flags + row), one));
}

/** Whether all are VALID. */
export function areValid(flags: usize, rows: u32): bool {
  const whole = rows & ~15;
  for (let row: usize = 0; row < whole; row += 16) if (v128.any_true(v128.load(flags + row))) return false;
  for (let row: usize = whole; row < rows; row++) if (load<u8>(flags + row) != VALID) return false;
  return true;
}

/** The greatest flag. */
export function greatestFlag(flags: usize, rows: u32): u32 {
  let top = i8x16.splat(0);
  const whole = rows & ~15;
  for (let row: usize = 0; row < whole; row += 16) top = i8x16.max_u(top, v128.load(flags + row));
  let result: u32 = 0;
  if (v128.any_true(top)) {
    for (let row: usize = 0; row < whole; row++) result = max<u32>(result, <u32>load<u8>(flags + row));
  }
  for (let row: usize = whole; row < rows; row++) result = max<u32>(result, <u32>load<u8>(flags + row));
  return result;
}

/** Whether a row has failed (flag 2 or more). */
export function anyError(flags: usize, rows: u32): u32 {
  return greatestFlag(flags, rows) > NULL ? 1 : 0;
}

/** Row numbers of TRUE, ascending; their count. */
export function selectTrue(data: usize, flags: usize, rows: u32, out: usize): u32 {
  const zero = i8x16.splat(0);
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row += 16) {
    const valid = i8x16.eq(v128.load(flags + row), zero);
    let chosen = i8x16.bitmask(v128.andnot(valid, i8x16.eq(v128.load(data + row), zero)));
    if (<usize>rows - row < 16) chosen &= (1 << <i32>(<usize>rows - row)) - 1;
    while (chosen != 0) {
      store<u32>(out + (count << 2), <u32>row + ctz<u32>(<u32>chosen));
      count++;
      chosen &= chosen - 1;
    }
  }
  return <u32>count;
}

/** Row numbers of errors, ascending; their count. */
export function collectErrors(flags: usize, rows: u32, out: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) > NULL) store<u32>(out + (count++ << 2), <u32>row);
  }
  return <u32>count;
}

/** The first failure counts: out = out where it has failed, else the other's failure, else 0. */
export function mergeErrors(flags: usize, rows: u32, out: usize): void {
  const one = i8x16.splat(1);
  for (let row: usize = 0; row < rows; row += 16) {
    const have = v128.load(out + row);
    const f = v128.load(flags + row);
    v128.store(out + row, v128.bitselect(have, v128.and(f, i8x16.gt_u(f, one)), i8x16.gt_u(have, one)));
  }
}

/** Row numbers without error, ascending; their count. */
export function selectSound(flags: usize, rows: u32, out: usize): u32 {
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    store<u32>(out + (count << 2), <u32>row);
    count += <usize>(load<u8>(flags + row) <= NULL);
  }
  return <u32>count;
}

/** out[i] = values[selection[i]], one byte each; in place where selection ascends. */
export function gather1(values: usize, selection: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, load<u8>(values + <usize>load<u32>(selection + (row << 2))));
  }
}

/** out[i] = values[selection[i]], 4 bytes each; in place where selection ascends. */
export function gather4(values: usize, selection: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u32>(out + (row << 2), load<u32>(values + ((<usize>load<u32>(selection + (row << 2))) << 2)));
  }
}

/** A vector of one constant. */
export function fill1(out: usize, rows: u32, value: u32): void {
  memory.fill(out, <u8>value, rows);
}

export function fill8(out: usize, rows: u32, value: u64): void {
  for (let row: usize = 0; row < rows; row++) store<u64>(out + (row << 3), value);
}

export function copyFlags(flags: usize, rows: u32, out: usize): void {
  memory.copy(out, flags, rows);
}

/** 8 bytes per row. */
export function copyValues(values: usize, rows: u32, out: usize): void {
  memory.copy(out, values, (<usize>rows) << 3);
}
