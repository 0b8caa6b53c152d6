// One record of a template, field by field: what the template tokenizer does with the records that its steps cannot take
// (escapes, odd quotes, loose fields, malformed lines, lines longer than a window). This is the definition of a template; the
// steps are the fast way to the same spans.
import { find, storeField } from './template-fields';
import { LOOSE, Program, Step, stepOf } from './template-program';

const CR: u8 = 13;
const BACKSLASH: u32 = 92;

/** Whether the byte at `at` is escaped: an odd number of backslashes stands before it, back to `from`. */
function isEscaped(at: usize, from: usize): bool {
  let p = at;
  while (p > from && <u32>load<u8>(p - 1) == BACKSLASH) --p;
  return ((at - p) & 1) != 0;
}

/** The end of the field that starts at `start` in a line that ends at `lineEnd`; 0 where the record is malformed. */
function fieldEnd(step: Step, start: usize, lineEnd: usize): usize {
  let p = start;
  while (true) {
    const hit = find(p, lineEnd, <u8>step.mark);
    if (hit == lineEnd) return 0;
    p = hit + 1;
    if (step.escape == BACKSLASH && isEscaped(hit, start)) continue;
    const end = hit - step.anchor;
    if ((load<u32>(end) & step.untilMask) == step.until) return end >= start + step.minLength ? end : 0;
    if ((step.flags & LOOSE) == 0) return 0;
  }
}

/** As fieldEnd for the last field, which the line's end ends too. */
function lastFieldEnd(step: Step, start: usize, lineEnd: usize): usize {
  let p = start;
  while (true) {
    const hit = find(p, lineEnd, <u8>step.mark);
    if (hit == lineEnd) {
      // a closing quote that is missing here was cut off with the rest of the line
      const end = lineEnd - usize(lineEnd > start && load<u8>(lineEnd - 1) == CR);
      return end >= start + step.minLength ? end : 0;
    }
    p = hit + 1;
    if (step.escape == BACKSLASH && isEscaped(hit, start)) continue;
    const end = hit - step.anchor;
    if ((load<u32>(end) & step.untilMask) == step.until) {
      const after = end + step.untilLength;
      return after + usize(load<u8>(after) == CR) == lineEnd && end >= start + step.minLength ? end : 0;
    }
    if ((step.flags & LOOSE) == 0) return 0;
  }
}

/** Stores the fields of the record [start, lineEnd); false where it is malformed. `row8`: the row's byte offset in the vectors. */
export function takeRecord(program: usize, row8: usize, start: usize, lineEnd: usize): bool {
  const header = changetype<Program>(program);
  if ((load<u32>(start) & header.prefixMask) != header.prefix) return false;
  let p = start + <usize>header.prefixLength;
  const last = <usize>header.stepCount - 1;
  for (let i: usize = 0; i <= last; i++) {
    const step = stepOf(program, i);
    const end = i < last ? fieldEnd(step, p, lineEnd) : lastFieldEnd(step, p, lineEnd);
    if (end == 0) return false;
    storeField(step, row8, p, end);
    p = end + <usize>step.untilLength;
  }
  return true;
}
