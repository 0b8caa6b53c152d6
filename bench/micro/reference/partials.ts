// Groups with a text key, a count and an integer sum (row: 8 u64 count · 16 u64 low · 24 i64 high · 32 u64 count) as bytes, in 64
// partitions by hash, and back: u32 key length, key, 32 bytes of states.
import { findText, hashText } from './groups';
import { copy } from './span';

const STATES: usize = 32;

/** `ends`: room for 64 u32; how many bytes there are. */
export function writeGroups(table: usize, ends: usize, out: usize): u32 {
  const rowBytes = load<u32>(table, 12);
  const first = load<u32>(table, 8);
  const last = first + load<u32>(table) * rowBytes;
  for (let p: usize = 0; p < 64; p++) store<u32>(ends + (p << 2), 0);
  for (let row = <usize>first; row < <usize>last; row += <usize>rowBytes) {
    const place = ends + <usize>((hashText(<usize>load<u32>(row), <usize>load<u32>(row, 4)) >> 26) << 2);
    store<u32>(place, load<u32>(place) + 4 + load<u32>(row, 4) + <u32>STATES);
  }
  let total: u32 = 0;
  for (let p: usize = 0; p < 64; p++) {
    const bytes = load<u32>(ends + (p << 2));
    store<u32>(ends + (p << 2), total);
    total += bytes;
  }
  for (let row = <usize>first; row < <usize>last; row += <usize>rowBytes) {
    const key = <usize>load<u32>(row);
    const bytes = <usize>load<u32>(row, 4);
    const place = ends + <usize>((hashText(key, bytes) >> 26) << 2);
    const at = out + <usize>load<u32>(place);
    store<u32>(at, <u32>bytes);
    copy(at + 4, key, bytes);
    copy(at + 4 + bytes, row + 8, STATES);
    store<u32>(place, load<u32>(place) + 4 + <u32>bytes + <u32>STATES);
  }
  return total;
}

/** How many groups the table has after it. */
export function mergeGroups(table: usize, begin: usize, end: usize): u32 {
  let at = begin;
  while (at < end) {
    const bytes = <usize>load<u32>(at);
    const row = findText(table, at + 4, bytes);
    const states = at + 4 + bytes;
    store<u64>(row, load<u64>(row, 8) + load<u64>(states), 8);
    const low = load<u64>(row, 16);
    const sum = low + load<u64>(states, 8);
    store<u64>(row, sum, 16);
    store<i64>(row, load<i64>(row, 24) + load<i64>(states, 16) + <i64>(sum < low), 24);
    store<u64>(row, load<u64>(row, 32) + load<u64>(states, 24), 32);
    at = states + STATES;
  }
  return load<u32>(table);
}
