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

/** Of the lengths of a list's texts: bit 63 stands for all from 63 on. */
@inline
function lengthBit(length: u64): u64 {
  return (<u64>1) << min<u64>(length, 63);
}

/**
 * Fills `table`, zeroed by the caller: u64 lengths that occur, then spans of the list, u64[slots] with `slots` a power of two above
 * twice `count`.
 */
export function buildTextList(list: usize, count: u32, table: usize, slots: u32): void {
  let lengths: u64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const span = load<u64>(list + (i << 3));
    lengths |= lengthBit(span >> 32);
    let slot = hash(<usize>(<u32>span), <u32>(span >> 32)) & (slots - 1);
    while (load<u64>(table + ((<usize>slot) << 3), 8) != 0) slot = (slot + 1) & (slots - 1);
    store<u64>(table + ((<usize>slot) << 3), span, 8);
  }
  store<u64>(table, lengths);
}

export function inText(a: usize, flags: usize, rows: u32, table: usize, slots: u32, hasNull: u32, out: usize): void {
  const lengths = load<u64>(table);
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const length = span >> 32;
    // most texts are of another length than any in the list
    const found = (lengths & lengthBit(length)) != 0 && isInTable(<usize>(<u32>span), length, table + 8, slots);
    answer(row, found, hasNull, out, flags);
  }
}

@inline
function isInTable(address: usize, length: u64, spans: usize, slots: u32): bool {
  let slot = hash(address, <u32>length) & (slots - 1);
  let entry = load<u64>(spans + ((<usize>slot) << 3));
  while (entry != 0) {
    if (entry >> 32 == length && equalBytes(<usize>(<u32>entry), address, <usize>length)) return true;
    slot = (slot + 1) & (slots - 1);
    entry = load<u64>(spans + ((<usize>slot) << 3));
  }
  return false;
}
