// The groups of a batch of keys, found or made. A block of keys at a time: first the memo is asked for all of them, without a
// branch on what it says; whatever it does not know is listed and looked up in the index.
//
// One text for both kinds of keys, compiled for each: `data` holds i64, or the spans of texts.
import { hashBytes, NULL_HASH } from './hash';
import { findBytes, findInteger, integerHash, isFar, LOOK_AHEAD, NULL_KEY, reserve, Table, touchPlaces } from './group-table';
import { judgeMemo, memoOf, MOST_REMEMBERED, recallInteger, recallText, rememberInteger, rememberText } from './group-memo';

/** Row addresses (u32) of n integer keys into `out`; how many were done, fewer when the arena is full. */
export function groupIntegers(address: usize, data: usize, flags: usize, n: u32, out: usize): u32 {
  return group(address, data, flags, n, out, false);
}

/** The same for keys of bytes (spans). */
export function groupSpans(address: usize, spans: usize, flags: usize, n: u32, out: usize): u32 {
  return group(address, spans, flags, n, out, true);
}

// @ts-ignore: decorator
@inline
function group(address: usize, data: usize, flags: usize, n: u32, out: usize, isText: bool): u32 {
  const table = changetype<Table>(address);
  if (!reserve(table, n)) return 0;
  const memo = memoOf(table);
  const list = <usize>table.missed;
  let missed: u32 = 0;
  for (let block: u32 = 0; block < n; block += LOOK_AHEAD) {
    const stop = min<u32>(n, block + LOOK_AHEAD);
    if (memo == 0) {
      const done = find(table, address, data, flags, 0, block, stop - block, out, 0, isText);
      if (done < stop - block) return block + done;
      continue;
    }
    let count: u32 = 0;
    let i = block;
    if (!isText) while (i + 16 <= stop && recallSame(memo, data, flags, i, out)) i += 16;
    for (; i < stop; i++) {
      let row: u32 = 0;
      if (load<u8>(flags + i) == 0) {
        const key = load<u64>(data + (<usize>i << 3));
        row = isText ? recallText(memo, begin(key), length(key)) : recallInteger(memo, key);
      }
      store<u32>(out + (<usize>i << 2), row);
      store<u32>(list + (<usize>count << 2), i);
      count += u32(row == 0);
    }
    if (count == 0) continue;
    missed += count;
    const done = find(table, address, data, flags, list, 0, count, out, memo, isText);
    if (done < count) return load<u32>(list + (<usize>done << 2));
  }
  if (memo != 0) judgeMemo(table, missed, n);
  return n;
}

/** Whether sixteen integers are the same, as hours are in a log in order, and known; then they have their row. */
// @ts-ignore: decorator
@inline
function recallSame(memo: usize, data: usize, flags: usize, i: u32, out: usize): bool {
  const at = data + (<usize>i << 3);
  const first = v128.load_splat<u64>(at);
  let differ = v128.load(flags + i);
  for (let j: usize = 0; j < 128; j += 16) differ = v128.or(differ, v128.xor(v128.load(at + j), first));
  if (v128.any_true(differ)) return false;
  const row = recallInteger(memo, load<i64>(at));
  if (row == 0) return false;
  const rows = i32x4.splat(row);
  for (let j: usize = 0; j < 64; j += 16) v128.store(out + (<usize>i << 2) + j, rows);
  return true;
}

/**
 * Finds or makes the groups of `count` records, those of a list or (where it is 0) the ones from `first` on, and tells the memo;
 * how many were done.
 */
// @ts-ignore: decorator
@inline
function find(
  table: Table, address: usize, data: usize, flags: usize, list: usize, first: u32, count: u32, out: usize, memo: usize, isText: bool,
): u32 {
  const hashes = <usize>table.hashes;
  for (let j: u32 = 0; j < count; j++) {
    const i = recordAt(list, first, j);
    store<u32>(hashes + (<usize>j << 2), hashOf(load<u64>(data + (<usize>i << 3)), load<u8>(flags + i) != 0, isText));
  }
  if (isFar(table)) touchPlaces(table, count);
  for (let j: u32 = 0; j < count; j++) {
    const i = recordAt(list, first, j);
    const key = load<u64>(data + (<usize>i << 3));
    const isNull = load<u8>(flags + i) != 0;
    const hash = load<u32>(hashes + (<usize>j << 2));
    const row = isText
      ? findBytes(table, address, hash, begin(key), isNull ? NULL_KEY : length(key))
      : findInteger(table, address, hash, key, isNull);
    if (row == 0) return j;
    store<u32>(out + (<usize>i << 2), <u32>row);
    if (memo == 0 || isNull) continue;
    if (!isText) rememberInteger(memo, key, <u32>row);
    else if (length(key) <= MOST_REMEMBERED) rememberText(memo, begin(key), length(key), <u32>row);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function recordAt(list: usize, first: u32, j: u32): u32 {
  return list == 0 ? first + j : load<u32>(list + (<usize>j << 2));
}

// @ts-ignore: decorator
@inline
function hashOf(key: u64, isNull: bool, isText: bool): u32 {
  if (!isText) return integerHash(key, isNull);
  return <u32>((isNull ? NULL_HASH : hashBytes(begin(key), <usize>length(key))) >> 32);
}

// @ts-ignore: decorator
@inline
function begin(span: u64): usize {
  return <usize>(span & 0xffffffff);
}

// @ts-ignore: decorator
@inline
function length(span: u64): u32 {
  return <u32>(span >> 32);
}
