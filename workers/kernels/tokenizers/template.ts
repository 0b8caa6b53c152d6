// The tokenizer of template formats (combined, common, ...): one kernel, the format is data (encoded by
// src/execute/template-program.ts). Measured by bench/micro/lanes/tokenizers.mjs.
//
// A window of text that stays in the first-level cache is indexed first (structure.ts): that gives its records. Then each step
// runs over all records of the window before the next one begins. So nothing of a step is decided per record, and no record
// waits for another: a walk along the line, field by field, pays for the latency of each search before it can begin the next.
// What a step cannot take in its stride makes the record odd, and odd records are taken one by one (template-record.ts).
import { Batch } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { blankLine, finish, lineEnd, storeRecord, wholeLines } from './line-ends';
import { indexStructure } from './structure';
import { nextLine as nextWalkedLine, putColumns, walkCombined, walkCommon } from './template-access';
import {
  BY_INDEX, CURSORS, ENDS, IS_LONG, LIST, MOST_ENTRIES, ODD, Program, REQUEST, Step, stepOf, WALK_COMBINED,
} from './template-program';
import { takeRecord } from './template-record';
import {
  endIndexed, endShort, keepCursors, passIndexed, passLong, passShort, storeRequests, storeSpans,
} from './template-steps';
import { layOut, nextLine } from './template-window';

export { templateProgramBytes, templateStepsOffset } from './template-program';

/** Text that is indexed at a time. */
const WINDOW: usize = 16384;
/** A step looks no further than so many bytes behind where it begins. */
const REACH: usize = 80;
/** A step with more than one odd record in so many looks further from then on. */
const MOST_SHORT: u32 = 8;

/** Where the line begins that the last window stopped before. */
let next: usize = 0;

/** Windows to come in which the layout looks at every entry: one was wrong without. */
let carefulWindows: u32 = 0;

function checkPrefix(program: usize, rows: usize, starts: usize): void {
  const header = changetype<Program>(program);
  for (let row: usize = 0; row < rows; row++) {
    const start = <usize>load<u32>(starts + (row << 2));
    if ((load<u32>(start) & header.prefixMask) != header.prefix) store<u8>(program + ODD + row, 1);
    else store<u32>(program + CURSORS + (row << 2), <u32>start + header.prefixLength);
  }
}

function pass(program: usize, step: Step, rows: u32, starts: usize): void {
  const rows4 = (<usize>rows) << 2;
  if ((step.flags & BY_INDEX) != 0) passIndexed(program, step, rows4, starts);
  else if ((step.flags & IS_LONG) != 0) passLong(program, step, rows4, starts);
  else if (passShort(program, step, rows4, starts) * MOST_SHORT > rows) step.flags |= IS_LONG;
}

function runSteps(program: usize, rows: u32, starts: usize, row8: usize): void {
  const header = changetype<Program>(program);
  const rows4 = (<usize>rows) << 2;
  if (header.prefixLength != 0) checkPrefix(program, rows, starts);
  const last = <usize>header.stepCount - 1;
  for (let i: usize = 0; i <= last; i++) {
    const step = stepOf(program, i);
    const isRequest = (step.flags & REQUEST) != 0;
    if (step.output != 0 || isRequest) keepCursors(program, rows4);
    if (i < last) pass(program, step, rows, starts);
    else if ((step.flags & BY_INDEX) != 0) endIndexed(program, step, rows4);
    else endShort(program, step, rows4);
    if (step.output != 0) storeSpans(program, step, rows4, <usize>step.output + row8);
    if (isRequest) storeRequests(program, step, rows4, row8);
  }
}

/** Flags of the window's records, odd ones taken by themselves; how many there are. Fewer than `rows` where the layout was wrong. */
function settle(program: usize, rows: u32, starts: usize, rowFlags: usize, row8: usize): u32 {
  let row: usize = 0;
  while (row < <usize>rows) {
    if (row + 16 <= <usize>rows && !v128.any_true(v128.load(program + row, ODD))) {
      v128.store(rowFlags + row, i8x16.splat(VALID));
      row += 16;
      continue;
    }
    let flag = VALID;
    if (load<u8>(program + row, ODD) != 0) {
      const start = <usize>load<u32>(starts + (row << 2));
      const end = <usize>load<u32>(program + ENDS + (row << 2));
      if (lineEnd(start) != end) return <u32>row;
      if (!takeRecord(program, row8 + (row << 3), start, end)) flag = MALFORMED;
    }
    store<u8>(rowFlags + row, flag);
    row++;
  }
  return rows;
}

/** The records of a window, all fields of those that are not odd with them; how many. */
function takeWindow(
  program: usize, begin: usize, limit: usize, stop: usize, safe: usize, most: u32, starts: usize, lengths: usize, row8: usize,
): u32 {
  const header = changetype<Program>(program);
  if (header.walk == 0) {
    const rows = layOut(program, begin, limit, stop, safe, most, carefulWindows > 0, starts, lengths);
    if (carefulWindows > 0) carefulWindows--;
    next = nextLine;
    runSteps(program, rows, starts, row8);
    return rows;
  }
  const entries = indexStructure(begin, limit, <u8>header.indexed, program + LIST, MOST_ENTRIES);
  const rows =
    header.walk == WALK_COMBINED
      ? walkCombined(program, begin, entries, stop, safe, most, starts, lengths)
      : walkCommon(program, begin, entries, stop, safe, most, starts, lengths);
  next = nextWalkedLine;
  putColumns(program, (<usize>rows) << 2, starts, row8);
  return rows;
}

export function tokenizeTemplate(
  program: usize,
  begin: usize,
  end: usize,
  startLimit: usize,
  final: u32,
  batch: Batch,
): u32 {
  const limit = wholeLines(begin, end, final);
  const stop = min<usize>(limit, startLimit);
  const reach = <usize>changetype<Program>(program).stepCount * REACH;
  const safe = limit > begin + reach ? limit - reach : begin;
  const capacity = batch.capacity;
  let p = begin;
  let row: u32 = 0;
  while (p < stop && row < capacity) {
    const starts = <usize>batch.recordStarts + ((<usize>row) << 2);
    const lengths = <usize>batch.recordLengths + ((<usize>row) << 2);
    const flags = <usize>batch.flags + row;
    const row8 = (<usize>row) << 3;
    const rows = takeWindow(program, p, min<usize>(limit, p + WINDOW), stop, safe, capacity - row, starts, lengths, row8);
    if (next != p) {
      const settled = settle(program, rows, starts, flags, row8);
      if (settled < rows) {
        carefulWindows = 16;
        next = <usize>load<u32>(starts + ((<usize>settled) << 2));
      }
      p = next;
      row += settled;
      continue;
    }
    // a line longer than the window, or so near the end of memory that no step may pass it
    const blank = blankLine(p);
    if (blank != 0) {
      p += blank;
      continue;
    }
    const longEnd = lineEnd(p);
    storeRecord(starts, lengths, 0, p, longEnd);
    store<u8>(flags, takeRecord(program, row8, p, longEnd) ? VALID : MALFORMED);
    p = longEnd + 1;
    ++row;
  }
  finish(batch, p, end);
  return row;
}
