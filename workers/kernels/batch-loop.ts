// Batches of one plan, one after the other, without JavaScript in between: tokenize, filter, compute, find groups, feed states.
// What JavaScript does with a batch are calls of kernels in an order that depends on the plan alone; src/execute/loop writes that
// order down, and here it is followed. JavaScript's own way (src/execute/batch-processor.ts) stays the definition: whatever is not
// plain sailing (a malformed record, a value that a kernel cannot decide, an error, a table that should be looked at, a full
// arena) ends the loop before the batch at hand has left a trace, and that batch is taken there.
import { arenaUsed } from './arena';
import { Batch } from './batch';
import { encodeRows } from './encode';
import { anyError, filterFlags, gather4, greatestFlag, selectTrue } from './expressions/flag-vectors';
import { selectNotFalse } from './expressions/logic';
import { groupIntegers, groupSpans } from './group-lookup';
import { appendIntegers, appendSpans, groupAll, groupCount, updateExtremes, updateGroups } from './group-table';
import { tokenizeCsv } from './tokenizers/csv';
import { tokenizeJson } from './tokenizers/json';
import { tokenizeLines } from './tokenizers/lines';
import { tokenizeTemplate } from './tokenizers/template';

/** Why the loop ended: there are no more whole records, the next batch is not for it, or the arena is full in the middle of one. */
const OUT_OF_BYTES: u32 = 0;
const NOT_PLAIN: u32 = 1;
const STUCK: u32 = 2;
const GOES_ON: u32 = 3;

/** As written by src/execute/loop/loop-memory.ts. All u32. */
@unmanaged
class Loop {
  tokenizer: u32;
  program: u32;
  batch: u32;
  scratch: u32;
  scratchEnd: u32;
  maxRecordBytes: u32;
  /** Stages, 0 where there is none. The first one of a batch has all of its rows, so the prefilter has no selected form. */
  prefilter: u32;
  filter: u32;
  selectedFilter: u32;
  project: u32;
  selectedProject: u32;
  table: u32;
  /** 0: no keys, 1: integers, 2: texts, 3: integers not looked for, 4: texts not looked for. */
  keyMode: u32;
  /** With so many groups, or bytes beyond those of an empty table, the table is looked at. */
  mostGroups: u32;
  mostBytes: u32;
  emptyBytes: u32;
  /** u32 per record: its group. */
  rows: u32;
  /** u32 per record. */
  filteredRows: u32;
  /** u8 per record. */
  filteredFlags: u32;
  zeroFlags: u32;
  /** u32 per record each. */
  firstSelection: u32;
  secondSelection: u32;
  chosen: u32;
  /** Out: how far it came, and what it did. */
  at: u32;
  read: u32;
  matched: u32;
  filtered: u32;
  prefiltered: u32;
  prefilterLeft: u32;
  /** Out, where it is stuck: input, row, rows of the batch, 1 where these were selected, and where the batch ends. */
  stuckInput: u32;
  stuckAt: u32;
  stuckRows: u32;
  stuckSelected: u32;
  next: u32;
}

@unmanaged
class Stage {
  steps: u32;
  stepsEnd: u32;
  /** Addresses of flags in which no error may be. */
  checks: u32;
  checksEnd: u32;
  /** A condition, or the key. */
  data: u32;
  flags: u32;
  /** Several keys: columns of encodeRows, how many, and room for what it writes; 0: one key. */
  columns: u32;
  columnCount: u32;
  encoded: u32;
  encodedEnd: u32;
  spans: u32;
  inputs: u32;
  inputsEnd: u32;
}

@unmanaged
class Input {
  state: u32;
  /** State that is fed the same values, or NONE. */
  greatest: u32;
  /** 0 where there is no value. */
  data: u32;
  flags: u32;
  /** FILTER's condition; its flags are 0 where there is none. */
  condition: u32;
  conditionFlags: u32;
}

const INPUT_BYTES: usize = 24;
const NONE: u32 = 0xffffffff;

/** In place of arguments that are another in every batch. */
const ROWS: u32 = 0xffffffff;
const SELECTION: u32 = 0xfffffffe;
/** A step's shape: how many u32 it takes, with this bit where it answers how many rows it has left; or the last one. */
const ANSWERS: u32 = 16;
const FOUR_AND_TWO_LONG: u32 = 32;

// @ts-ignore: decorator
@inline
function argument(args: usize, i: usize, rows: u32, selection: u32): u32 {
  const value = load<u32>(args + (i << 2));
  return value == ROWS ? rows : value == SELECTION ? selection : value;
}

/** Runs a stage's steps; false where one has left rows. */
function runSteps(stage: Stage, n: u32, s: u32): bool {
  let at = <usize>stage.steps;
  const end = <usize>stage.stepsEnd;
  while (at < end) {
    const f = load<u32>(at);
    const shape = load<u32>(at, 4);
    const a = at + 8;
    at = a + (<usize>(shape & (ANSWERS - 1)) << 2);
    let left: u32 = 0;
    switch (shape) {
      case 3:
        call_indirect<void>(f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s));
        break;
      case 4:
        call_indirect<void>(f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s));
        break;
      case 5:
        call_indirect<void>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
        );
        break;
      case 6:
        call_indirect<void>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
          argument(a, 5, n, s),
        );
        break;
      case 7:
        call_indirect<void>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
          argument(a, 5, n, s), argument(a, 6, n, s),
        );
        break;
      case 8:
        call_indirect<void>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
          argument(a, 5, n, s), argument(a, 6, n, s), argument(a, 7, n, s),
        );
        break;
      case ANSWERS | 5:
        left = call_indirect<u32>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
        );
        break;
      case ANSWERS | 6:
        left = call_indirect<u32>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
          argument(a, 5, n, s),
        );
        break;
      case ANSWERS | 7:
        left = call_indirect<u32>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s), argument(a, 4, n, s),
          argument(a, 5, n, s), argument(a, 6, n, s),
        );
        break;
      case FOUR_AND_TWO_LONG:
        call_indirect<void>(
          f, argument(a, 0, n, s), argument(a, 1, n, s), argument(a, 2, n, s), argument(a, 3, n, s),
          load<u64>(a, 16), load<u64>(a, 24),
        );
        at = a + 32;
        break;
      default:
        unreachable();
    }
    if (left != 0) return false;
  }
  for (let check = <usize>stage.checks; check < <usize>stage.checksEnd; check += 4) {
    if (anyError(<usize>load<u32>(check), n) != 0) return false;
  }
  return true;
}

/** Puts selection[chosen[i]], or chosen[i] itself without a selection, where the selection is not; that place. */
function narrow(loop: Loop, selection: u32, n: u32): u32 {
  const out = selection == loop.firstSelection ? loop.secondSelection : loop.firstSelection;
  if (selection == 0) memory.copy(<usize>out, <usize>loop.chosen, <usize>n << 2);
  else gather4(<usize>selection, <usize>loop.chosen, n, <usize>out);
  return out;
}

/** Whether every record has its group. */
function find(loop: Loop, stage: Stage, n: u32): bool {
  const table = <usize>loop.table;
  const rows = <usize>loop.rows;
  let data = <usize>stage.data;
  let flags = <usize>stage.flags;
  if (stage.columns != 0) {
    data = <usize>stage.spans;
    flags = <usize>loop.zeroFlags;
    const encoded = encodeRows(
      <usize>stage.columns, stage.columnCount, 0, n, <usize>stage.encoded, <usize>stage.encodedEnd, data,
    );
    if (encoded < n) return false;
  }
  switch (loop.keyMode) {
    case 0:
      return groupAll(table, n, rows) == n;
    case 1:
      return groupIntegers(table, data, flags, n, rows) == n;
    case 2:
      return groupSpans(table, data, flags, n, rows) == n;
    case 3:
      return appendIntegers(table, data, flags, n, rows) == n;
    default:
      return appendSpans(table, data, flags, n, rows) == n;
  }
}

/** How many records one input has taken. */
function feed(loop: Loop, input: Input, n: u32): u32 {
  const table = <usize>loop.table;
  const rows = <usize>loop.rows;
  let flags = <usize>input.flags;
  if (input.conditionFlags != 0) {
    if (input.data == 0) {
      const passed = <usize>loop.filteredRows;
      const count = selectTrue(<usize>input.condition, <usize>input.conditionFlags, n, passed);
      gather4(rows, passed, count, passed);
      updateGroups(table, input.state, passed, 0, 0, 0, count); // a count needs no memory
      return n;
    }
    filterFlags(flags, <usize>input.condition, <usize>input.conditionFlags, n, <usize>loop.filteredFlags);
    flags = <usize>loop.filteredFlags;
  }
  return input.greatest == NONE
    ? updateGroups(table, input.state, rows, <usize>input.data, flags, 0, n)
    : updateExtremes(table, input.state, input.greatest, rows, <usize>input.data, flags, 0, n);
}

function takeBatch(loop: Loop, rows: u32): u32 {
  const batch = changetype<Batch>(<usize>loop.batch);
  if (greatestFlag(<usize>batch.flags, rows) != 0) return NOT_PLAIN;
  let selection: u32 = 0;
  let count = rows;
  let prefilterLeft: u32 = 0;
  if (loop.prefilter != 0) {
    const stage = changetype<Stage>(<usize>loop.prefilter);
    if (!runSteps(stage, rows, 0)) return NOT_PLAIN;
    count = selectNotFalse(<usize>stage.data, <usize>stage.flags, rows, <usize>loop.chosen);
    prefilterLeft = count;
    if (count < rows) selection = narrow(loop, 0, count);
  }
  if (loop.filter != 0 && count > 0) {
    const stage = changetype<Stage>(<usize>(selection == 0 ? loop.filter : loop.selectedFilter));
    if (!runSteps(stage, count, selection)) return NOT_PLAIN;
    const passed = selectTrue(<usize>stage.data, <usize>stage.flags, count, <usize>loop.chosen);
    if (passed < count) {
      selection = narrow(loop, selection, passed);
      count = passed;
    }
  }
  let result = GOES_ON;
  if (count > 0) {
    const isSelected = selection != 0;
    const stage = changetype<Stage>(<usize>(isSelected ? loop.selectedProject : loop.project));
    if (!runSteps(stage, count, selection) || !find(loop, stage, count)) return NOT_PLAIN;
    const inputs = <usize>stage.inputs;
    for (let at = inputs; at < <usize>stage.inputsEnd; at += INPUT_BYTES) {
      const reached = feed(loop, changetype<Input>(at), count);
      if (reached >= count) continue;
      loop.stuckInput = <u32>((at - inputs) / INPUT_BYTES);
      loop.stuckAt = reached;
      loop.stuckRows = count;
      loop.stuckSelected = u32(isSelected);
      loop.next = batch.next;
      result = STUCK;
      break;
    }
  }
  loop.read += rows;
  loop.matched += count;
  loop.filtered += rows - count;
  if (loop.prefilter != 0) {
    loop.prefiltered += rows;
    loop.prefilterLeft += prefilterLeft;
  }
  return result;
}

function tokenize(loop: Loop, begin: usize, end: usize, limit: usize, final: u32): u32 {
  const batch = changetype<Batch>(<usize>loop.batch);
  const program = <usize>loop.program;
  batch.scratch = loop.scratch;
  batch.scratchEnd = loop.scratchEnd;
  switch (loop.tokenizer) {
    case 0:
      return tokenizeTemplate(program, begin, end, limit, final, batch);
    case 1:
      return tokenizeCsv(program, begin, end, limit, final, batch);
    case 2:
      return tokenizeJson(program, begin, end, limit, final, batch);
    default:
      return tokenizeLines(program, begin, end, limit, final, batch);
  }
}

/**
 * Takes the records of [begin, end) that start before `limit`, batch by batch, as a tokenizer does each; why it ended. `at` is then
 * where the first record stands that was not taken; where it is stuck, all but the feeding of states is done for the batch at `at`.
 */
export function runBatches(address: usize, begin: usize, end: usize, limit: usize, final: u32): u32 {
  const loop = changetype<Loop>(address);
  const batch = changetype<Batch>(<usize>loop.batch);
  let at = begin;
  let result = OUT_OF_BYTES;
  while (at < limit) {
    if (groupCount(<usize>loop.table) >= loop.mostGroups || arenaUsed() - loop.emptyBytes >= loop.mostBytes) {
      result = NOT_PLAIN;
      break;
    }
    const rows = tokenize(loop, at, end, limit, final);
    const next = <usize>batch.next;
    if (next == at) {
      // it may want scratch
      if (rows == 0 && batch.scratch == 0) result = NOT_PLAIN;
      break;
    }
    if (rows > 0) {
      const taken = next - at > <usize>loop.maxRecordBytes ? NOT_PLAIN : takeBatch(loop, rows);
      if (taken != GOES_ON) {
        result = taken;
        break;
      }
    }
    at = next;
  }
  loop.at = <u32>at;
  return result;
}
