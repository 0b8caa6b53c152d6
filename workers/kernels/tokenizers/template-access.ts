// The templates of access logs, common and combined, unrolled: what template-window.ts and template-steps.ts do for any
// template, here in one loop with the literals in the code, then one loop for each needed column. Measured by bench/micro: it
// takes a third of the time of the steps, and most logs are of these two. The same records are odd as there, or more.
//
// A record is checked stage by stage: whatever is wrong sets bits in `bad`, and a branch at a stage's end looks at them. With one branch for
// the whole record V8 would keep all that is to be checked until there, which is more than fits the registers. Flat on purpose.
import { span } from '../batch';
import { splitRequest } from './template-fields';
import {
  BYTES_ENDS, BYTES_STARTS, CURSORS, ENDS, FIRSTS, LIST, ODD, Program, REQUEST, STATUS_STARTS, stepOf, TIMES, WAS,
} from './template-program';

const LF: u8 = 10;
const CR: u8 = 13;
const SPACE: u8 = 32;
const DASH: u8 = 45;
const BACKSLASH: u8 = 92;
const QUOTE: u32 = 0x22;
/** Little-endian: ` - - [`, ` [`, `] "`, `" `, ` "`, `" "`. */
const DASHES: u64 = 0x5b202d202d20;
const AFTER_USER: u32 = 0x5b20;
const DASH_AND_SPACE: u16 = 0x202d;
const AFTER_TIME: u32 = 0x22205d;
const AFTER_REQUEST: u32 = 0x2022;
const AFTER_BYTES: u32 = 0x2220;
const AFTER_REFERRER: u32 = 0x222022;

/** Where the line begins that the walk stopped before. */
export let nextLine: usize = 0;

// @ts-ignore: decorator
@inline
function spaces(at: usize): u32 {
  return i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(SPACE)));
}

// Where a record's fields end, u32 each, in the vectors that the steps of other templates use; the rest stands in the index.
const CLIENT_ENDS: usize = CURSORS;
const IDENT_ENDS: usize = WAS;

// @ts-ignore: decorator
@inline
function walk(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize, isCombined: bool,
): u32 {
  const lineEntry: usize = isCombined ? 24 : 8;
  let first = program + LIST;
  let listEnd = first + (entries << 2);
  // each record has an entry at least; few are odd, and their line ends are asked for only there
  for (let row: usize = 0; row < entries; row += 16) v128.store(program + row, i8x16.splat(0), ODD);
  // Columns of odd records are put too, whatever they are: what is read for them has to be inside the memory. So a record that has
  // fewer entries than it should finds addresses behind the last one.
  const padding = i32x4.splat(<u32>begin);
  v128.store(listEnd, padding);
  v128.store(listEnd, padding, 16);
  while (listEnd > first && <usize>load<u32>(listEnd - 4) > safe) listEnd -= 4;
  /** Four bytes for each row further than the program. */
  let at = program;
  const full = program + ((<usize>most) << 2);
  const startsBias = starts - program;
  const lengthsBias = lengths - program;
  let start = begin;
  while (at < full) {
    if (start >= stop) break;
    let last = first + lineEntry;
    let end: usize = 0;
    let odd: u32 = 1;
    if (last < listEnd) {
      end = <usize>load<u32>(last);
      const clientBits = spaces(start);
      let clientEnd = start + <usize>ctz<u32>(clientBits);
      // IPv6 addresses and host names
      if (clientBits == 0) clientEnd = start + 16 + <usize>ctz<u32>(spaces(start + 16) | (spaces(start + 32) << 16));
      let bad = (<u32>load<u8>(end) ^ <u32>LF) | (clientBits & 1) | (<u32>load<u8>(clientEnd) ^ <u32>SPACE);
      let identEnd = clientEnd + 2;
      let timeStart = clientEnd + 6;
      if ((load<u64>(clientEnd) & 0xffffffffffff) != DASHES) {
        const identBits = spaces(clientEnd + 1);
        identEnd = clientEnd + 1 + <usize>ctz<u32>(identBits | 0x10000);
        const userBits = spaces(identEnd + 1);
        timeStart = identEnd + 3 + <usize>ctz<u32>(userBits | 0x10000);
        bad |= (identBits & 1) | (userBits & 1) | (<u32>load<u8>(identEnd) ^ <u32>SPACE) |
          (<u32>load<u16>(timeStart - 2) ^ AFTER_USER);
      }
      store<u32>(at, <u32>clientEnd, CLIENT_ENDS);
      store<u32>(at, <u32>identEnd, IDENT_ENDS);
      store<u32>(at, <u32>timeStart, TIMES);
      const timeEnd = <usize>load<u32>(first) - 2;
      bad |= ((load<u32>(timeEnd) ^ AFTER_TIME) & 0xffffff) | u32(timeEnd <= timeStart);
      if (bad == 0) {
        const q1 = <usize>load<u32>(first, 4);
        const statusStart = q1 + 2;
        const bits = spaces(statusStart);
        const rest = (bits & (bits - 1)) | 0x10000;
        const bytesStart = statusStart + 1 + <usize>ctz<u32>(bits | 0x10000);
        let bytesEnd = statusStart + <usize>ctz<u32>(rest);
        bad = (<u32>load<u16>(q1) ^ AFTER_REQUEST) | u32(load<u8>(q1 - 1) == BACKSLASH) | (bits & 1);
        if (isCombined) {
          bad |= (<u32>load<u16>(bytesEnd) ^ AFTER_BYTES) | (load<u32>(first, 8) ^ <u32>(bytesEnd + 1));
        } else {
          // no further space in what is left of the line, all of which was looked at
          const seen = <u32>(end - statusStart);
          bad |= u32(seen > 16) | u32(ctz<u32>(rest) < seen);
          bytesEnd = end - usize(load<u8>(end - 1) == CR);
        }
        bad |= u32(bytesEnd <= bytesStart);
        // a dash alone is NULL, and has no bytes from here on
        const isNull = isCombined
          ? usize(load<u16>(bytesStart) == DASH_AND_SPACE)
          : usize(bytesEnd - bytesStart == 1) & usize(load<u8>(bytesStart) == DASH);
        store<u32>(at, <u32>statusStart, STATUS_STARTS);
        store<u32>(at, <u32>bytesStart, BYTES_STARTS);
        store<u32>(at, <u32>(bytesEnd - isNull), BYTES_ENDS);
        odd = bad;
        if (isCombined && bad == 0) {
          const q3 = <usize>load<u32>(first, 12);
          const q5 = <usize>load<u32>(first, 20);
          odd = ((load<u32>(q3) ^ AFTER_REFERRER) & 0xffffff) | u32(load<u8>(q3 - 1) == BACKSLASH) |
            (<u32>load<u8>(q5) ^ QUOTE) | u32(load<u8>(q5 - 1) == BACKSLASH) |
            (<u32>(q5 + 1 + usize(load<u8>(q5, 1) == CR)) ^ <u32>end);
        }
      }
    }
    if (odd != 0) {
      // the line ends at the first entry that is a line end
      last = first;
      while (last < listEnd && load<u8>(<usize>load<u32>(last)) != LF) last += 4;
      if (last >= listEnd) break;
      end = <usize>load<u32>(last);
      if (end - start <= 1 && (end == start || load<u8>(start) == CR)) {
        start = end + 1;
        first = last + 4;
        continue;
      }
      store<u32>(at, <u32>start, CLIENT_ENDS);
      store<u32>(at, <u32>start, IDENT_ENDS);
      store<u32>(at, <u32>start, TIMES);
      store<u32>(at, <u32>start, STATUS_STARTS);
      store<u32>(at, <u32>start, BYTES_STARTS);
      store<u32>(at, <u32>start, BYTES_ENDS);
      store<u32>(at, <u32>end, ENDS);
      store<u8>(program + ((at - program) >> 2), 1, ODD);
    }
    store<u32>(at + startsBias, <u32>start);
    store<u32>(at + lengthsBias, <u32>(end - start - usize(load<u8>(end - 1) == CR)));
    store<u32>(at, <u32>first, FIRSTS);
    at += 4;
    start = end + 1;
    first = last + 4;
  }
  nextLine = start;
  return <u32>((at - program) >> 2);
}

/**
 * Takes the records from `begin` on that the index lists, as layOut and the steps together, but stores no spans. Exported to be
 * kept apart.
 */
export function walkCombined(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize,
): u32 {
  return walk(program, begin, entries, stop, safe, most, starts, lengths, true);
}

export function walkCommon(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize,
): u32 {
  return walk(program, begin, entries, stop, safe, most, starts, lengths, false);
}

// @ts-ignore: decorator
@inline
function put(vector: usize, row4: usize, start: usize, end: usize): void {
  const length = end - start;
  const isNull = i32(length == 1) & i32(load<u8>(start) == DASH);
  store<u64>(vector + (row4 << 1), isNull ? 0 : span(start, length));
}

// @ts-ignore: decorator
@inline
function entryOf(program: usize, row4: usize, entry: usize): usize {
  return <usize>load<u32>(<usize>load<u32>(program + FIRSTS + row4) + (entry << 2));
}

/** From `before` behind the first address to `behind` before the second one, u32 each; what is only a dash is NULL. */
// @ts-ignore: decorator
@inline
function putBetween(vector: usize, rows4: usize, starts: usize, before: u32, ends: usize, behind: u32): void {
  const skip = i32x4.splat(before);
  const whole = i32x4.splat(before + behind);
  const one = i32x4.splat(1);
  let r: usize = 0;
  for (; r + 12 < rows4; r += 16) {
    const first = v128.load(starts + r);
    const lengths = i32x4.sub(i32x4.sub(v128.load(ends + r), first), whole);
    if (v128.any_true(i32x4.eq(lengths, one))) {
      for (let i: usize = r; i < r + 16; i += 4) put(vector, i, load<u32>(starts + i) + before, load<u32>(ends + i) - behind);
    } else putFour(vector + (r << 1), i32x4.add(first, skip), lengths);
  }
  for (; r < rows4; r += 4) put(vector, r, load<u32>(starts + r) + before, load<u32>(ends + r) - behind);
}

/** The same where NULL has no bytes, and nothing else has none. */
// @ts-ignore: decorator
@inline
function putNullable(vector: usize, rows4: usize, starts: usize, ends: usize): void {
  const zero = i32x4.splat(0);
  let r: usize = 0;
  for (; r + 12 < rows4; r += 16) {
    const first = v128.load(starts + r);
    const lengths = i32x4.sub(v128.load(ends + r), first);
    putFour(vector + (r << 1), v128.and(first, i32x4.ne(lengths, zero)), lengths);
  }
  for (; r < rows4; r += 4) {
    const start = load<u32>(starts + r);
    const length = load<u32>(ends + r) - start;
    store<u64>(vector + (r << 1), length == 0 ? 0 : span(start, length));
  }
}

// @ts-ignore: decorator
@inline
function putFour(spans: usize, starts: v128, lengths: v128): void {
  v128.store(spans, v128.shuffle<u32>(starts, lengths, 0, 4, 1, 5));
  v128.store(spans, v128.shuffle<u32>(starts, lengths, 2, 6, 3, 7), 16);
}

/** Spans of one column of the records that a walk has taken; those of odd records are of no meaning. */
function putColumn(program: usize, step: usize, vector: usize, rows4: usize, starts: usize): void {
  const clientEnds = program + CLIENT_ENDS;
  const identEnds = program + IDENT_ENDS;
  const times = program + TIMES;
  const statusStarts = program + STATUS_STARTS;
  const bytesStarts = program + BYTES_STARTS;
  switch (<u32>step) {
    case 0:
      putBetween(vector, rows4, starts, 0, clientEnds, 0);
      break;
    case 1:
      putBetween(vector, rows4, clientEnds, 1, identEnds, 0);
      break;
    case 2:
      putBetween(vector, rows4, identEnds, 1, times, 2);
      break;
    case 3:
      for (let r: usize = 0; r < rows4; r += 4) put(vector, r, load<u32>(times + r), entryOf(program, r, 0) - 2);
      break;
    case 4:
      for (let r: usize = 0; r < rows4; r += 4) put(vector, r, entryOf(program, r, 0) + 1, entryOf(program, r, 1));
      break;
    case 5:
      putBetween(vector, rows4, statusStarts, 0, bytesStarts, 1);
      break;
    case 6:
      putNullable(vector, rows4, bytesStarts, program + BYTES_ENDS);
      break;
    case 7:
      for (let r: usize = 0; r < rows4; r += 4) put(vector, r, entryOf(program, r, 2) + 1, entryOf(program, r, 3));
      break;
    default:
      for (let r: usize = 0; r < rows4; r += 4) put(vector, r, entryOf(program, r, 3) + 3, entryOf(program, r, 5));
  }
}

/** Spans of all needed columns. `row8`: byte offset of the first record in the vectors. */
export function putColumns(program: usize, rows4: usize, starts: usize, row8: usize): void {
  const steps = <usize>changetype<Program>(program).stepCount;
  for (let i: usize = 0; i < steps; i++) {
    const step = stepOf(program, i);
    if (step.output != 0) putColumn(program, i, <usize>step.output + row8, rows4, starts);
    if ((step.flags & REQUEST) == 0) continue;
    for (let r: usize = 0; r < rows4; r += 4) {
      if (load<u8>(program + ODD + (r >> 2)) != 0) continue;
      splitRequest(step, row8 + (r << 1), entryOf(program, r, 0) + 1, entryOf(program, r, 1));
    }
  }
}
