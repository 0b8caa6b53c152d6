// Follows known layouts through a record: walk.ts does the common steps, and here is what it leaves: escapes, text and literals
// that are long, values that the general parser has to look at, and the end.
import { span } from '../../batch';
import { clearCellsBetween, isOutOfScratch, storeText } from './cells';
import { members, neededValue, object, skipSpace, value, wordEnd } from './general';
import { Context, END, marksOf, NOTHING, startOf, Step, STRING, successorAt, VALUE } from './layout';
import { marksSafe, nextMark } from './marks';
import { numberEnd, quickNumberEnd } from './numbers';
import { Entry } from './program';
import { stringEnd } from './strings';
import { standAt, step, valueEnd, walk } from './walk';

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const OPEN_LIST: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const LETTER_N: u8 = 0x6e;

/**
 * Follows the layouts from where a walk has come to; the address of the record's line end, or 0 where it left them behind `step`
 * and its value, which ends at `valueEnd`.
 */
export function follow(layouts: usize, limit: usize): usize {
  while (true) {
    if (load<u8>(valueEnd) == BACKSLASH && changetype<Step>(step).kind == STRING) {
      if (!passEscapes()) return 0;
      const lineEnd = walk(step, valueEnd);
      if (lineEnd != 0) return lineEnd;
      continue;
    }
    const next = successorAt(step, valueEnd);
    const kind = changetype<Step>(next).kind;
    if (kind == NOTHING) return 0;
    const start = valueEnd + changetype<Step>(next).length;
    if (kind == END) return start - 1;
    let end: usize = 0;
    if (kind == STRING) {
      end = nextMark(marksOf(layouts), start, limit);
      if (changetype<Step>(next).cell != 0) store<u64>(<usize>changetype<Step>(next).cell, span(start, end - start));
    } else {
      // numbers and words are looked up in the marks too, when they are walked over
      if (start >= marksSafe) nextMark(marksOf(layouts), start, limit);
      end = otherValue(start, next);
      if (end == 0) return 0;
    }
    const lineEnd = walk(next, end);
    if (lineEnd != 0) return lineEnd;
  }
}

/** Passes over the rest of the text that `walk` took to end at an escape; false where it is malformed, or there is no scratch for it. */
function passEscapes(): bool {
  const last = changetype<Step>(step);
  const end = stringEnd(valueEnd);
  if (end == 0) return false;
  if (last.cell != 0) {
    // the cell holds the text so far
    storeText(last.cell, <usize>load<u32>(<usize>last.cell), end);
    if (isOutOfScratch) return false;
  }
  standAt(step, end);
  return true;
}

/**
 * The end of a value that is neither text nor a short number, or of one that needs more than to be found; of a text its closing
 * quote. 0 where it is malformed, or not of the step's kind.
 */
function otherValue(start: usize, address: usize): usize {
  const like = changetype<Step>(address);
  const depth = changetype<Context>(like.context).depth;
  if (like.kind == VALUE) {
    const c = load<u8>(start);
    let end: usize = 0;
    if (c == OPEN_LIST) {
      end = value(start, 0, depth);
    } else {
      end = wordEnd(start);
      if (end == 0) end = quickNumberEnd(start);
      if (end == 0) end = numberEnd(start);
    }
    if (like.cell != 0) store<u64>(<usize>like.cell, c == LETTER_N ? 0 : span(start, end - start));
    return end;
  }
  clearCellsBetween(like.clearBegin, like.clearEnd);
  if (like.isText == 0) {
    return like.entry == 0 ? value(start, 0, depth) : neededValue(start, changetype<Entry>(like.entry), depth);
  }
  const end = stringEnd(start);
  if (end == 0) return 0;
  if (like.cell != 0) storeText(like.cell, start, end);
  return isOutOfScratch ? 0 : end;
}

/** Parses the rest of a record that left the layouts; the address after its object, or 0 where it is malformed. */
export function restOfRecord(layouts: usize, root: u32): usize {
  let p = valueEnd;
  if (step == startOf(layouts)) {
    p = skipSpace(p);
    return load<u8>(p) == OPEN ? object(p + 1, root, 1) : 0;
  }
  if (changetype<Step>(step).isText != 0) {
    if (load<u8>(p) != QUOTE) return 0;
    ++p;
  }
  for (let at = <usize>changetype<Step>(step).context; at != 0; at = changetype<Context>(at).parent) {
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == COMMA) {
      p = members(skipSpace(p + 1), changetype<Context>(at).node, changetype<Context>(at).depth);
      if (p == 0) return 0;
    } else if (c == CLOSE) {
      ++p;
    } else {
      return 0;
    }
  }
  return p;
}
