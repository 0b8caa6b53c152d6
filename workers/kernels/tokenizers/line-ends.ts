// Finding line ends. Every tokenizer works on [begin, limit) where the byte before `limit` is a line end, so that no
// search needs a bound of its own: each stops at a line end at the latest.
import { Batch } from '../batch';

const LF: u8 = 10;
const CR: u8 = 13;

/**
 * Where whole lines end: the address after the last line end before `end`, or `begin` where there is none. With `final`
 * an unterminated last line gets its line end: one byte at `end`, in the buffer's padding.
 */
export function wholeLines(begin: usize, end: usize, final: u32): usize {
  if (end <= begin) return begin;
  if (load<u8>(end - 1) == LF) return end;
  if (final != 0) {
    store<u8>(end, LF);
    return end + 1;
  }
  return afterLastLineEnd(begin, end);
}

/** The address after the last line end in [begin, end), or `begin` where there is none. */
export function afterLastLineEnd(begin: usize, end: usize): usize {
  const newline = i8x16.splat(LF);
  let p = end;
  while (p >= begin + 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(p - 16), newline));
    if (bits != 0) return p - 16 + (32 - clz<u32>(bits));
    p -= 16;
  }
  while (p > begin) {
    if (load<u8>(p - 1) == LF) return p;
    --p;
  }
  return begin;
}

/** Address of the first line end at or after `p`; there must be one. */
export function lineEnd(p: usize): usize {
  const newline = i8x16.splat(LF);
  while (true) {
    const a = i8x16.eq(v128.load(p), newline);
    const b = i8x16.eq(v128.load(p, 16), newline);
    if (v128.any_true(v128.or(a, b))) {
      const bits = i8x16.bitmask(a) | (i8x16.bitmask(b) << 16);
      return p + ctz<u32>(bits);
    }
    p += 32;
  }
}

/** Length of the blank line at `p`: 0 where the line is not blank. */
@inline
export function blankLine(p: usize): usize {
  const c = load<u8>(p);
  if (c > CR) return 0;
  if (c == LF) return 1;
  return c == CR && load<u8>(p, 1) == LF ? 2 : 0;
}

/** Stores start and length of the record [start, end), where `end` is the address of its line end. */
@inline
export function storeRecord(starts: usize, lengths: usize, row: u32, start: usize, end: usize): void {
  store<u32>(starts + ((<usize>row) << 2), <u32>start);
  const length = end - start - usize(end > start && load<u8>(end - 1) == CR);
  store<u32>(lengths + ((<usize>row) << 2), <u32>length);
}

/** Ends a batch: what was consumed, without the line end that `wholeLines` may have added. */
@inline
export function finish(batch: Batch, next: usize, end: usize): void {
  batch.next = <u32>min<usize>(next, end);
}
