// A plain hash table: open addressing, linear probing, FNV-1a for texts and one multiplication for integers.
//
// Table: 0 u32 groups · 4 u32 mask · 8 u32 first row · 12 u32 bytes per row · 16 u32 room for keys · 32 slots of 8 bytes (u32
// hash, u32 row; row 0: empty). Row: 0 u64 key, or u32 address and u32 length · 8 states. Slots are never too few.
import { begin, copy, equal, length, spanAt } from './span';

export function hashText(at: usize, bytes: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: usize = 0; i < bytes; i++) hash = (hash ^ <u32>load<u8>(at + i)) * 0x01000193;
  return hash ^ (hash >> 15);
}

export function hashInteger(value: u64): u32 {
  return <u32>((value * 0x9e3779b97f4a7c15) >> 32);
}

function addRow(table: usize, slot: usize, hash: u32): usize {
  const groups = load<u32>(table);
  const rowBytes = load<u32>(table, 12);
  const row = <usize>(load<u32>(table, 8) + groups * rowBytes);
  for (let i: usize = 0; i < <usize>rowBytes; i++) store<u8>(row + i, 0);
  store<u32>(table, groups + 1);
  store<u32>(slot, hash);
  store<u32>(slot, <u32>row, 4);
  return row;
}

export function findInteger(table: usize, key: u64): usize {
  const mask = load<u32>(table, 4);
  const hash = hashInteger(key);
  let place = hash & mask;
  while (true) {
    const slot = table + 32 + ((<usize>place) << 3);
    const row = <usize>load<u32>(slot, 4);
    if (row == 0) {
      const added = addRow(table, slot, hash);
      store<u64>(added, key);
      return added;
    }
    if (load<u64>(row) == key) return row;
    place = (place + 1) & mask;
  }
}

export function findText(table: usize, at: usize, bytes: usize): usize {
  const mask = load<u32>(table, 4);
  const hash = hashText(at, bytes);
  let place = hash & mask;
  while (true) {
    const slot = table + 32 + ((<usize>place) << 3);
    const row = <usize>load<u32>(slot, 4);
    if (row == 0) {
      const key = <usize>load<u32>(table, 16);
      copy(key, at, bytes);
      store<u32>(table, <u32>(key + bytes), 16);
      const added = addRow(table, slot, hash);
      store<u32>(added, <u32>key);
      store<u32>(added, <u32>bytes, 4);
      return added;
    }
    if (load<u32>(slot) == hash && <usize>load<u32>(row, 4) == bytes && equal(<usize>load<u32>(row), at, bytes))
      return row;
    place = (place + 1) & mask;
  }
}

/** Rows (u32) of n integer keys; how many groups there are. */
export function groupIntegers(table: usize, data: usize, flags: usize, n: u32, out: usize): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const key = load<u8>(flags + i) != 0 ? 0 : load<u64>(data + ((<usize>i) << 3));
    store<u32>(out + ((<usize>i) << 2), <u32>findInteger(table, key));
  }
  return load<u32>(table);
}

export function groupTexts(table: usize, spans: usize, flags: usize, n: u32, out: usize): u32 {
  for (let i: u32 = 0; i < n; i++) {
    const text = load<u8>(flags + i) != 0 ? 0 : spanAt(spans, i);
    store<u32>(out + ((<usize>i) << 2), <u32>findText(table, begin(text), length(text)));
  }
  return load<u32>(table);
}
