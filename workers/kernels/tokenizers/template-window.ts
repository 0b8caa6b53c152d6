// The records of one window of text, from its structural index.
import { storeRecord } from './line-ends';
import { indexStructure } from './structure';
import { CURSORS, ENDS, FIRSTS, LIST, MOST_ENTRIES, ODD, Program } from './template-program';

const LF: u8 = 10;
const CR: u8 = 13;
/** Entries that are written behind the last one, because the steps of an odd record may look for them. */
const PADDING: usize = 64;

/** Where the line begins that the last layout stopped before. */
export let nextLine: usize = 0;

/**
 * Lays out the records of [begin, limit), at most `most`: none that starts at or after `stop`, none that ends after `safe`; how
 * many. A record is taken to have as many entries as it should where that leads to a line end, without a look at the entries
 * between: the steps notice where one of these was a line end already. `careful`: looks at each.
 */
export function layOut(
  program: usize, begin: usize, limit: usize, stop: usize, safe: usize, most: u32, careful: bool, starts: usize, lengths: usize,
): u32 {
  const header = changetype<Program>(program);
  const list = program + LIST;
  const count = indexStructure(begin, limit, <u8>header.indexed, list, MOST_ENTRIES);
  const listEnd = list + (count << 2);
  const expected = <usize>(header.entriesPerRecord - 1) << 2;
  const padding = i32x4.splat(<u32>begin);
  for (let i: usize = 0; i < PADDING * 4; i += 16) v128.store(listEnd + i, padding);
  let rows: u32 = 0;
  let start = begin;
  let first = list;
  while (rows < most && start < stop) {
    let last = first + expected;
    if (last >= listEnd || careful || load<u8>(<usize>load<u32>(last)) != LF) {
      last = first;
      while (last < listEnd && load<u8>(<usize>load<u32>(last)) != LF) last += 4;
      if (last >= listEnd) break;
    }
    const end = <usize>load<u32>(last);
    if (end > safe) break;
    const length = end - start;
    if (length > 1 || (length == 1 && load<u8>(start) != CR)) {
      const row4 = (<usize>rows) << 2;
      storeRecord(starts, lengths, rows, start, end);
      store<u32>(program + CURSORS + row4, <u32>start);
      store<u32>(program + FIRSTS + row4, <u32>first);
      store<u32>(program + ENDS + row4, <u32>end);
      store<u8>(program + ODD + rows, <u8>(last - first != expected));
      ++rows;
    }
    start = end + 1;
    first = last + 4;
  }
  nextLine = start;
  return rows;
}
