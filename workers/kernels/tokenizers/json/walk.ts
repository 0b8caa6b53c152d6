// The inner loop of following a layout: the literals that are expected, one after the other, and the ends of the values between
// them. It calls nothing and keeps little, so that all of it stays in registers: whatever is not common ends it and is done by
// follow.ts. Measured by bench/micro/lanes/tokenizers.mjs.
//
// A string's end is the next mark. Whether it is a quote is not asked: the next literal starts with one, and where none matches,
// there is time to look for an escape.
import { span } from '../../batch';
import { wordEnd } from './general';
import { END, goesOnLiteral, INLINE, isPreferred, startsLiteral, Step, SUCCESSORS, VALUE } from './layout';
import { marksBias, marksSafe } from './marks';
import { isPlainNumber } from './numbers';

const NINE: u8 = 0x39;
const LETTER_N: u8 = 0x6e;

/** The last step done, and the address after its value. */
export let step: usize = 0;
export let valueEnd: usize = 0;

/** Sets where to go on. */
@inline
export function standAt(lastStep: usize, end: usize): void {
  step = lastStep;
  valueEnd = end;
}

/** The first mark at or after `begin`, or 0 where it is not before `safe`. Inlined: texts and other values each have their own. */
// @ts-ignore: decorator
@inline
function markFrom(begin: usize, bias: usize, safe: usize): usize {
  if (begin >= safe) return 0;
  let bits = load<u64>(bias + (begin >> 3)) >> (<u64>(begin & 7));
  let end = begin;
  while (bits == 0) {
    end = (end & ~7) + 64;
    if (end >= safe) return 0;
    bits = load<u64>(bias + (end >> 3));
  }
  return end + <usize>ctz<u64>(bits);
}

/**
 * Walks on from the step `at` and the end of its value: the address of the record's line end, or 0 where another than the first
 * successor follows, or one that is not done here; then it stands before that.
 *
 * The end of a number or word is guessed from the next mark, and checked: so no step waits for digits to be counted.
 */
export function walk(at: usize, p: usize): usize {
  const bias = marksBias;
  const safe = marksSafe;
  while (true) {
    let next = <usize>load<u32>(at, SUCCESSORS);
    if (!startsLiteral(next, p)) {
      let slot = at;
      do {
        slot += 4;
        next = <usize>load<u32>(slot, SUCCESSORS);
      } while (!startsLiteral(next, p));
      if (isPreferred(at)) break;
    }
    const length = changetype<Step>(next).length;
    const begin = p + length;
    if (changetype<Step>(next).isShortText != 0) {
      const end = markFrom(begin, bias, safe);
      if (end == 0) break;
      const cell = <usize>changetype<Step>(next).cell;
      if (cell != 0) store<u64>(cell, span(begin, end - begin));
      at = next;
      p = end;
      continue;
    }
    if (length > 16) {
      if (length > INLINE) break;
      if (!goesOnLiteral(next, p)) break;
    }
    const kind = changetype<Step>(next).kind;
    if (kind > VALUE) {
      if (kind == END) return begin - 1;
      break;
    }
    let end = markFrom(begin, bias, safe);
    if (end == 0) break;
    const cell = <usize>changetype<Step>(next).cell;
    if (kind == VALUE) {
      end -= <usize>changetype<Step>(<usize>load<u32>(next, SUCCESSORS)).before;
      const c = load<u8>(begin);
      if (c > NINE) {
        if (wordEnd(begin) != end) break;
      } else if (!isPlainNumber(begin, end)) break;
      if (cell != 0) store<u64>(cell, c == LETTER_N ? 0 : span(begin, end - begin));
    } else if (cell != 0) {
      store<u64>(cell, span(begin, end - begin));
    }
    at = next;
    p = end;
  }
  step = at;
  valueEnd = p;
  return 0;
}
