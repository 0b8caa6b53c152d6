// Tokenizer of plain lines: a record is a line, it has no fields.
import { Batch } from '../batch';
import { VALID } from '../flags';
import { blankLine, finish, lineEnd, storeRecord, wholeLines } from './line-ends';

export function tokenizeLines(_program: usize, begin: usize, end: usize, startLimit: usize, final: u32, batch: Batch): u32 {
  const limit = wholeLines(begin, end, final);
  const stop = min<usize>(limit, startLimit);
  const capacity = batch.capacity;
  const starts = <usize>batch.recordStarts;
  const lengths = <usize>batch.recordLengths;
  let p = begin;
  let row: u32 = 0;
  while (p < stop && row < capacity) {
    const blank = blankLine(p);
    if (blank != 0) {
      p += blank;
      continue;
    }
    const stopAt = lineEnd(p);
    storeRecord(starts, lengths, row, p, stopAt);
    p = stopAt + 1;
    ++row;
  }
  memory.fill(batch.flags, VALID, row);
  finish(batch, p, end);
  return row;
}
