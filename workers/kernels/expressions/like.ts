// LIKE and ILIKE over a pattern that src/execute/vectorize/like.ts has cut at its `%` into segments.
//
// Program, u32 fields: 0 segments, 1 anchored at the start, 2 anchored at the end, 3 bytes needed at least, 4 any-character
// marks present, 5 ignore case, then per segment address, length, address of marks (u8 per byte, 1: any character).
// Literals are small where case is ignored. Rows that bytes alone cannot decide (case or `_` beyond ASCII) are handed back.
import { VALID } from '../flags';
import { equalBytes, equalFolded, find, isAscii } from './bytes';

const HEADER: usize = 24;

@inline
function fitsAt(at: usize, text: usize, marks: usize, length: usize, marked: bool, fold: bool): bool {
  if (!marked) return fold ? equalFolded(at, text, length) : equalBytes(at, text, length);
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(marks + i) != 0) continue;
    let byte = <u32>load<u8>(at + i);
    if (fold && byte - 65 < 26) byte |= 32;
    if (byte != <u32>load<u8>(text + i)) return false;
  }
  return true;
}

@inline
function seek(start: usize, end: usize, text: usize, marks: usize, length: usize, marked: bool, fold: bool): usize {
  if (!marked) return find(start, end, text, length, fold);
  for (let at = start; at + length <= end; at++) if (fitsAt(at, text, marks, length, true, fold)) return at;
  return 0;
}

function matches(program: usize, address: usize, length: usize): bool {
  if (length < <usize>load<u32>(program, 12)) return false;
  const marked = load<u32>(program, 16) != 0;
  const fold = load<u32>(program, 20) != 0;
  const segments = <usize>load<u32>(program);
  let start = address;
  let end = address + length;
  let first: usize = 0;
  let last = segments;
  if (load<u32>(program, 4) != 0) {
    const size = <usize>load<u32>(program + HEADER, 4);
    if (!fitsAt(start, <usize>load<u32>(program + HEADER), <usize>load<u32>(program + HEADER, 8), size, marked, fold)) return false;
    start += size;
    first = 1;
    // no % at all: the one segment is the whole text
    if (segments == 1 && load<u32>(program, 8) != 0) return start == end;
  }
  if (load<u32>(program, 8) != 0) {
    last--;
    const segment = program + HEADER + last * 12;
    const size = <usize>load<u32>(segment, 4);
    if (end - start < size) return false;
    if (!fitsAt(end - size, <usize>load<u32>(segment), <usize>load<u32>(segment, 8), size, marked, fold)) return false;
    end -= size;
  }
  for (let i = first; i < last; i++) {
    const segment = program + HEADER + i * 12;
    const size = <usize>load<u32>(segment, 4);
    const place = seek(start, end, <usize>load<u32>(segment), <usize>load<u32>(segment, 8), size, marked, fold);
    if (place == 0) return false;
    start = place + size;
  }
  return true;
}

/** Data of valid rows; rows to be decided elsewhere are written into `left` (u32 row numbers); their count. */
export function likeText(a: usize, flags: usize, rows: u32, program: usize, out: usize, left: usize): u32 {
  const bytesOnly = load<u32>(program, 16) == 0 && load<u32>(program, 20) == 0;
  let count: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    const length = <usize>(span >> 32);
    if (!bytesOnly && !isAscii(address, length)) store<u32>(left + (count++ << 2), <u32>row);
    else store<u8>(out + row, <u8>matches(program, address, length));
  }
  return <u32>count;
}

/** One unanchored segment of at least one byte, by bytes: LIKE '%text%' and contains(). */
export function containsOneText(a: usize, flags: usize, rows: u32, text: usize, length: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    store<u8>(out + row, <u8>(find(address, address + <usize>(span >> 32), text, <usize>length, false) != 0));
  }
}

/** LIKE 'text%', by bytes. */
export function startsWithOneText(a: usize, flags: usize, rows: u32, text: usize, length: u32, out: usize): void {
  const short = length <= 16;
  const mask = short ? (1 << length) - 1 : 0;
  const wanted = v128.load(text);
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(a + (row << 3));
    const address = <usize>(<u32>span);
    let same: bool;
    // sixteen bytes can be read at any text, however short
    if (short) same = (i8x16.bitmask(i8x16.eq(v128.load(address), wanted)) & mask) == mask;
    else same = <u32>(span >> 32) >= length && equalBytes(address, text, <usize>length);
    store<u8>(out + row, <u8>(same && <u32>(span >> 32) >= length));
  }
}
