// The groups of a batch of keys, found or made. A block of keys at a time: first the memo is asked for all of them, without a
// branch on what it says; whatever it does not know is listed and looked up in the index.
import { hashBytes, NULL_HASH } from './hash';
import { findBytes, findInteger, integerHash, isFar, LOOK_AHEAD, NULL_KEY, reserve, Table, touchPlaces } from './group-table';
import { judgeMemo, memoOf, MOST_REMEMBERED, recallInteger, recallText, rememberInteger, rememberText } from './group-memo';

/** Record `j` of those to be found: of a list, or the one so far behind the first of a block. */
// @ts-ignore: decorator
@inline
function recordAt(list: usize, first: u32, j: u32): u32 {
  return list == 0 ? first + j : load<u32>(list + (<usize>j << 2));
}

/** Row addresses (u32) of n integer keys into `out`; how many were done, fewer when the arena is full. */
export function groupIntegers(address: usize, data: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  if (!reserve(table, n)) return 0;
  const memo = memoOf(table);
  const list = <usize>table.missed;
  let missed: u32 = 0;
  for (let block: u32 = 0; block < n; block += LOOK_AHEAD) {
    const stop = min<u32>(n, block + LOOK_AHEAD);
    if (memo == 0) {
      const done = findIntegers(table, address, data, flags, 0, block, stop - block, out, 0);
      if (done < stop - block) return block + done;
      continue;
    }
    let count: u32 = 0;
    for (let i = block; i < stop; i++) {
      const row = load<u8>(flags + i) != 0 ? 0 : recallInteger(memo, load<i64>(data + (<usize>i << 3)));
      store<u32>(out + (<usize>i << 2), row);
      store<u32>(list + (<usize>count << 2), i);
      count += u32(row == 0);
    }
    if (count == 0) continue;
    missed += count;
    const done = findIntegers(table, address, data, flags, list, 0, count, out, memo);
    if (done < count) return load<u32>(list + (<usize>done << 2));
  }
  if (memo != 0) judgeMemo(table, missed, n);
  return n;
}

/** Finds or makes the groups of `count` records, and tells the memo; how many were done. */
// @ts-ignore: decorator
@inline
function findIntegers(table: Table, address: usize, data: usize, flags: usize, list: usize, first: u32, count: u32, out: usize, memo: usize): u32 {
  const hashes = <usize>table.hashes;
  const far = isFar(table);
  if (far) {
    for (let j: u32 = 0; j < count; j++) {
      const i = recordAt(list, first, j);
      store<u32>(hashes + (<usize>j << 2), integerHash(load<i64>(data + (<usize>i << 3)), load<u8>(flags + i) != 0));
    }
    touchPlaces(table, count);
  }
  for (let j: u32 = 0; j < count; j++) {
    const i = recordAt(list, first, j);
    const isNull = load<u8>(flags + i) != 0;
    const key = isNull ? 0 : load<i64>(data + (<usize>i << 3));
    const hash = far ? load<u32>(hashes + (<usize>j << 2)) : integerHash(key, isNull);
    const row = findInteger(table, address, hash, key, isNull);
    if (row == 0) return j;
    store<u32>(out + (<usize>i << 2), <u32>row);
    if (memo != 0 && !isNull) rememberInteger(memo, key, <u32>row);
  }
  return count;
}

/** The same for keys of bytes (spans). */
export function groupSpans(address: usize, spans: usize, flags: usize, n: u32, out: usize): u32 {
  const table = changetype<Table>(address);
  if (!reserve(table, n)) return 0;
  const memo = memoOf(table);
  const list = <usize>table.missed;
  let missed: u32 = 0;
  for (let block: u32 = 0; block < n; block += LOOK_AHEAD) {
    const stop = min<u32>(n, block + LOOK_AHEAD);
    if (memo == 0) {
      const done = findSpans(table, address, spans, flags, 0, block, stop - block, out, 0);
      if (done < stop - block) return block + done;
      continue;
    }
    let count: u32 = 0;
    for (let i = block; i < stop; i++) {
      let row: u32 = 0;
      if (load<u8>(flags + i) == 0) {
        const span = load<u64>(spans + (<usize>i << 3));
        row = recallText(memo, <usize>(span & 0xffffffff), <u32>(span >> 32));
      }
      store<u32>(out + (<usize>i << 2), row);
      store<u32>(list + (<usize>count << 2), i);
      count += u32(row == 0);
    }
    if (count == 0) continue;
    missed += count;
    const done = findSpans(table, address, spans, flags, list, 0, count, out, memo);
    if (done < count) return load<u32>(list + (<usize>done << 2));
  }
  if (memo != 0) judgeMemo(table, missed, n);
  return n;
}

// @ts-ignore: decorator
@inline
function findSpans(table: Table, address: usize, spans: usize, flags: usize, list: usize, first: u32, count: u32, out: usize, memo: usize): u32 {
  const hashes = <usize>table.hashes;
  for (let j: u32 = 0; j < count; j++) {
    const i = recordAt(list, first, j);
    const span = load<u64>(spans + (<usize>i << 3));
    const hash = load<u8>(flags + i) != 0 ? NULL_HASH : hashBytes(<usize>(span & 0xffffffff), <usize>(span >> 32));
    store<u32>(hashes + (<usize>j << 2), <u32>(hash >> 32));
  }
  if (isFar(table)) touchPlaces(table, count);
  for (let j: u32 = 0; j < count; j++) {
    const i = recordAt(list, first, j);
    const span = load<u64>(spans + (<usize>i << 3));
    const key = <usize>(span & 0xffffffff);
    const length = load<u8>(flags + i) != 0 ? NULL_KEY : <u32>(span >> 32);
    const row = findBytes(table, address, load<u32>(hashes + (<usize>j << 2)), key, length);
    if (row == 0) return j;
    store<u32>(out + (<usize>i << 2), <u32>row);
    if (memo != 0 && length <= MOST_REMEMBERED) rememberText(memo, key, length, <u32>row);
  }
  return count;
}
