// A cache of the keys that were looked up last, in front of a group table's index. Where keys come again and again, which is the
// rule in logs, an entry answers in a third of the instructions that the index takes, because it holds the key itself: no full
// hash, no row.
//
// Direct-mapped, entries of 32 bytes. Of a text of at most 16 bytes: v128 key, zeros behind it · 16 u32 length · 20 u32 row.
// Of an integer: 0 i64 key · 20 u32 row. Row 0: empty.
import { alloc } from './arena';
import { masked } from './hash';
import { isFar, Table } from './group-table';

const SLOTS: u32 = 4096;
/** 64 less the bits of a slot's number. */
const SHIFT: u64 = 52;
const ENTRY_BITS: u64 = 5;
/** Longer texts are never remembered. */
export const MOST_REMEMBERED: u32 = 16;
const M0: u64 = 0x9e3779b97f4a7c15;
const M1: u64 = 0xff51afd7ed558ccd;
/** Batches that go without it, after many where it was in vain. */
const MOST_REST: u32 = 63;

/** The memo for the next batch; 0 where it goes without, as it does where the groups are too many. */
export function memoOf(table: Table): usize {
  if (isFar(table)) return 0;
  if (table.memoRest > 0) {
    table.memoRest--;
    return 0;
  }
  if (table.memo == 0) {
    table.memo = <u32>alloc(SLOTS << <u32>ENTRY_BITS);
    forgetAll(table);
  }
  return table.memo;
}

/** Tells how many of a batch's n keys it did not know. Where most of them again and again, more and more batches go without it. */
export function judgeMemo(table: Table, missed: u32, n: u32): void {
  table.memoFailures = missed > n >> 1 ? table.memoFailures + 1 : 0;
  table.memoRest = min<u32>(table.memoFailures, MOST_REST);
}

/** For a table that loses its rows. */
export function forgetAll(table: Table): void {
  if (table.memo != 0) memory.fill(table.memo, 0, SLOTS << <u32>ENTRY_BITS);
}

// @ts-ignore: decorator
@inline
function integerEntry(memo: usize, key: i64): usize {
  return memo + <usize>(((<u64>key * M0) >> SHIFT) << ENTRY_BITS);
}

/** The row of a key, 0 where it is not known. */
// @ts-ignore: decorator
@inline
export function recallInteger(memo: usize, key: i64): u32 {
  const entry = integerEntry(memo, key);
  return select<u32>(load<u32>(entry, 20), 0, load<i64>(entry) == key);
}

// @ts-ignore: decorator
@inline
export function rememberInteger(memo: usize, key: i64, row: u32): void {
  const entry = integerEntry(memo, key);
  store<i64>(entry, key);
  store<u32>(entry, row, 20);
}

// @ts-ignore: decorator
@inline
function textEntry(memo: usize, text: v128): usize {
  const both = <u64>i64x2.extract_lane(text, 0) ^ (<u64>i64x2.extract_lane(text, 1) * M1);
  return memo + <usize>(((both * M0) >> SHIFT) << ENTRY_BITS);
}

/** The row of a text, 0 where it is not known. */
// @ts-ignore: decorator
@inline
export function recallText(memo: usize, key: usize, length: u32): u32 {
  const text = masked(key, <usize>min<u32>(length, MOST_REMEMBERED));
  const entry = textEntry(memo, text);
  const differs = u32(v128.any_true(v128.xor(text, v128.load(entry)))) | (load<u32>(entry, 16) ^ length);
  return select<u32>(load<u32>(entry, 20), 0, differs == 0);
}

/** Only of a text of at most MOST_REMEMBERED bytes. */
// @ts-ignore: decorator
@inline
export function rememberText(memo: usize, key: usize, length: u32, row: u32): void {
  const text = masked(key, <usize>length);
  const entry = textEntry(memo, text);
  v128.store(entry, text);
  store<u32>(entry, length, 16);
  store<u32>(entry, row, 20);
}
