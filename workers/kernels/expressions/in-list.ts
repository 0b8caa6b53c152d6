// IN over constants: integers and doubles by binary search in an ascending list, text in an open hash table.
import { NULL, VALID } from '../flags';
import { equalBytes } from './bytes';

/** What not being in the list means: FALSE, or NULL where a NULL stands in it. */
@inline
function answer(row: usize, found: bool, hasNull: u32, out: usize, flags: usize): void {
  store<u8>(out + row, <u8>found);
  if (!found && hasNull != 0) store<u8>(flags + row, NULL);
}

@inline
function search<T>(wanted: T, list: usize, count: u32): bool {
  let low: usize = 0;
  let high: usize = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = load<T>(list + (middle << 3));
    if (value == wanted) return true;
    if (value < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}

export function inInteger(a: usize, flags: usize, rows: u32, list: usize, count: u32, hasNull: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    answer(row, search<i64>(load<i64>(a + (row << 3)), list, count), hasNull, out, flags);
  }
}

export function inDouble(a: usize, flags: usize, rows: u32, list: usize, count: u32, hasNull: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    answer(row, search<f64>(load<f64>(a + (row << 3)), list, count), hasNull, out, flags);
  }
}

/** `members`: bit 0 FALSE, bit 1 TRUE. */
export function inBoolean(a: usize, flags: usize, rows: u32, members: u32, hasNull: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    answer(row, ((members >> u32(load<u8>(a + row) != 0)) & 1) != 0, hasNull, out, flags);
  }
}

/** Of the length and the first and last eight bytes: texts in one list rarely agree in all of them. */
@inline
function hash(address: usize, length: u32): u32 {
  let head = load<u64>(address);
  let tail: u64 = 0;
  if (length >= 8) tail = load<u64>(address + length - 8);
  else head = length == 0 ? 0 : head & (~(<u64>0) >> ((8 - <u64>length) << 3));
  let h = (head ^ rotl<u64>(tail, 29) ^ length) * 0x9e3779b97f4a7c15;
  h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15;
  return <u32>(h >> 32);
}

/** Fills `table` (u64 spans, `slots` a power of two above twice `count`, zeroed by the caller) with the spans of the list. */
export function buildTextList(list: usize, count: u32, table: usize, slots: u32): void {
  for (let i: usize = 0; i < count; i++) {
    const span = load<u64>(list + (i << 3));
    let slot = hash(<usize>(<u32>span), <u32>(span >> 32)) & (slots - 1);
    while (load<u64>(table + ((<usize>slot) << 3)) != 0) slot = (slot + 1) & (slots - 1);
    store<u64>(table + ((<usize>slot) << 3), span);
  }
}

export function inText(a: usize, flags: usize, rows: u32, table: usize, slots: u32, hasNull: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    const length = span >> 32;
    let slot = hash(address, <u32>length) & (slots - 1);
    let found = false;
    for (;;) {
      const entry = load<u64>(table + ((<usize>slot) << 3));
      if (entry == 0) break;
      if (entry >> 32 == length && equalBytes(<usize>(<u32>entry), address, <usize>length)) {
        found = true;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
    answer(row, found, hasNull, out, flags);
  }
}
