// The tokenizer of JSON lines: one object per line. A line is malformed if and only if JSON.parse would refuse it or its value is
// no object, with one addition: nesting deeper than MAX_DEPTH is malformed too. Bytes that are no UTF-8 are let through.
// Measured by bench/micro/tokenizers.mjs.
//
// Recursive descent; strings are passed over 16 bytes at a time. The needed keys are a tree of nodes (encoded by
// src/execute/json-program.ts): where the parser is inside an object that has a node, it looks its keys up, a 64-bit
// filter first. Values go to cells; a record's end copies the cells to the vectors, so that the last of duplicate
// keys wins, and a key with dots in it wins over the path that it spells.
import { Batch, span } from '../batch';
import { MALFORMED, VALID } from '../flags';
import { blankLine, finish, lineEnd, storeRecord, wholeLines } from './line-ends';

const LF: u8 = 10;
const CR: u8 = 13;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const OPEN_LIST: u8 = 0x5b;
const CLOSE_LIST: u8 = 0x5d;
const MINUS: u8 = 0x2d;
const ZERO: u8 = 0x30;
const TRUE: u32 = 0x65757274;
const NULL_WORD: u32 = 0x6c6c756e;
const FALS: u32 = 0x736c6166;
const MAX_DEPTH: u32 = 512;

/** A cell without a value; 0 is NULL. */
const ABSENT: u64 = u64.MAX_VALUE;
const NO_CELL: u32 = 0xffffffff;
/** Unescaping stores 16 bytes at a time. */
const SLACK: usize = 16;

@unmanaged
class Program {
  /** The node of the record itself, 0 where no column is needed. */
  root: u32;
  cells: u32;
  cellCount: u32;
  columnCount: u32;
  // followed by the columns
}

@unmanaged
class Column {
  /** The cell of the key that is the whole name, and of the path, NO_CELL where the name has no dots. */
  literal: u32;
  path: u32;
  spans: u32;
}

@unmanaged
class Node {
  /** Bit (length * 8 + first byte) % 64 is set for every key. */
  filter: u64;
  count: u32;
  padding: u32;
  // followed by the entries
}

@unmanaged
class Entry {
  key: u32;
  length: u32;
  /** Where the value goes, or NO_CELL. */
  cell: u32;
  /** The node of the value where it is an object, or 0. */
  child: u32;
  /** The cells below `child`. */
  cellsBegin: u32;
  cellsEnd: u32;
}

/** Address of the last backslash seen in a string; a string has escapes where it lies inside. */
let lastEscape: usize = 0;
let cells: usize = 0;
let scratch: usize = 0;
let scratchEnd: usize = 0;
/** The record needs more scratch than there is. */
let isOutOfScratch: bool = false;

@inline
function skipSpace(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c > 32) return p;
    if (c != 32 && c != 9 && c != CR) return p;
    ++p;
  }
}

@inline
function isDigit(c: u8): bool {
  return <u8>(c - ZERO) <= 9;
}

/** Value of a hexadecimal digit, or 255. */
@inline
function hexDigit(c: u8): u32 {
  const digit: u32 = <u32>c - 0x30;
  if (digit <= 9) return digit;
  const letter: u32 = (<u32>c | 32) - 0x61;
  return letter <= 5 ? letter + 10 : 255;
}

/** Four hexadecimal digits, or more than 0xffff. */
function hex4(p: usize): u32 {
  const a = hexDigit(load<u8>(p));
  if (a > 15) return 0x10000;
  const b = hexDigit(load<u8>(p, 1));
  if (b > 15) return 0x10000;
  const c = hexDigit(load<u8>(p, 2));
  if (c > 15) return 0x10000;
  const d = hexDigit(load<u8>(p, 3));
  return d > 15 ? 0x10000 : (a << 12) | (b << 8) | (c << 4) | d;
}

/** The quote that closes the string whose text starts at `p`; 0 where the string is malformed. */
@inline
function stringEnd(p: usize): usize {
  while (true) {
    const text = v128.load(p);
    const bits = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(text, i8x16.splat(QUOTE)), i8x16.eq(text, i8x16.splat(BACKSLASH))),
        i8x16.lt_u(text, i8x16.splat(0x20)),
      ),
    );
    if (bits == 0) {
      p += 16;
      continue;
    }
    p += ctz<u32>(bits);
    if (load<u8>(p) == QUOTE) return p;
    p = afterEscape(p);
    if (p == 0) return 0;
  }
}

/** The address after the escape at `p`; 0 where there is none, or a wrong one. */
function afterEscape(p: usize): usize {
  if (load<u8>(p) != BACKSLASH) return 0;
  lastEscape = p;
  switch (load<u8>(p, 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return p + 2;
    case 0x75: // u
      return hex4(p + 2) <= 0xffff ? p + 6 : 0;
    default:
      return 0;
  }
}

function number(p: usize): usize {
  let c = load<u8>(p);
  if (c == MINUS) c = load<u8>(++p);
  if (c == ZERO) {
    c = load<u8>(++p);
  } else {
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  if (c == 0x2e) {
    c = load<u8>(++p);
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  if ((c | 32) == 0x65) {
    c = load<u8>(++p);
    if (c == 0x2b || c == MINUS) c = load<u8>(++p);
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  return p;
}

/** Passes over the value at `p`, looking keys up below `node`; the address after it, 0 where it is malformed. */
function value(p: usize, node: usize, depth: u32): usize {
  const c = load<u8>(p);
  if (c == QUOTE) {
    const end = stringEnd(p + 1);
    return end == 0 ? 0 : end + 1;
  }
  if (isDigit(c) || c == MINUS) return number(p);
  if (c == OPEN) return object(p + 1, node, depth + 1);
  if (c == OPEN_LIST) return list(p + 1, depth + 1);
  const word = load<u32>(p);
  if (word == TRUE || word == NULL_WORD) return p + 4;
  return word == FALS && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
}

function list(p: usize, depth: u32): usize {
  if (depth > MAX_DEPTH) return 0;
  p = skipSpace(p);
  if (load<u8>(p) == CLOSE_LIST) return p + 1;
  while (true) {
    p = value(p, 0, depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == CLOSE_LIST) return p + 1;
    if (c != COMMA) return 0;
    p = skipSpace(p + 1);
  }
}

function object(p: usize, node: usize, depth: u32): usize {
  if (depth > MAX_DEPTH) return 0;
  p = skipSpace(p);
  if (load<u8>(p) == CLOSE) return p + 1;
  const filter = node == 0 ? 0 : changetype<Node>(node).filter;
  while (true) {
    if (load<u8>(p) != QUOTE) return 0;
    const keyStart = p + 1;
    const keyEnd = stringEnd(keyStart);
    if (keyEnd == 0) return 0;
    p = keyEnd + 1;
    if (load<u8>(p) != COLON) {
      p = skipSpace(p);
      if (load<u8>(p) != COLON) return 0;
    }
    p = skipSpace(p + 1);
    let entry: usize = 0;
    if (filter != 0) {
      if (lastEscape >= keyStart) {
        entry = escapedEntryOf(node, keyStart, keyEnd);
        if (isOutOfScratch) return 0;
      } else if (((filter >> filterBit(keyStart, keyEnd)) & 1) != 0) {
        entry = entryOf(node, keyStart, keyEnd - keyStart);
      }
    }
    if (entry == 0) {
      p = value(p, 0, depth);
    } else {
      p = neededValue(p, changetype<Entry>(entry), depth);
    }
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c != COMMA) return c == CLOSE ? p + 1 : 0;
    p = skipSpace(p + 1);
  }
}

@inline
function filterBit(keyStart: usize, keyEnd: usize): u64 {
  return (((<u64>(keyEnd - keyStart)) << 3) + load<u8>(keyStart)) & 63;
}

/** The entry of a key, or 0. */
function entryOf(node: usize, key: usize, length: usize): usize {
  let entry = node + offsetof<Node>();
  for (let left = changetype<Node>(node).count; left > 0; --left) {
    if (
      changetype<Entry>(entry).length == <u32>length &&
      memory.compare(changetype<Entry>(entry).key, key, length) == 0
    ) {
      return entry;
    }
    entry += offsetof<Entry>();
  }
  return 0;
}

function escapedEntryOf(node: usize, keyStart: usize, keyEnd: usize): usize {
  if (scratch + (keyEnd - keyStart) + SLACK > scratchEnd) {
    isOutOfScratch = true;
    return 0;
  }
  return entryOf(node, scratch, unescape(keyStart, keyEnd, scratch) - scratch);
}

/** As value(), and stores what it is in the entry's cell. */
function neededValue(p: usize, entry: Entry, depth: u32): usize {
  for (let cell = entry.cellsBegin; cell < entry.cellsEnd; ++cell) store<u64>(cells + (<usize>cell << 3), ABSENT);
  const end = value(p, entry.child, depth);
  if (end == 0 || entry.cell == NO_CELL) return end;
  let found: u64;
  const c = load<u8>(p);
  if (c == QUOTE) {
    const start = p + 1;
    const length = end - 1 - start;
    if (lastEscape >= start) {
      if (scratch + length + SLACK > scratchEnd) {
        isOutOfScratch = true;
        return 0;
      }
      const unescapedEnd = unescape(start, end - 1, scratch);
      found = span(scratch, unescapedEnd - scratch);
      scratch = unescapedEnd;
    } else {
      found = span(start, length);
    }
  } else {
    found = c == 0x6e ? 0 : span(p, end - p);
  }
  store<u64>(cells + (<usize>entry.cell << 3), found);
  return end;
}

/** Writes the text of the well-formed string [p, end) to `to`; the address after it. Lone surrogates become U+FFFD. */
function unescape(p: usize, end: usize, to: usize): usize {
  const backslash = i8x16.splat(BACKSLASH);
  while (p < end) {
    const text = v128.load(p);
    v128.store(to, text);
    const bits = i8x16.bitmask(i8x16.eq(text, backslash));
    const plain = min<usize>(bits == 0 ? 16 : ctz<u32>(bits), end - p);
    p += plain;
    to += plain;
    if (p >= end || load<u8>(p) != BACKSLASH) continue;
    const c = load<u8>(p, 1);
    if (c != 0x75) {
      store<u8>(to++, plainEscape(c));
      p += 2;
      continue;
    }
    let code = hex4(p + 2);
    p += 6;
    if ((code & 0xf800) == 0xd800) {
      let low: u32 = 0x10000;
      if (code < 0xdc00 && p < end && load<u16>(p) == 0x755c) low = hex4(p + 2);
      if ((low & 0xfffffc00) == 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        p += 6;
      } else {
        code = 0xfffd;
      }
    }
    to = putCode(to, code);
  }
  return to;
}

function plainEscape(c: u8): u8 {
  switch (c) {
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    default:
      return c;
  }
}

/** Writes a code point as UTF-8. */
function putCode(to: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(to, <u8>code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 63)), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 63)), 1);
    store<u8>(to, <u8>(0x80 | (code & 63)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)));
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 63)), 1);
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 63)), 2);
  store<u8>(to, <u8>(0x80 | (code & 63)), 3);
  return to + 4;
}

/** Copies the record's cells to the vectors. */
@inline
function storeCells(program: usize, row8: usize): void {
  let column = program + offsetof<Program>();
  for (let left = changetype<Program>(program).columnCount; left > 0; --left) {
    let found = load<u64>(cells + (<usize>changetype<Column>(column).literal << 3));
    const path = changetype<Column>(column).path;
    if (found == ABSENT && path != NO_CELL) found = load<u64>(cells + (<usize>path << 3));
    store<u64>(<usize>changetype<Column>(column).spans + row8, found == ABSENT ? 0 : found);
    column += offsetof<Column>();
  }
}

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
  const root = <usize>changetype<Program>(program).root;
  const cellBytes = (<usize>changetype<Program>(program).cellCount) << 3;
  lastEscape = 0;
  cells = changetype<Program>(program).cells;
  scratch = batch.scratch;
  scratchEnd = batch.scratchEnd;
  isOutOfScratch = false;

  let p = begin;
  let row: u32 = 0;
  while (p < stop && row < capacity) {
    const blank = blankLine(p);
    if (blank != 0) {
      p += blank;
      continue;
    }
    const scratchBefore = scratch;
    memory.fill(cells, 0xff, cellBytes);
    let recordEnd = skipSpace(p);
    recordEnd = load<u8>(recordEnd) == OPEN ? object(recordEnd + 1, root, 1) : 0;
    if (recordEnd != 0) {
      recordEnd = skipSpace(recordEnd);
      if (load<u8>(recordEnd) != LF) recordEnd = 0;
    }
    if (recordEnd != 0) {
      storeCells(program, <usize>row << 3);
      store<u8>(rowFlags + row, VALID);
    } else {
      scratch = scratchBefore;
      if (isOutOfScratch) {
        // the record starts the next batch; 0 says that not even one record fits
        if (row == 0) scratch = 0;
        break;
      }
      store<u8>(rowFlags + row, MALFORMED);
      recordEnd = lineEnd(p);
    }
    storeRecord(starts, lengths, row, p, recordEnd);
    p = recordEnd + 1;
    ++row;
  }
  batch.scratch = <u32>scratch;
  finish(batch, p, end);
  return row;
}
