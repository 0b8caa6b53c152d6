// Marks of the bytes at which the text of a string can end: quotes, backslashes and control characters, line ends among them. One
// bit a byte, a window of text that stays in the first-level cache at a time, as in the template tokenizer: where a
// string ends is then one load, one shift and one count of zeros, whatever its length.
const BACKSLASH: u8 = 0x5c;
const WINDOW: usize = 4096;

/** Bytes of the bitmap: reads go 8 bytes beyond the bit that they are for. */
export const MARKS_BYTES: usize = (WINDOW >> 3) + 16;

/** The bits of the text at `p` begin at the byte `marksBias + (p >> 3)`; from `marksSafe` on 64 of them cannot be read. */
export let marksBias: usize = 0;
export let marksSafe: usize = 0;

/** Nothing is marked. */
export function forgetMarks(): void {
  marksBias = 0;
  marksSafe = 0;
}

/** 64 bytes to bits. Quotes and control characters are those that are at most 0x20 when bit 1 is flipped: a blank becomes 0x22. */
@inline
function marksOf(text: v128): u64 {
  return <u64>(
    i8x16.bitmask(
      v128.or(
        i8x16.le_u(v128.xor(text, i8x16.splat(2)), i8x16.splat(0x20)),
        i8x16.eq(text, i8x16.splat(BACKSLASH)),
      ),
    )
  );
}

/** Marks the window that starts at the word of `at`, up to `limit`, before which there is a line end. */
export function mark(bitmap: usize, at: usize, limit: usize): void {
  const base = at & ~63;
  const stop = min<usize>(base + WINDOW, limit);
  let word = bitmap;
  for (let text = base; text < stop; text += 64) {
    store<u64>(
      word,
      marksOf(v128.load(text)) |
        (marksOf(v128.load(text, 16)) << 16) |
        (marksOf(v128.load(text, 32)) << 32) |
        (marksOf(v128.load(text, 48)) << 48),
    );
    word += 8;
  }
  marksBias = bitmap - (base >> 3);
  // where the text ends inside the window, its last line end stops every search before unmarked bits
  marksSafe = stop == limit ? usize.MAX_VALUE : base + WINDOW - 64;
}

/** Bytes of [p, p + length) before the first one that is marked. */
export function bytesBeforeMark(p: usize, length: usize): usize {
  let count: usize = 0;
  while (count < length && load<u8>(p + count) != BACKSLASH && (load<u8>(p + count) ^ 2) > 0x20) ++count;
  return count;
}

/** The first mark at or after `p`. */
export function nextMark(bitmap: usize, p: usize, limit: usize): usize {
  while (true) {
    if (p >= marksSafe) mark(bitmap, p, limit);
    const bits = load<u64>(marksBias + (p >> 3)) >> (<u64>(p & 7));
    if (bits != 0) return p + <usize>ctz<u64>(bits);
    p += 64 - (p & 7);
  }
}
