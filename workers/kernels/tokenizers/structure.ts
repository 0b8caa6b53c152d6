// The structural index of a stretch of text: the addresses of the few bytes at which fields and records end, in order
// (simdjson's first stage: Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019). Found 64 bytes at a time and
// without branches on the data, it makes the records independent of each other: a tokenizer that walks from field end to
// field end waits for each before it can look for the next; one that reads this list does not.
const LF: u8 = 10;

/** What is written behind the last entry at most: a list needs room for so many more entries than it may hold. */
export const SPARE_ENTRIES: usize = 64 + 8;

/** Where the last call stopped: everything before it is in the list. */
export let structureEnd: usize = 0;

/** For tokenizers that go on from structureEnd: where the next index begins. */
export function restartAt(address: usize): void {
  structureEnd = address;
}

// How many entries of 64 bytes are written without asking whether there are so many: few that are not there cost less than one
// wrong guess of the processor, which the text decides and no branch predictor knows.
const FEW: u32 = 2;
const SOME: u32 = 6;
const MANY: u32 = 12;

/** As the text before was. */
let room: u32 = SOME;

/** Appends the addresses of the set bits, the first `room` without asking; how many there were. */
// @ts-ignore: decorator
@inline
function flatten(bits: u64, text: usize, at: usize, room: u32): usize {
  const count = <usize>popcnt<u64>(bits);
  const base = <u32>text;
  store<u32>(at, base + <u32>ctz<u64>(bits));
  bits &= bits - 1;
  store<u32>(at, base + <u32>ctz<u64>(bits), 4);
  bits &= bits - 1;
  if (room > FEW) {
    store<u32>(at, base + <u32>ctz<u64>(bits), 8);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 12);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 16);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 20);
    bits &= bits - 1;
  }
  if (room > SOME) {
    store<u32>(at, base + <u32>ctz<u64>(bits), 24);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 28);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 32);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 36);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 40);
    bits &= bits - 1;
    store<u32>(at, base + <u32>ctz<u64>(bits), 44);
    bits &= bits - 1;
  }
  if (count > <usize>room) {
    let next = at + ((<usize>room) << 2);
    do {
      store<u32>(next, base + <u32>ctz<u64>(bits));
      bits &= bits - 1;
      next += 4;
    } while (bits != 0);
  }
  return count;
}

/**
 * Lists the addresses of `byte` and of line ends in [begin, limit) from `list` on, at least until `most` entries are there
 * or `limit` is reached; how many. The text is read up to 64 bytes beyond `limit`.
 */
export function indexStructure(begin: usize, limit: usize, byte: u8, list: usize, most: usize): usize {
  const count =
    room == SOME
      ? indexSome(begin, limit, byte, list, most)
      : room == FEW
        ? indexFew(begin, limit, byte, list, most)
        : indexMany(begin, limit, byte, list, most);
  const blocks = (structureEnd - begin) >> 6;
  room = count < blocks ? FEW : count < blocks * SOME ? SOME : MANY;
  return count;
}

// Exported to be kept apart: in one function they leave each other too few registers.

export function indexFew(begin: usize, limit: usize, byte: u8, list: usize, most: usize): usize {
  return index(begin, limit, byte, list, most, FEW);
}

export function indexSome(begin: usize, limit: usize, byte: u8, list: usize, most: usize): usize {
  return index(begin, limit, byte, list, most, SOME);
}

export function indexMany(begin: usize, limit: usize, byte: u8, list: usize, most: usize): usize {
  return index(begin, limit, byte, list, most, MANY);
}

/** One bit for each of 64 bytes. */
// @ts-ignore: decorator
@inline
function bitsOf(text: usize, wanted: v128, newline: v128): u64 {
  const a = v128.load(text);
  const b = v128.load(text, 16);
  const c = v128.load(text, 32);
  const d = v128.load(text, 48);
  return (
    <u64><u32>i8x16.bitmask(v128.or(i8x16.eq(a, wanted), i8x16.eq(a, newline))) |
    (<u64><u32>i8x16.bitmask(v128.or(i8x16.eq(b, wanted), i8x16.eq(b, newline))) << 16) |
    (<u64><u32>i8x16.bitmask(v128.or(i8x16.eq(c, wanted), i8x16.eq(c, newline))) << 32) |
    (<u64><u32>i8x16.bitmask(v128.or(i8x16.eq(d, wanted), i8x16.eq(d, newline))) << 48)
  );
}

// @ts-ignore: decorator
@inline
function index(begin: usize, limit: usize, byte: u8, list: usize, most: usize, room: u32): usize {
  const wanted = i8x16.splat(byte);
  const newline = i8x16.splat(LF);
  const full = list + (most << 2);
  let at = list;
  let text = begin;
  while (text < limit) {
    if (at >= full) break;
    // There is room for what so many blocks hold, whatever that is, so none of them need look. Four at a time: what V8 does in
    // every round of a loop, constants made anew among it, is a fifth of what a block takes.
    const stop = min<usize>(limit, text + (((full - at + 255) >> 8) << 6));
    for (; text + 192 < stop; text += 256) {
      at += flatten(bitsOf(text, wanted, newline), text, at, room) << 2;
      at += flatten(bitsOf(text + 64, wanted, newline), text + 64, at, room) << 2;
      at += flatten(bitsOf(text + 128, wanted, newline), text + 128, at, room) << 2;
      at += flatten(bitsOf(text + 192, wanted, newline), text + 192, at, room) << 2;
    }
    for (; text < stop; text += 64) at += flatten(bitsOf(text, wanted, newline), text, at, room) << 2;
  }
  structureEnd = min<usize>(text, limit);
  let count = (at - list) >> 2;
  if (text > limit) {
    // what stands behind the limit is not ours
    while (count > 0 && <usize>load<u32>(list + ((count - 1) << 2)) >= limit) --count;
  }
  return count;
}
