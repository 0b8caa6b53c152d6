// Where the needed values of one record go while it is parsed. A record's end copies the cells to the vectors, so that the last
// of duplicate keys wins, and a key with dots in it wins over the path that it spells. Where no name has dots, a cell without a value
// is NULL like any other, and cells are cleared as they are copied.
import { Batch, span } from '../../batch';
import { Column, NO_CELL, Program } from './program';
import { lastEscape, unescape } from './strings';

/** A cell without a value; 0 is NULL. */
const ABSENT: u64 = u64.MAX_VALUE;
/** Unescaping stores 16 bytes at a time. */
const SLACK: usize = 16;

let cells: usize = 0;
let cellsEnd: usize = 0;
let columns: usize = 0;
let isPlain: bool = false;
let scratch: usize = 0;
let scratchEnd: usize = 0;
/** The record needs more scratch than there is. */
export let isOutOfScratch: bool = false;

export function openCells(program: usize, batch: Batch): void {
  cells = changetype<Program>(program).cells;
  cellsEnd = cells + ((<usize>changetype<Program>(program).cellCount) << 3);
  columns = program + offsetof<Program>();
  isPlain = changetype<Program>(program).isPlain != 0;
  dropCells();
  scratch = batch.scratch;
  scratchEnd = batch.scratchEnd;
  isOutOfScratch = false;
}

/** How much scratch is used up; what a malformed record took is given back. */
@inline
export function scratchMark(): usize {
  return scratch;
}

@inline
export function resetScratch(mark: usize): void {
  scratch = mark;
}

@inline
export function cellAt(cell: u32): usize {
  return cells + ((<usize>cell) << 3);
}

/** Before a record. */
@inline
export function clearCells(): void {
  if (isPlain) return;
  const absent = i64x2.splat(ABSENT);
  for (let cell = cells; cell < cellsEnd; cell += 16) v128.store(cell, absent);
}

/** After a record whose cells are not stored. */
export function dropCells(): void {
  for (let cell = cells; cell < cellsEnd; cell += 8) store<u64>(cell, 0);
}

export function clearCellsBetween(begin: u32, end: u32): void {
  for (let cell = begin; cell < end; ++cell) store<u64>(cellAt(cell), ABSENT);
}

/** Stores the text of the well-formed string [start, end); sets `isOutOfScratch` where it has escapes and there is no room. */
@inline
export function storeText(cell: usize, start: usize, end: usize): void {
  if (lastEscape >= start) storeEscaped(cell, start, end);
  else store<u64>(cell, span(start, end - start));
}

function storeEscaped(cell: usize, start: usize, end: usize): void {
  const text = unescaped(start, end);
  if (text == 0) return;
  store<u64>(cell, text);
  scratch = <usize>(<u32>text) + <usize>(text >> 32);
}

/** The text of the well-formed string [start, end) as a span of scratch that the next text overwrites; 0 where there is no room. */
export function unescaped(start: usize, end: usize): u64 {
  if (scratch + (end - start) + SLACK > scratchEnd) {
    isOutOfScratch = true;
    return 0;
  }
  return span(scratch, unescape(start, end, scratch) - scratch);
}

/** Copies the record's cells to the vectors. */
@inline
export function storeCells(program: usize, row8: usize): void {
  let column = columns;
  if (isPlain) {
    for (let cell = cells; cell < cellsEnd; cell += 8) {
      store<u64>(<usize>changetype<Column>(column).spans + row8, load<u64>(cell));
      store<u64>(cell, 0);
      column += offsetof<Column>();
    }
    return;
  }
  for (let left = changetype<Program>(program).columnCount; left > 0; --left) {
    let found = load<u64>(cellAt(changetype<Column>(column).literal));
    const path = changetype<Column>(column).path;
    if (found == ABSENT && path != NO_CELL) found = load<u64>(cellAt(path));
    store<u64>(<usize>changetype<Column>(column).spans + row8, found == ABSENT ? 0 : found);
    column += offsetof<Column>();
  }
}
