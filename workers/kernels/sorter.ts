// Rows under sort keys, kept and sorted in the arena: what ORDER BY gathers, without a JavaScript object per row.
//
// Sorter: 0 u32 index · 4 u32 capacity of the index · 8 u32 rows · 12 u32 rows ever · 16 heap of entries · 32 u32 entry of the
// bound (0: none): rows not before it are of no use · 36 u32 key bytes that all rows have in common · 40 u32 key bytes before the
// prefixes · 44 u32 an entry to compare keys with (0: none) · 48 u64 bytes of all entries, without padding.
// Entry: 0 u32 key length · 4 u32 row length · 8 key · row; padded to 8. It is what a sorted block holds (src/execute/rows.ts).
// Index, 16 bytes per row: u64 prefix, eight key bytes, big-endian · u32 entry · u32 number of arrival, which breaks ties: the
// order is total, so an unstable sort is as good as a stable one. A prefix begins behind what all keys have in common: their
// tag at least, and of small integers half of their bytes.
import { alloc, free } from './arena';
import { commonBytes, compareBytes, copyBytes, copyExactly } from './hash';
import { HEAP_BYTES, heapFree, heapInit, heapTake } from './heap';

const SORTER_BYTES: u32 = 64;
const HEAP: usize = 16;
const COMMON: usize = 36;
const PREFIX_BEGIN: usize = 40;
const EXAMPLE: usize = 44;
const BYTES: usize = 48;
/** Entries that are brought into the cache together. */
const LOOK_AHEAD: u32 = 32;
const ITEM: usize = 16;
const FIRST_ROWS: u32 = 512;
/** Shorter stretches are sorted by insertion. */
const SHORT: usize = 16 * 16;

/** 0 when the arena is full. */
export function createSorter(): usize {
  const sorter = alloc(SORTER_BYTES);
  if (sorter == 0) return 0;
  memory.fill(sorter, 0, SORTER_BYTES);
  heapInit(sorter + HEAP);
  return sorter;
}

export function sorterRows(sorter: usize): u32 {
  return load<u32>(sorter, 8);
}

/** Room for an entry with its lengths written, whose key and row the caller writes behind them and then puts; 0 when the arena is full. */
export function sorterTake(sorter: usize, keyLength: u32, rowLength: u32): usize {
  if (load<u32>(sorter, 8) == load<u32>(sorter, 4) && !growIndex(sorter)) return 0;
  const entry = heapTake(sorter + HEAP, (8 + keyLength + rowLength + 7) & ~7);
  if (entry == 0) return 0;
  store<u32>(entry, keyLength);
  store<u32>(entry, rowLength, 4);
  return entry;
}

/** Counts an entry that was taken and written. */
export function sorterPut(sorter: usize, entry: usize): void {
  const count = load<u32>(sorter, 8);
  const item = <usize>load<u32>(sorter) + <usize>count * ITEM;
  const length = load<u32>(entry);
  const example = <usize>load<u32>(sorter, EXAMPLE);
  let common = length;
  if (example != 0) {
    common = load<u32>(sorter, COMMON);
    common = commonBytes(example + 8, min<u32>(load<u32>(example), common), entry + 8, length, 0);
  } else store<u32>(sorter, <u32>entry, EXAMPLE);
  store<u32>(sorter, common, COMMON);
  // of no use where it has less in common than those before: then all are computed anew
  store<u64>(item, prefixFrom(entry, load<u32>(sorter, PREFIX_BEGIN)));
  store<u64>(sorter, load<u64>(sorter, BYTES) + 8 + length + load<u32>(entry, 4), BYTES);
  store<u32>(item, <u32>entry, 8);
  store<u32>(item, load<u32>(sorter, 12), 12);
  store<u32>(sorter, count + 1, 8);
  store<u32>(sorter, load<u32>(sorter, 12) + 1, 12);
}

/** Adds rows [from, n) of encoded keys and rows (spans); how far it came, less than n when the arena is full. */
export function sorterAdd(sorter: usize, keys: usize, rows: usize, from: u32, n: u32): u32 {
  for (let i = from; i < n; i++) {
    const key = load<u64>(keys + (<usize>i << 3));
    const row = load<u64>(rows + (<usize>i << 3));
    const keyLength = <u32>(key >> 32);
    const rowLength = <u32>(row >> 32);
    if (!isBeforeBound(sorter, <usize>(key & 0xffffffff), keyLength)) continue;
    const entry = sorterTake(sorter, keyLength, rowLength);
    if (entry == 0) return i;
    copyExactly(entry + 8, <usize>(key & 0xffffffff), keyLength);
    copyExactly(entry + 8 + keyLength, <usize>(row & 0xffffffff), rowLength);
    sorterPut(sorter, entry);
  }
  return n;
}

/** A row that ties with the bound came later, so it is not before it. */
function isBeforeBound(sorter: usize, key: usize, length: u32): bool {
  const bound: usize = load<u32>(sorter, 32);
  return bound == 0 || compareBytes(key, length, bound + 8, load<u32>(bound)) < 0;
}

// @ts-ignore: decorator
@inline
function prefixOf(key: usize, length: u32): u64 {
  const word = bswap<u64>(load<u64>(key));
  return length >= 8 ? word : length == 0 ? 0 : word & ~((<u64>1 << (64 - (<u64>length << 3))) - 1);
}

// @ts-ignore: decorator
@inline
function prefixFrom(entry: usize, begin: u32): u64 {
  const length = load<u32>(entry);
  return length > begin ? prefixOf(entry + 8 + begin, length - begin) : 0;
}

function growIndex(sorter: usize): bool {
  const capacity = load<u32>(sorter, 4);
  const grown = capacity == 0 ? FIRST_ROWS : capacity << 1;
  const index = alloc(grown * <u32>ITEM);
  if (index == 0) return false;
  const old: usize = load<u32>(sorter);
  if (old != 0) {
    memory.copy(index, old, <usize>load<u32>(sorter, 8) * ITEM);
    free(old, capacity * <u32>ITEM);
  }
  store<u32>(sorter, <u32>index);
  store<u32>(sorter, grown, 4);
  return true;
}

export function sorterSort(sorter: usize): void {
  const begin: usize = load<u32>(sorter);
  const count = load<u32>(sorter, 8);
  const common = load<u32>(sorter, COMMON);
  if (common != load<u32>(sorter, PREFIX_BEGIN)) {
    store<u32>(sorter, common, PREFIX_BEGIN);
    for (let item = begin; item < begin + <usize>count * ITEM; item += ITEM) {
      store<u64>(item, prefixFrom(load<u32>(item, 8), common));
    }
  }
  commonBegin = common;
  sortItems(begin, begin + <usize>count * ITEM, 2 * (32 - <i32>clz<u32>(count)));
}

// @ts-ignore: decorator
@inline
function less(a: usize, b: usize): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  return x != y ? x < y : lessBehindPrefix(a, b);
}

/** What all keys of the rows that are being sorted have in common. */
let commonBegin: u32 = 0;

function lessBehindPrefix(a: usize, b: usize): bool {
  const p: usize = load<u32>(a, 8);
  const q: usize = load<u32>(b, 8);
  const skip = commonBegin;
  const order = compareBytes(p + 8 + skip, load<u32>(p) - skip, q + 8 + skip, load<u32>(q) - skip);
  return order != 0 ? order < 0 : load<u32>(a, 12) < load<u32>(b, 12);
}

// @ts-ignore: decorator
@inline
function swap(a: usize, b: usize): void {
  const held = v128.load(a);
  v128.store(a, v128.load(b));
  v128.store(b, held);
}

/** Introsort (Musser 1997): quicksort with the median of three, heapsort where it degenerates, insertion at the end. */
function sortItems(begin: usize, end: usize, depth: i32): void {
  let from = begin;
  let to = end;
  while (to - from > SHORT) {
    if (depth-- <= 0) return heapSort(from, to);
    const middle = from + ((to - from) >> 5 << 4);
    const last = to - ITEM;
    if (less(middle, from)) swap(middle, from);
    if (less(last, from)) swap(last, from);
    if (less(last, middle)) swap(last, middle);
    // the median waits at the front while the rest is parted around it
    swap(from, middle);
    let left = from;
    let right = to;
    while (true) {
      do left += ITEM; while (left < to && less(left, from));
      do right -= ITEM; while (less(from, right));
      if (left >= right) break;
      swap(left, right);
    }
    swap(from, right);
    if (right - from < to - right) {
      sortItems(from, right, depth);
      from = right + ITEM;
    } else {
      sortItems(right + ITEM, to, depth);
      to = right;
    }
  }
  for (let i = from + ITEM; i < to; i += ITEM) {
    const held = v128.load(i);
    let at = i;
    while (at > from && less(i, at - ITEM)) at -= ITEM;
    if (at == i) continue;
    memory.copy(at + ITEM, at, i - at);
    v128.store(at, held);
  }
}

function heapSort(begin: usize, end: usize): void {
  const count: usize = (end - begin) / ITEM;
  for (let i: usize = count >> 1; i > 0; i--) sink(begin, i - 1, count);
  for (let i: usize = count - 1; i > 0; i--) {
    swap(begin, begin + i * ITEM);
    sink(begin, 0, i);
  }
}

function sink(begin: usize, start: usize, count: usize): void {
  let parent: usize = start;
  while (true) {
    let child: usize = 2 * parent + 1;
    if (child >= count) return;
    if (child + 1 < count && less(begin + child * ITEM, begin + (child + 1) * ITEM)) child++;
    if (!less(begin + parent * ITEM, begin + child * ITEM)) return;
    swap(begin + parent * ITEM, begin + child * ITEM);
    parent = child;
  }
}

/** Of sorted rows keeps the first n and gives the others' memory back; false (and nothing done) when the arena is too full for it. */
export function sorterKeep(sorter: usize, n: u32): bool {
  const count = load<u32>(sorter, 8);
  if (count < n || n == 0) return true;
  const fresh = alloc(HEAP_BYTES);
  if (fresh == 0) return false;
  heapInit(fresh);
  const index: usize = load<u32>(sorter);
  const moved = alloc(n << 2);
  if (moved == 0) {
    free(fresh, HEAP_BYTES);
    return false;
  }
  let kept: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const entry: usize = load<u32>(index + <usize>i * ITEM, 8);
    const bytes = (8 + load<u32>(entry) + load<u32>(entry, 4) + 7) & ~7;
    const copy = heapTake(fresh, bytes);
    if (copy == 0) {
      heapFree(fresh);
      free(fresh, HEAP_BYTES);
      free(moved, n << 2);
      return false;
    }
    memory.copy(copy, entry, bytes);
    kept += 8 + load<u32>(entry) + load<u32>(entry, 4);
    store<u32>(moved + (<usize>i << 2), <u32>copy);
  }
  for (let i: u32 = 0; i < n; i++) store<u32>(index + <usize>i * ITEM, load<u32>(moved + (<usize>i << 2)), 8);
  free(moved, n << 2);
  heapFree(sorter + HEAP);
  memory.copy(sorter + HEAP, fresh, HEAP_BYTES);
  free(fresh, HEAP_BYTES);
  store<u32>(sorter, n, 8);
  store<u32>(sorter, load<u32>(index + <usize>(n - 1) * ITEM, 8), 32);
  store<u32>(sorter, load<u32>(index, 8), EXAMPLE);
  store<u64>(sorter, kept, BYTES);
  return true;
}

/** Address of the i-th entry. */
export function sorterEntry(sorter: usize, i: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(sorter) + <usize>i * ITEM, 8);
}

/**
 * Copies entries from the i-th on, without their padding, into [out, outEnd) as far as they fit; the next i. Up to 16 bytes behind
 * them may be overwritten.
 */
export function sorterCopy(sorter: usize, first: u32, out: usize, outEnd: usize): u32 {
  const count = load<u32>(sorter, 8);
  const index: usize = load<u32>(sorter);
  let at = out;
  let i = first;
  let touched: u64 = 0;
  while (i < count) {
    // entries lie in the order of their arrival, so each is a miss: those of a few rows at once overlap
    const stop = min<u32>(i + LOOK_AHEAD, count);
    for (let j = i; j < stop; j++) touched |= load<u64>(<usize>load<u32>(index + <usize>j * ITEM, 8));
    for (; i < stop; i++) {
      const entry: usize = load<u32>(index + <usize>i * ITEM, 8);
      const bytes = <usize>8 + load<u32>(entry) + load<u32>(entry, 4);
      if (at + bytes > outEnd) break;
      copyBytes(at, entry, bytes);
      at += bytes;
    }
    if (i < stop) break;
  }
  sink64 = touched;
  copied = <u32>(at - out);
  return i;
}

/** So that what is only touched is loaded. */
export let sink64: u64 = 0;
let copied: u32 = 0;

/** Bytes that the last sorterCopy wrote. */
export function sorterCopied(): u32 {
  return copied;
}

/** Bytes of all entries, without padding. */
export function sorterBytes(sorter: usize): f64 {
  return <f64>load<u64>(sorter, BYTES);
}

/** Forgets all rows, and the bound, and gives their memory back. */
export function sorterClear(sorter: usize): void {
  heapFree(sorter + HEAP);
  const capacity = load<u32>(sorter, 4);
  if (capacity != 0) free(<usize>load<u32>(sorter), capacity * <u32>ITEM);
  store<u64>(sorter, 0);
  store<u32>(sorter, 0, 8);
  memory.fill(sorter + 32, 0, SORTER_BYTES - 32);
}
