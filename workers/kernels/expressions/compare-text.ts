// Text by UTF-8 bytes. Spans under a flag may point anywhere, so rows that are not valid are skipped.
import { VALID } from '../flags';
import { compareBytes, equalBytes } from './bytes';

@inline
function equal(a: usize, b: usize, flags: usize, rows: u32, out: usize, yes: u8): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const x = load<u64>(a + (row << 3));
    const y = load<u64>(b + (row << 3));
    const same = x >> 32 == y >> 32 && equalBytes(<usize>(<u32>x), <usize>(<u32>y), <usize>(x >> 32));
    store<u8>(out + row, <u8>same ^ yes ^ 1);
  }
}

export function equalText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  equal(a, b, flags, rows, out, 1);
}

export function differText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  equal(a, b, flags, rows, out, 0);
}

/** Against one text: its address and length. */
@inline
function equalOne(a: usize, flags: usize, rows: u32, address: usize, length: u32, out: usize, yes: u8): void {
  const short = length <= 16;
  const mask = short ? (1 << length) - 1 : 0;
  const wanted = v128.load(address);
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const x = load<u64>(a + (row << 3));
    let same = <u32>(x >> 32) == length;
    if (same) {
      const at = <usize>(<u32>x);
      if (short) same = (i8x16.bitmask(i8x16.eq(v128.load(at), wanted)) & mask) == mask;
      else same = equalBytes(at, address, <usize>length);
    }
    store<u8>(out + row, <u8>same ^ yes ^ 1);
  }
}

export function equalOneText(a: usize, flags: usize, rows: u32, address: usize, length: u32, out: usize): void {
  equalOne(a, flags, rows, address, length, out, 1);
}

export function differOneText(a: usize, flags: usize, rows: u32, address: usize, length: u32, out: usize): void {
  equalOne(a, flags, rows, address, length, out, 0);
}

@inline
function order(a: usize, b: usize, row: usize): i32 {
  const x = load<u64>(a + (row << 3));
  const y = load<u64>(b + (row << 3));
  return compareBytes(<usize>(<u32>x), <usize>(x >> 32), <usize>(<u32>y), <usize>(y >> 32));
}

export function lessText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) == VALID) store<u8>(out + row, <u8>(order(a, b, row) < 0));
  }
}

export function lessEqualText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) == VALID) store<u8>(out + row, <u8>(order(a, b, row) <= 0));
  }
}

export function greaterText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) == VALID) store<u8>(out + row, <u8>(order(a, b, row) > 0));
  }
}

export function greaterEqualText(a: usize, b: usize, flags: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) == VALID) store<u8>(out + row, <u8>(order(a, b, row) >= 0));
  }
}
