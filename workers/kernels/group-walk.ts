// Walks over the groups of a table, which JavaScript finalizes: all of them, or those that may be among the best.
import { chunkBegin, chunkEnd, newestChunk, olderChunk } from './heap';
import { compareGroups, field, rowBehind, ROWS, Table } from './group-table';

/** Starts a walk over the rows. */
export function walkGroups(address: usize): void {
  const table = changetype<Table>(address);
  table.walkChunk = <u32>newestChunk(address + ROWS);
  table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
}

/** The next row addresses of the walk, at most `capacity`, into `out`; 0 at the end. */
export function nextGroups(address: usize, out: usize, capacity: u32): u32 {
  const table = changetype<Table>(address);
  let n: u32 = 0;
  while (n < capacity && table.walkChunk != 0) {
    const end = chunkEnd(address + ROWS, table.walkChunk);
    if (<usize>table.walkAt >= end) {
      table.walkChunk = <u32>olderChunk(table.walkChunk);
      table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
      continue;
    }
    store<u32>(out + (<usize>n << 2), table.walkAt);
    table.walkAt = <u32>rowBehind(table, table.walkAt);
    n++;
  }
  return n;
}

/** How a state becomes a rank. */
const RANK_COUNT: u32 = 0;

/**
 * Goes on with the walk and keeps the groups that may be among the best: row addresses (u32) into `rows` and ranks (f64,
 * higher is better) into `ranks`, of groups whose rank is not below `least` and, where it is `least`, whose key comes before
 * that of `leastRow` (0: whatever the key). At most `capacity` groups are looked at; how
 * many were kept, with bit 31 set while the walk has more. `kind`: RANK_COUNT reads u64, otherwise the 128-bit sum and its
 * count (no value: `whenNull`). The rank is monotone in the value, equal where rounding makes it so.
 */
export function rankGroups(
  address: usize, state: u32, kind: u32, sign: f64, whenNull: f64, least: f64, leastRow: usize, rows: usize, ranks: usize,
  capacity: u32,
): u32 {
  const table = changetype<Table>(address);
  const offset = <usize>field(table, state).offset;
  let kept: usize = 0;
  let looked: u32 = 0;
  while (table.walkChunk != 0) {
    const end = chunkEnd(address + ROWS, table.walkChunk);
    let row = <usize>table.walkAt;
    for (; row < end && looked < capacity; row = rowBehind(table, row), looked++) {
      const at = row + offset;
      let rank: f64;
      if (kind == RANK_COUNT) rank = sign * <f64>load<u64>(at);
      else if (load<u64>(at, 16) == 0) rank = whenNull;
      else rank = sign * (<f64>load<i64>(at, 8) * 18446744073709551616.0 + <f64>load<u64>(at));
      if (rank <= least && (rank < least || (leastRow != 0 && compareGroups(address, row, leastRow) >= 0))) continue;
      store<u32>(rows + (kept << 2), <u32>row);
      store<f64>(ranks + (kept << 3), rank);
      kept++;
    }
    table.walkAt = <u32>row;
    if (row < end) return <u32>kept | 0x80000000;
    table.walkChunk = <u32>olderChunk(table.walkChunk);
    table.walkAt = table.walkChunk == 0 ? 0 : <u32>chunkBegin(table.walkChunk);
  }
  return <u32>kept;
}
