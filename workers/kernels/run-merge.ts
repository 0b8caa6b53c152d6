// Merges sorted runs of rows by a tree of losers with offset-value codes (Knuth 5.4.1; Conner 1977; Graefe and Do, EDBT 2023), because
// the keys of neighbours in a sorted run mostly begin with the same bytes. Of each run a window of whole entries stands in the
// arena (u32 key length, u32 row length, key, row: src/execute/rows.ts); where one is used up, the caller brings the next.
//
// Invariant: the code of a row says how it differs from the row that last won against it, or in its own run came before it: at
// which byte first, and with which byte. Of two rows with codes against the same row the one with the less code comes first,
// and the code of the other holds against it too. Only where codes are equal are bytes compared, from the offset on.
import { alloc, free } from './arena';
import { commonBytes, copyBytes } from './hash';

/** More than any key has bytes, so that a later difference is a lesser code. */
const OFFSETS: u64 = 1 << 32;
/** 256 bytes, and the end of the key before them. */
const VALUE_BITS: u64 = 9;
/** Of a run without rows. */
const OVER: u64 = u64.MAX_VALUE;

/** What mergeRuns returns where it does not name a run. */
const DONE: u32 = 0xffffffff;
const FULL: u32 = 0xfffffffe;
const NO_MEMORY: u32 = 0xfffffffd;
const NOBODY: u32 = 0xffffffff;

@unmanaged
class Merge {
  count: u32;
  winner: u32;
  /** The run whose next entry is still to be played, because its window was used up; NOBODY. */
  waiting: u32;
  /** A copy of the key that came before that entry. */
  kept: u32;
  keptLength: u32;
  keptRoom: u32;
  losers: u32;
  runs: u32;
}

@unmanaged
class Run {
  code: u64;
  at: u32;
  end: u32;
}

let outEndReached: usize = 0;
let rowsMerged: u32 = 0;

/** A merge of so many runs, none of which has a window yet; 0 when the arena is full. */
export function createMerge(count: u32): usize {
  const address = alloc(offsetof<Merge>());
  if (address == 0) return 0;
  const merge = changetype<Merge>(address);
  merge.count = count;
  merge.winner = 0;
  merge.waiting = NOBODY;
  merge.kept = 0;
  merge.keptLength = 0;
  merge.keptRoom = 0;
  merge.losers = <u32>alloc(max<u32>(count, 1) << 2);
  merge.runs = <u32>alloc(max<u32>(count, 1) * offsetof<Run>());
  return merge.losers == 0 || merge.runs == 0 ? 0 : address;
}

// @ts-ignore: decorator
@inline
function runAt(merge: Merge, i: u32): Run {
  return changetype<Run>(<usize>merge.runs + <usize>i * offsetof<Run>());
}

/** The next entries of a run, whole ones; none: it is over. */
export function setMergeWindow(address: usize, i: u32, begin: usize, end: usize): void {
  const run = runAt(changetype<Merge>(address), i);
  run.at = <u32>begin;
  run.end = <u32>end;
}

/** After all runs have windows. */
export function startMerge(address: usize): void {
  const merge = changetype<Merge>(address);
  for (let i: u32 = 0; i < merge.count; i++) {
    const run = runAt(merge, i);
    run.code = run.at < run.end ? codeOf(run.at + 8, load<u32>(run.at), 0) : OVER;
  }
  if (merge.count > 0) merge.winner = play(merge, 1);
}

/** Who wins below a node, after everybody has played there. Nodes from 1; the runs are leaves behind them. */
function play(merge: Merge, node: u32): u32 {
  if (node >= merge.count) return node - merge.count;
  const a = play(merge, 2 * node);
  const b = play(merge, 2 * node + 1);
  const winner = comesFirst(merge, a, b) ? a : b;
  store<u32>(<usize>merge.losers + (<usize>node << 2), a + b - winner);
  return winner;
}

/**
 * Writes the next entries, or with `bare` their rows alone, at most `most`, to [out, outEnd), behind which 16 bytes may be
 * overwritten. Returns DONE at the end of all runs, FULL
 * where there is no more room or there were so many, NO_MEMORY, or the number of a run whose window is used up: give it its
 * next one and call again, with what is left of the room. Ties go by the order of the runs.
 */
export function mergeRuns(address: usize, out: usize, outEnd: usize, bare: bool, most: u32): u32 {
  const merge = changetype<Merge>(address);
  let at = out;
  let rows: u32 = 0;
  outEndReached = out;
  rowsMerged = 0;
  if (merge.waiting != NOBODY) {
    const run = runAt(merge, merge.waiting);
    merge.winner = merge.waiting;
    merge.waiting = NOBODY;
    run.code = run.at < run.end ? codeAgainst(merge.kept, merge.keptLength, run.at) : OVER;
    replay(merge);
  }
  while (true) {
    const winner = merge.winner;
    const run = runAt(merge, winner);
    if (merge.count == 0 || run.code == OVER) return DONE;
    const entry = <usize>run.at;
    const keyLength = load<u32>(entry);
    const whole = <usize>8 + keyLength + load<u32>(entry, 4);
    const skipped: usize = bare ? <usize>8 + keyLength : 0;
    if (rows >= most || at + (whole - skipped) > outEnd) return FULL;
    copyBytes(at, entry + skipped, whole - skipped);
    at += whole - skipped;
    outEndReached = at;
    rowsMerged = ++rows;
    const next = entry + whole;
    run.at = <u32>next;
    if (next >= <usize>run.end) {
      if (!keep(merge, entry + 8, keyLength)) return NO_MEMORY;
      merge.waiting = winner;
      return winner;
    }
    run.code = codeAgainst(entry + 8, keyLength, next);
    replay(merge);
  }
}

/** Address behind what the last mergeRuns wrote. */
export function mergedEnd(): usize {
  return outEndReached;
}

export function mergedRows(): u32 {
  return rowsMerged;
}

/** Bytes that the next entry takes. */
export function nextMergedBytes(address: usize): u32 {
  const merge = changetype<Merge>(address);
  const entry = <usize>runAt(merge, merge.winner).at;
  return 8 + load<u32>(entry) + load<u32>(entry, 4);
}

function keep(merge: Merge, key: usize, length: u32): bool {
  if (length > merge.keptRoom) {
    if (merge.keptRoom != 0) free(merge.kept, merge.keptRoom);
    merge.keptRoom = 0;
    const room = max<u32>(length, 256);
    merge.kept = <u32>alloc(room);
    if (merge.kept == 0) return false;
    merge.keptRoom = room;
  }
  memory.copy(merge.kept, key, length);
  merge.keptLength = length;
  return true;
}

/** Lets the winner, which has a new row, play against the losers on its way up. */
// @ts-ignore: decorator
@inline
function replay(merge: Merge): void {
  let winner = merge.winner;
  for (let node = (winner + merge.count) >> 1; node > 0; node >>= 1) {
    const slot = <usize>merge.losers + (<usize>node << 2);
    const other = load<u32>(slot);
    if (comesFirst(merge, winner, other)) continue;
    store<u32>(slot, winner);
    winner = other;
  }
  merge.winner = winner;
}

/** Of two runs whose codes are against the same row. Where these are equal, the loser gets one against the winner. */
// @ts-ignore: decorator
@inline
function comesFirst(merge: Merge, a: u32, b: u32): bool {
  const first = runAt(merge, a);
  const second = runAt(merge, b);
  if (first.code != second.code) return first.code < second.code;
  return first.code == OVER ? a < b : isFirstBehind(first, second, a < b);
}

function isFirstBehind(first: Run, second: Run, firstOnTie: bool): bool {
  const key = <usize>first.at + 8;
  const otherKey = <usize>second.at + 8;
  const length = load<u32>(first.at);
  const otherLength = load<u32>(second.at);
  const from = <u32>min<u64>(OFFSETS - (first.code >> VALUE_BITS), min<u32>(length, otherLength));
  const offset = commonBytes(key, length, otherKey, otherLength, from);
  const value = valueAt(key, length, offset);
  const otherValue = valueAt(otherKey, otherLength, offset);
  const isFirst = value == otherValue ? firstOnTie : value < otherValue;
  const loser = isFirst ? second : first;
  loser.code = ((OFFSETS - offset) << VALUE_BITS) | (isFirst ? otherValue : value);
  return isFirst;
}

/** The code of an entry against a key that does not come behind it. */
function codeAgainst(key: usize, length: u32, entry: usize): u64 {
  const nextLength = load<u32>(entry);
  return codeOf(entry + 8, nextLength, commonBytes(key, length, entry + 8, nextLength, 0));
}

// @ts-ignore: decorator
@inline
function codeOf(key: usize, length: u32, offset: u32): u64 {
  return ((OFFSETS - offset) << VALUE_BITS) | valueAt(key, length, offset);
}

// @ts-ignore: decorator
@inline
function valueAt(key: usize, length: u32, offset: u32): u64 {
  return offset < length ? <u64>load<u8>(key + offset) + 1 : 0;
}
