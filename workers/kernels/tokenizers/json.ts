// The tokenizer of JSON lines: one object per line. A line is malformed if and only if JSON.parse would refuse it or its value is
// no object, with one addition: nesting deeper than 512 is malformed too. Bytes that are no UTF-8 are let through.
// Measured by bench/micro/lanes/tokenizers.mjs.
//
// The general parser (json/general.ts) takes any record. Records that are written like earlier ones are followed by what was
// learned from those (json/layout.ts, follow.ts, learn.ts), and where one differs, the general parser takes over in its midst.
import { Batch } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { clearCells, dropCells, isOutOfScratch, openCells, resetScratch, scratchMark, storeCells } from './json/cells';
import { follow, restOfRecord } from './json/follow';
import { skipSpace } from './json/general';
import { Layouts, openLayouts, settleLayouts, startOf } from './json/layout';
import { learn } from './json/learn';
import { forgetMarks } from './json/marks';
import { Program } from './json/program';
import { forgetEscapes } from './json/strings';
import { standAt, step, valueEnd, walk } from './json/walk';
import { blankLine, finish, lineEnd, storeRecord, wholeLines } from './line-ends';

export { jsonLayoutBytes } from './json/layout';

const LF: u8 = 10;

export function tokenizeJson(
  program: usize,
  begin: usize,
  end: usize,
  startLimit: usize,
  final: u32,
  batch: Batch,
): u32 {
  const limit = wholeLines(begin, end, final);
  const stop = min<usize>(limit, startLimit);
  const capacity = batch.capacity;
  const starts = <usize>batch.recordStarts;
  const lengths = <usize>batch.recordLengths;
  const rowFlags = <usize>batch.flags;
  const root = changetype<Program>(program).root;
  const layouts = <usize>changetype<Program>(program).layouts;
  openCells(program, batch);
  openLayouts(layouts);
  const start = startOf(layouts);
  const isFollowed = changetype<Layouts>(layouts).pause == 0;
  forgetMarks();
  forgetEscapes();

  memory.fill(rowFlags, VALID, capacity);
  let p = begin;
  let row: u32 = 0;
  let missed: u32 = 0;
  while (p < stop && row < capacity) {
    const scratchBefore = scratchMark();
    clearCells();
    // most records are walked through, and none of these is blank
    let recordEnd: usize = isFollowed ? walk(start, p) : 0;
    if (recordEnd == 0) {
      const blank = blankLine(p);
      if (blank != 0) {
        p += blank;
        continue;
      }
      if (isFollowed) recordEnd = follow(layouts, limit);
      else standAt(start, p);
    }
    if (recordEnd == 0) {
      ++missed;
      recordEnd = restOfRecord(layouts, root);
      if (recordEnd != 0) {
        recordEnd = skipSpace(recordEnd);
        if (load<u8>(recordEnd) != LF) recordEnd = 0;
      }
      if (recordEnd != 0 && isFollowed && changetype<Layouts>(layouts).credit != 0) {
        --changetype<Layouts>(layouts).credit;
        learn(layouts, step, valueEnd, recordEnd, root);
      }
    }
    if (recordEnd != 0) {
      storeCells(program, (<usize>row) << 3);
    } else {
      dropCells();
      resetScratch(scratchBefore);
      if (isOutOfScratch) {
        // the record starts the next batch; 0 says that not even one record fits
        if (row == 0) resetScratch(0);
        break;
      }
      store<u8>(rowFlags + row, MALFORMED);
      recordEnd = lineEnd(p);
    }
    storeRecord(starts, lengths, row, p, recordEnd);
    p = recordEnd + 1;
    ++row;
  }
  batch.scratch = <u32>scratchMark();
  settleLayouts(layouts, row, missed);
  finish(batch, p, end);
  return row;
}
