// The general parser: recursive descent, strings passed over 16 bytes at a time. It decides what is malformed; whatever is
// faster has to agree with it. Where it is inside an object that has a node, it looks its keys up.
import { span } from '../../batch';
import { cellAt, clearCellsBetween, isOutOfScratch, storeText, unescaped } from './cells';
import { isDigit, numberEnd } from './numbers';
import { Entry, entryOf, findEntry, NO_CELL } from './program';
import { lastEscape, stringEnd } from './strings';

const CR: u8 = 13;
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const OPEN_LIST: u8 = 0x5b;
const CLOSE_LIST: u8 = 0x5d;
const MINUS: u8 = 0x2d;
const LETTER_N: u8 = 0x6e;
const TRUE: u32 = 0x65757274;
const NULL_WORD: u32 = 0x6c6c756e;
const FALS: u32 = 0x736c6166;
export const MAX_DEPTH: u32 = 512;

/** White space inside a line. */
@inline
export function skipSpace(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c > 32) return p;
    if (c != 32 && c != 9 && c != CR) return p;
    ++p;
  }
}

/** The address after `true`, `false` or `null` at `p`, 0 where there is none. */
@inline
export function wordEnd(p: usize): usize {
  const word = load<u32>(p);
  if (word == TRUE || word == NULL_WORD) return p + 4;
  return word == FALS && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
}

/** Passes over the value at `p`, looking keys up below `node`; the address after it, 0 where it is malformed. */
export function value(p: usize, node: usize, depth: u32): usize {
  const c = load<u8>(p);
  if (c == QUOTE) {
    const end = stringEnd(p + 1);
    return end == 0 ? 0 : end + 1;
  }
  if (isDigit(c) || c == MINUS) return numberEnd(p);
  if (c == OPEN) return object(p + 1, node, depth + 1);
  if (c == OPEN_LIST) return list(p + 1, depth + 1);
  return wordEnd(p);
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

/** Passes over the object whose text starts at `p`, behind its brace. */
export function object(p: usize, node: usize, depth: u32): usize {
  if (depth > MAX_DEPTH) return 0;
  p = skipSpace(p);
  return load<u8>(p) == CLOSE ? p + 1 : members(p, node, depth);
}

/** Passes over what is left of an object from a key on, and over its brace. */
export function members(p: usize, node: usize, depth: u32): usize {
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
    if (lastEscape >= keyStart) {
      entry = escapedEntry(node, keyStart, keyEnd);
      if (isOutOfScratch) return 0;
    } else {
      entry = findEntry(node, keyStart, keyEnd);
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

/** The entry of a key with escapes, or 0, also where there is no scratch to unescape it. */
function escapedEntry(node: usize, keyStart: usize, keyEnd: usize): usize {
  if (node == 0) return 0;
  const key = unescaped(keyStart, keyEnd);
  return key == 0 ? 0 : entryOf(node, <usize>(<u32>key), <usize>(key >> 32));
}

/** As value(), and stores what it is in the entry's cell. */
export function neededValue(p: usize, entry: Entry, depth: u32): usize {
  clearCellsBetween(entry.cellsBegin, entry.cellsEnd);
  const end = value(p, entry.child, depth);
  if (end == 0 || entry.cell == NO_CELL) return end;
  const cell = cellAt(entry.cell);
  const c = load<u8>(p);
  if (c == QUOTE) {
    storeText(cell, p + 1, end - 1);
    return isOutOfScratch ? 0 : end;
  }
  store<u64>(cell, c == LETTER_N ? 0 : span(p, end - p));
  return end;
}
