// Tokenizers: up to ROWS records of [begin, end), spans of the wanted columns. `outs`: u32 per column, the address of its
// spans, 0 where it is not wanted. The bytes end with a line end.
import { equal, span } from './span';

const ROWS: u32 = 2048;
const SPACE: u32 = 32;
const QUOTE: u32 = 34;
const DASH: u32 = 45;
const NEWLINE: u32 = 10;
const BACKSLASH: u32 = 92;
let next: usize = 0;

/** Where the last call stopped. */
export function nextAddress(): usize {
  return next;
}

// @ts-expect-error: decorator
@inline
function put(outs: usize, column: u32, row: u32, from: usize, to: usize): void {
  const out = <usize>load<u32>(outs + (<usize>column << 2));
  if (out != 0) store<u64>(out + (<usize>row << 3), span(from, to));
}

// @ts-expect-error: decorator
@inline
function putOrNull(outs: usize, column: u32, row: u32, from: usize, to: usize): void {
  const isNull = to - from == 1 && load<u8>(from) == DASH;
  const out = <usize>load<u32>(outs + (<usize>column << 2));
  if (out != 0) store<u64>(out + (<usize>row << 3), isNull ? 0 : span(from, to));
}

// @ts-expect-error: decorator
@inline
function until(from: usize, byte: u32): usize {
  let at = from;
  while (load<u8>(at) != byte) {
    if (load<u8>(at) == NEWLINE) abort();
    at++;
  }
  return at;
}

// @ts-expect-error: decorator
@inline
function untilQuote(from: usize): usize {
  let at = from;
  while (load<u8>(at) != QUOTE) {
    if (load<u8>(at) == NEWLINE) abort();
    at += load<u8>(at) == BACKSLASH ? 2 : 1;
  }
  return at;
}

/** client 0, ident 1, user 2, time 3, path 4, status 5, bytes 6, referrer 7, user agent 8. */
export function tokenizeCombined(begin: usize, end: usize, outs: usize): u32 {
  let at = begin;
  let row: u32 = 0;
  while (at < end && row < ROWS) {
    for (let column: u32 = 0; column < 3; column++) {
      const from = at;
      at = until(from, SPACE);
      putOrNull(outs, column, row, from, at);
      at++;
    }
    let from = ++at;
    at = until(from, 93);
    put(outs, 3, row, from, at);
    at += 3;
    const request = at;
    at = untilQuote(request);
    const path = until(request, SPACE) + 1;
    put(outs, 4, row, path, until(path, SPACE));
    from = at + 2;
    at = until(from, SPACE);
    put(outs, 5, row, from, at);
    from = at + 1;
    at = until(from, SPACE);
    putOrNull(outs, 6, row, from, at);
    from = at + 2;
    at = untilQuote(from);
    putOrNull(outs, 7, row, from, at);
    from = at + 3;
    at = untilQuote(from);
    putOrNull(outs, 8, row, from, at);
    if (load<u8>(at, 1) != NEWLINE) abort();
    at += 2;
    row++;
  }
  next = at;
  return row;
}

/** Fields between `delimiter`, in quotes where they hold one; doubled quotes are left as they are. */
export function tokenizeCsv(begin: usize, end: usize, outs: usize, delimiter: u32): u32 {
  let at = begin;
  let row: u32 = 0;
  while (at < end && row < ROWS) {
    let column: u32 = 0;
    while (true) {
      let from = at;
      let to: usize;
      if (load<u8>(at) == QUOTE) {
        from = ++at;
        while (load<u8>(at) != QUOTE || load<u8>(at, 1) == QUOTE) at += load<u8>(at) == QUOTE ? 2 : 1;
        to = at++;
      } else {
        while (load<u8>(at) != delimiter && load<u8>(at) != NEWLINE) at++;
        to = at;
      }
      put(outs, column, row, from, to);
      column++;
      if (load<u8>(at++) == NEWLINE) break;
    }
    row++;
  }
  next = at;
  return row;
}

function skipString(from: usize): usize {
  let at = from + 1;
  while (load<u8>(at) != QUOTE) at += load<u8>(at) == BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipValue(from: usize): usize {
  let at = from;
  let depth = 0;
  while (true) {
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) {
      at = skipString(at);
      continue;
    }
    if (byte == 123 || byte == 91) depth++;
    else if (byte == 125 || byte == 93) {
      if (depth == 0) return at;
      depth--;
    } else if (byte == 44 && depth == 0) return at;
    at++;
  }
}

/** One object without spaces a line. `keys`: spans of the wanted top-level keys, `count` of them; column i is key i. */
export function tokenizeJson(begin: usize, end: usize, outs: usize, keys: usize, count: u32): u32 {
  let at = begin;
  let row: u32 = 0;
  while (at < end && row < ROWS) {
    for (let i: u32 = 0; i < count; i++) {
      store<u64>(<usize>load<u32>(outs + (<usize>i << 2)) + (<usize>row << 3), 0);
    }
    at++;
    while (load<u8>(at) != 125) {
      const key = at + 1;
      at = skipString(at);
      const keyBytes = at - 1 - key;
      const value = ++at;
      at = skipValue(value);
      for (let i: u32 = 0; i < count; i++) {
        const wanted = load<u64>(keys + (<usize>i << 3));
        if (<usize>(wanted >> 32) != keyBytes || !equal(<usize>(wanted & 0xffffffff), key, keyBytes)) continue;
        if (load<u8>(value) == QUOTE) put(outs, i, row, value + 1, at - 1);
        else put(outs, i, row, value, at);
      }
      if (load<u8>(at) == 44) at++;
    }
    at += 2;
    row++;
  }
  next = at;
  return row;
}

/** Lines, nothing more. */
export function tokenizeLines(begin: usize, end: usize, starts: usize, lengths: usize): u32 {
  let at = begin;
  let row: u32 = 0;
  while (at < end && row < ROWS) {
    const from = at;
    while (load<u8>(at) != NEWLINE) at++;
    store<u32>(starts + (<usize>row << 2), <u32>from);
    store<u32>(lengths + (<usize>row << 2), <u32>(at - from));
    at++;
    row++;
  }
  next = at;
  return row;
}
