// The templates of access logs, common and combined, unrolled: what template-window.ts and template-steps.ts do for any
// template, here in one loop with the literals in the code. Measured by bench/micro/tokenizers.mjs: it takes a third of the
// time of the steps, and most logs are of these two. The same records are odd as there, or more.
//
// A record is checked as a whole: whatever is wrong sets bits in `bad`, and one branch looks at them at its end. Flat on purpose.
import { span } from '../batch';
import { storeRecord } from './line-ends';
import { splitRequest } from './template-fields';
import { ENDS, LIST, ODD, Step, stepOf } from './template-program';

const LF: u8 = 10;
const CR: u8 = 13;
const SPACE: u8 = 32;
const DASH: u8 = 45;
const BACKSLASH: u8 = 92;
const QUOTE: u32 = 0x22;
/** Little-endian: ` - - [`, `] "`, `" `, ` "`, `" "`. */
const DASHES: u64 = 0x5b202d202d20;
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

// @ts-ignore: decorator
@inline
function put(vector: usize, row8: usize, start: usize, length: usize): void {
  if (vector == 0) return;
  const isNull = i32(length == 1) & i32(load<u8>(start) == DASH);
  store<u64>(vector + row8, isNull ? 0 : span(start, length));
}

// @ts-ignore: decorator
@inline
function outputOf(program: usize, step: usize, row8: usize): usize {
  const vector = <usize>stepOf(program, step).output;
  return vector == 0 ? 0 : vector + row8;
}

// @ts-ignore: decorator
@inline
function walk(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize,
  firstRow8: usize, isCombined: bool,
): u32 {
  const client = outputOf(program, 0, firstRow8);
  const ident = outputOf(program, 1, firstRow8);
  const user = outputOf(program, 2, firstRow8);
  const time = outputOf(program, 3, firstRow8);
  const request = outputOf(program, 4, firstRow8);
  const pieces = stepOf(program, 4);
  const hasPieces = (pieces.method | pieces.path | pieces.protocol) != 0;
  const status = outputOf(program, 5, firstRow8);
  const bytes = outputOf(program, 6, firstRow8);
  const referrer = isCombined ? outputOf(program, 7, firstRow8) : 0;
  const agent = isCombined ? outputOf(program, 8, firstRow8) : 0;
  const lineEntry: usize = isCombined ? 24 : 8;
  let first = program + LIST;
  const listEnd = first + (entries << 2);
  let rows: u32 = 0;
  let start = begin;
  while (rows < most && start < stop) {
    const row4 = (<usize>rows) << 2;
    const row8 = (<usize>rows) << 3;
    let last = first + lineEntry;
    let bad: u32 = 1;
    let end: usize = 0;
    if (last < listEnd) {
      end = <usize>load<u32>(last);
      if (end > safe) break;
      const q0 = <usize>load<u32>(first);
      const q1 = <usize>load<u32>(first, 4);
      bad = <u32>load<u8>(end) ^ <u32>LF;

      const clientBits = spaces(start);
      let clientLength = <usize>ctz<u32>(clientBits);
      // IPv6 addresses and host names
      if (clientBits == 0) clientLength = 16 + <usize>ctz<u32>(spaces(start + 16) | (spaces(start + 32) << 16));
      const clientEnd = start + clientLength;
      bad |= (clientBits & 1) | (<u32>load<u8>(clientEnd) ^ <u32>SPACE);
      let timeStart = clientEnd + 6;
      if ((load<u64>(clientEnd) & 0xffffffffffff) == DASHES) {
        if (ident != 0) store<u64>(ident + row8, 0);
        if (user != 0) store<u64>(user + row8, 0);
      } else {
        const identBits = spaces(clientEnd + 1);
        const identLength = <usize>ctz<u32>(identBits | 0x10000);
        const userStart = clientEnd + 2 + identLength;
        const userBits = spaces(userStart);
        const userLength = <usize>ctz<u32>(userBits | 0x10000);
        timeStart = userStart + userLength + 2;
        bad |= (identBits & 1) | (userBits & 1) | (<u32>load<u8>(userStart - 1) ^ <u32>SPACE) |
          (<u32>load<u16>(timeStart - 2) ^ 0x5b20);
        put(ident, row8, clientEnd + 1, identLength);
        put(user, row8, userStart, userLength);
      }

      const timeEnd = q0 - 2;
      bad |= ((load<u32>(timeEnd) ^ AFTER_TIME) & 0xffffff) | u32(timeEnd <= timeStart);
      bad |= (<u32>load<u16>(q1) ^ AFTER_REQUEST) | u32(load<u8>(q1 - 1) == BACKSLASH);

      const statusStart = q1 + 2;
      const numberBits = spaces(statusStart);
      const statusLength = <usize>ctz<u32>(numberBits | 0x10000);
      const bytesStart = statusStart + statusLength + 1;
      bad |= numberBits & 1;
      let bytesEnd: usize;
      if (isCombined) {
        bytesEnd = statusStart + <usize>ctz<u32>((numberBits & (numberBits - 1)) | 0x10000);
        const q2 = <usize>load<u32>(first, 8);
        const q3 = <usize>load<u32>(first, 12);
        const q5 = <usize>load<u32>(first, 20);
        bad |= (<u32>load<u16>(bytesEnd) ^ AFTER_BYTES) | (<u32>q2 ^ <u32>(bytesEnd + 1));
        bad |= ((load<u32>(q3) ^ AFTER_REFERRER) & 0xffffff) | u32(load<u8>(q3 - 1) == BACKSLASH);
        bad |= (<u32>load<u8>(q5) ^ QUOTE) | u32(load<u8>(q5 - 1) == BACKSLASH);
        bad |= <u32>(q5 + 1 + usize(load<u8>(q5, 1) == CR)) ^ <u32>end;
        put(referrer, row8, q2 + 1, q3 - q2 - 1);
        put(agent, row8, q3 + 3, q5 - q3 - 3);
      } else {
        bytesEnd = end - usize(load<u8>(end - 1) == CR);
        // no further space in what is left of the line, all of which was looked at
        const seen = <u32>(end - statusStart);
        bad |= u32(seen > 16) | u32(ctz<u32>((numberBits & (numberBits - 1)) | 0x10000) < seen);
      }
      bad |= u32(bytesEnd <= bytesStart);
      put(client, row8, start, clientLength);
      put(time, row8, timeStart, timeEnd - timeStart);
      put(request, row8, q0 + 1, q1 - q0 - 1);
      put(status, row8, statusStart, statusLength);
      put(bytes, row8, bytesStart, bytesEnd - bytesStart);
      if (hasPieces && bad == 0) splitRequest(pieces, firstRow8 + row8, q0 + 1, q1);
    }
    if (bad != 0) {
      // the line ends at the first entry that is a line end
      last = first;
      while (last < listEnd && load<u8>(<usize>load<u32>(last)) != LF) last += 4;
      if (last >= listEnd) break;
      end = <usize>load<u32>(last);
      if (end > safe) break;
      const length = end - start;
      if (length == 0 || (length == 1 && load<u8>(start) == CR)) {
        start = end + 1;
        first = last + 4;
        continue;
      }
    }
    storeRecord(starts, lengths, rows, start, end);
    store<u32>(program + ENDS + row4, <u32>end);
    store<u8>(program + ODD + rows, <u8>(bad != 0));
    ++rows;
    start = end + 1;
    first = last + 4;
  }
  nextLine = start;
  return rows;
}

/** Takes the records of [begin, ...) that the index lists, as layOut and the steps together. Exported to be kept apart. */
export function walkCombined(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize, row8: usize,
): u32 {
  return walk(program, begin, entries, stop, safe, most, starts, lengths, row8, true);
}

export function walkCommon(
  program: usize, begin: usize, entries: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize, row8: usize,
): u32 {
  return walk(program, begin, entries, stop, safe, most, starts, lengths, row8, false);
}
