// The steps of a template, each over all records of a window: where the field at hand ends, and its span where it is needed.
// A record that a step cannot take in its stride becomes odd and waits somewhere safe to read on from. Flat on purpose, one
// loop without a call for each case, so that nothing is decided per record: measured by bench/micro/lanes/tokenizers.mjs.
//
// No loop looks for the line's end: the last step does, and what ran past it fails there at the latest. So a window's records
// must stand so far before the end of memory that a step may run past each of them.
//
// All functions are exported only so that the compiler keeps them apart: together they would not fit the registers.
import { span } from '../batch';
import { splitRequest } from './template-fields';
import {
  CURSORS, DASH_NULL, ENDS, FIRSTS, ODD, Step, WAS,
} from './template-program';

const CR: u8 = 13;
const DASH: u8 = 45;

// @ts-ignore: decorator
@inline
function makeOdd(program: usize, row4: usize, starts: usize): void {
  store<u8>(program + ODD + (row4 >> 2), 1);
  store<u32>(program + CURSORS + row4, load<u32>(starts + row4));
}

/** A short field, not needed, that ends at its mark within 16 bytes; how many records are odd for that. */
export function passShort(program: usize, step: Step, rows4: usize, starts: usize): u32 {
  const cursors = program + CURSORS;
  const mark = i8x16.splat(<u8>step.mark);
  const until = step.until;
  const mask = step.untilMask;
  const after = step.untilLength;
  const anchor = step.anchor;
  let odd: u32 = 0;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const start = <usize>load<u32>(cursors + row4);
    const bits = i8x16.bitmask(i8x16.eq(v128.load(start), mark));
    // where there is none, the byte behind the sixteen is the next that may be it
    const end = start + <usize>(ctz<u32>(bits | 0x10000) - anchor);
    if (((load<u32>(end) ^ until) & mask) | u32(end <= start)) {
      odd++;
      makeOdd(program, row4, starts);
    } else {
      store<u32>(cursors + row4, <u32>end + after);
    }
  }
  return odd;
}

/** The same for fields of up to 64 bytes. */
export function passLong(program: usize, step: Step, rows4: usize, starts: usize): void {
  const cursors = program + CURSORS;
  const mark = i8x16.splat(<u8>step.mark);
  const until = step.until;
  const mask = step.untilMask;
  const after = step.untilLength;
  const anchor = step.anchor;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const start = <usize>load<u32>(cursors + row4);
    const bits =
      (<u64>i8x16.bitmask(i8x16.eq(v128.load(start), mark))) |
      ((<u64>i8x16.bitmask(i8x16.eq(v128.load(start, 16), mark))) << 16) |
      ((<u64>i8x16.bitmask(i8x16.eq(v128.load(start, 32), mark))) << 32) |
      ((<u64>i8x16.bitmask(i8x16.eq(v128.load(start, 48), mark))) << 48);
    const end = start + <usize>(<u32>ctz<u64>(bits) - anchor);
    if (((load<u32>(end) ^ until) & mask) | u32(end <= start)) makeOdd(program, row4, starts);
    else store<u32>(cursors + row4, <u32>end + after);
  }
}

/** A field that ends at an entry of the index, not needed. */
export function passIndexed(program: usize, step: Step, rows4: usize, starts: usize): void {
  const cursors = program + CURSORS;
  const firsts = program + FIRSTS;
  const until = step.until;
  const mask = step.untilMask;
  const after = step.untilLength;
  const anchor = step.anchor;
  const escape = step.escape;
  const least = step.minLength;
  const entry = <usize>step.entry << 2;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const hit = <usize>load<u32>(<usize>load<u32>(firsts + row4) + entry);
    const end = hit - anchor;
    if (
      ((load<u32>(end) ^ until) & mask) |
      u32(<u32>load<u8>(hit - 1) == escape) |
      u32(<u32>end < load<u32>(cursors + row4) + least)
    ) {
      makeOdd(program, row4, starts);
    } else {
      store<u32>(cursors + row4, <u32>end + after);
    }
  }
}

/** The last field, which has a terminator in front of the line end: it is found by the index. */
export function endIndexed(program: usize, step: Step, rows4: usize): void {
  const cursors = program + CURSORS;
  const firsts = program + FIRSTS;
  const ends = program + ENDS;
  const until = step.until;
  const mask = step.untilMask;
  const after = <usize>step.untilLength;
  const anchor = step.anchor;
  const escape = step.escape;
  const least = step.minLength;
  const entry = <usize>step.entry << 2;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const hit = <usize>load<u32>(<usize>load<u32>(firsts + row4) + entry);
    const end = hit - anchor;
    const next = end + after;
    if (
      ((load<u32>(end) ^ until) & mask) |
      u32(<u32>load<u8>(hit - 1) == escape) |
      u32(<u32>end < load<u32>(cursors + row4) + least) |
      ((<u32>next + u32(load<u8>(next) == CR)) ^ load<u32>(ends + row4))
    ) {
      store<u8>(program + ODD + (row4 >> 2), 1);
    } else {
      store<u32>(cursors + row4, <u32>next);
    }
  }
}

/** The last field without a terminator: what is left of the line, if its mark is not among its first 16 bytes and it has no more. */
export function endShort(program: usize, step: Step, rows4: usize): void {
  const cursors = program + CURSORS;
  const ends = program + ENDS;
  const mark = i8x16.splat(<u8>step.mark);
  const least = step.minLength;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const start = <usize>load<u32>(cursors + row4);
    const lineEnd = <usize>load<u32>(ends + row4);
    const end = lineEnd - usize(load<u8>(lineEnd - 1) == CR);
    const bits = i8x16.bitmask(i8x16.eq(v128.load(start), mark));
    const length = <u32>(lineEnd - start);
    if (u32(length > 16) | u32(ctz<u32>(bits) < length) | u32(<u32>end < <u32>start + least)) {
      store<u8>(program + ODD + (row4 >> 2), 1);
    } else {
      store<u32>(cursors + row4, <u32>end);
    }
  }
}

/** Notes where the field at hand begins. */
export function keepCursors(program: usize, rows4: usize): void {
  for (let row4: usize = 0; row4 < rows4; row4 += 16) {
    v128.store(program + WAS + row4, v128.load(program + CURSORS + row4));
  }
}

/** Spans of the field that a step has passed: from where it began up to `after` bytes before where the next one begins. */
export function storeSpans(program: usize, step: Step, rows4: usize, vector: usize): void {
  const before = program + WAS;
  const cursors = program + CURSORS;
  const after = <usize>step.untilLength;
  const dash = (step.flags & DASH_NULL) != 0 ? <usize>1 : usize.MAX_VALUE;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    const start = <usize>load<u32>(before + row4);
    const length = <usize>load<u32>(cursors + row4) - after - start;
    const isNull = i32(length == dash) & i32(load<u8>(start) == DASH);
    store<u64>(vector + (row4 << 1), isNull ? 0 : span(start, length));
  }
}

/** The same for a request, cut into its pieces. */
export function storeRequests(program: usize, step: Step, rows4: usize, row8: usize): void {
  const before = program + WAS;
  const cursors = program + CURSORS;
  const after = <usize>step.untilLength;
  for (let row4: usize = 0; row4 < rows4; row4 += 4) {
    // an odd record has no request yet
    if (load<u8>(program + ODD + (row4 >> 2)) != 0) continue;
    splitRequest(step, row8 + (row4 << 1), <usize>load<u32>(before + row4), <usize>load<u32>(cursors + row4) - after);
  }
}
