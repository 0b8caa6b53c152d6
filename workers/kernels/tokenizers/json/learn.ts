// Learns the layout of a record from the place where it left the known ones. The record is known to be well-formed.
import { cellAt } from './cells';
import { skipSpace, value } from './general';
import { ANY, Context, contextInside, END, link, Step, stepLike, STRING, VALUE } from './layout';
import { Entry, findEntry, NO_CELL } from './program';
import { lastEscape, stringEnd } from './strings';

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
/** Deeper objects are left to the general parser. */
const DEEPEST: u32 = 16;

/** What is being learned; one at a time. */
const wanted = changetype<Step>(memory.data(offsetof<Step>(), 16));

/**
 * Learns the rest of a record: `p` is the address after the value of `step`, `lineEnd` the record's line end. Nodes of keys begin at
 * `root`.
 */
export function learn(layouts: usize, step: usize, p: usize, lineEnd: usize, root: u32): void {
  let context = <usize>changetype<Step>(step).context;
  while (true) {
    const start = p;
    wanted.clearBegin = 0;
    wanted.clearEnd = 0;
    wanted.entry = 0;
    wanted.isText = 0;
    wanted.cell = 0;
    if (context == 0) {
      context = contextInside(layouts, 0, root);
      p = skipSpace(p) + 1; // the record's brace
    } else {
      if (changetype<Step>(step).isText != 0) ++p;
      p = skipSpace(p);
      if (load<u8>(p) == COMMA) ++p;
    }
    p = skipSpace(p);
    while (load<u8>(p) == CLOSE) {
      context = <usize>changetype<Context>(context).parent;
      p = skipSpace(p + 1);
      if (context == 0) {
        wanted.kind = END;
        wanted.context = 0;
        const last = stepLike(layouts, start, lineEnd + 1, wanted);
        if (last != 0) link(step, last);
        return;
      }
      if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
    }
    // here is a key, and behind it perhaps the start of objects
    let entry: usize = 0;
    while (true) {
      const keyEnd = stringEnd(p + 1);
      const node = <usize>changetype<Context>(context).node;
      // where keys are looked up, those with escapes are left to the general parser
      if (node != 0 && lastEscape > p && lastEscape < keyEnd) return;
      entry = findEntry(node, p + 1, keyEnd);
      p = skipSpace(skipSpace(keyEnd + 1) + 1);
      if (load<u8>(p) != OPEN) break;
      const inside = skipSpace(p + 1);
      if (load<u8>(inside) == CLOSE || changetype<Context>(context).depth >= DEEPEST) break;
      let child: u32 = 0;
      if (entry != 0) {
        if (changetype<Entry>(entry).cell != NO_CELL) break;
        child = changetype<Entry>(entry).child;
        // objects further in have no other cells
        if (wanted.clearBegin == wanted.clearEnd) {
          wanted.clearBegin = changetype<Entry>(entry).cellsBegin;
          wanted.clearEnd = changetype<Entry>(entry).cellsEnd;
        }
      }
      context = contextInside(layouts, context, child);
      if (context == 0) return;
      p = inside;
    }
    const c = load<u8>(p);
    const literalEnd = p + usize(c == QUOTE);
    wanted.context = <u32>context;
    wanted.entry = <u32>entry;
    let end = value(p, 0, changetype<Context>(context).depth);
    if (c == QUOTE) {
      --end;
      wanted.isText = 1;
    }
    let clears = wanted.clearBegin != wanted.clearEnd;
    if (entry != 0) {
      const needed = changetype<Entry>(entry);
      if (needed.cellsBegin != needed.cellsEnd) {
        clears = true;
        if (wanted.clearBegin == wanted.clearEnd) {
          wanted.clearBegin = needed.cellsBegin;
          wanted.clearEnd = needed.cellsEnd;
        }
      }
      if (needed.cell != NO_CELL) wanted.cell = <u32>cellAt(needed.cell);
    }
    wanted.kind = clears || c == OPEN ? ANY : c == QUOTE ? STRING : VALUE;
    const next = stepLike(layouts, start, literalEnd, wanted);
    if (next == 0) return;
    link(step, next);
    step = next;
    p = end;
  }
}
