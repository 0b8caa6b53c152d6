// The inner loop of following a layout: the literals that are expected, one after the other, and the ends of the values between
// them. It calls nothing and keeps little, so that all of it stays in registers: whatever is not common ends it and is done by
// follow.ts. Measured by bench/micro/tokenizers.mjs.
//
// A string's end is the next mark. Whether it is a quote is not asked: the next literal starts with one, and where none matches,
// there is time to look for an escape.
import { span } from '../../batch';
import { wordEnd } from './general';
import { goesOnLiteral, INLINE, startsLiteral, Step, STRING, SUCCESSORS, VALUE } from './layout';
import { marksBias, marksSafe } from './marks';
import { quickNumberEnd } from './numbers';

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

/** Walks on from where it stands, until another than the first successor follows, or one that is not a text or a number, both short. */
export function walk(): void {
  const bias = marksBias;
  const safe = marksSafe;
  let at = step;
  let p = valueEnd;
  while (true) {
    const next = <usize>load<u32>(at, SUCCESSORS);
    if (!startsLiteral(next, p)) break;
    const length = changetype<Step>(next).length;
    if (length > 16 && (length > INLINE || !goesOnLiteral(next, p))) break;
    const kind = changetype<Step>(next).kind;
    const begin = p + length;
    let end: usize;
    let value: u64;
    if (kind == STRING) {
      if (begin >= safe) break;
      let bits = load<u64>(bias + (begin >> 3)) >> (<u64>(begin & 7));
      end = begin;
      while (bits == 0) {
        end = (end & ~7) + 64;
        if (end >= safe) break;
        bits = load<u64>(bias + (end >> 3));
      }
      if (bits == 0) break;
      end += <usize>ctz<u64>(bits);
      value = span(begin, end - begin);
    } else {
      if (kind != VALUE) break;
      const c = load<u8>(begin);
      end = c <= NINE ? quickNumberEnd(begin) : wordEnd(begin);
      if (end == 0) break;
      value = c == LETTER_N ? 0 : span(begin, end - begin);
    }
    store<u64>(<usize>changetype<Step>(next).cell, value);
    at = next;
    p = end;
  }
  step = at;
  valueEnd = p;
}
