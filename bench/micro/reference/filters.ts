// Predicates over texts: a boolean (u8) and a flag per row.
import { integerOf, WRONG } from './decode';
import { begin, compare, equal, length, spanAt } from './span';

// @ts-expect-error: decorator
@inline
function put(out: usize, flags: usize, row: u32, isNull: bool, value: bool): void {
  store<u8>(flags + row, isNull ? 1 : 0);
  store<u8>(out + row, value ? 1 : 0);
}

export function integerAtLeast(spans: usize, rows: u32, limit: i64, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const value = integerOf(begin(text), length(text));
    put(out, flags, row, value == WRONG, value >= limit);
  }
}

export function textEqual(spans: usize, rows: u32, address: usize, bytes: usize, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    put(out, flags, row, begin(text) == 0, length(text) == bytes && equal(begin(text), address, bytes));
  }
}

export function textAtLeast(spans: usize, rows: u32, address: usize, bytes: usize, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    put(out, flags, row, begin(text) == 0, compare(begin(text), length(text), address, bytes) >= 0);
  }
}

/** `list`: i64 each. */
export function integerIn(spans: usize, rows: u32, list: usize, count: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const value = integerOf(begin(text), length(text));
    let found = false;
    for (let i: u32 = 0; i < count && !found; i++) found = load<i64>(list + (<usize>i << 3)) == value;
    put(out, flags, row, value == WRONG, found);
  }
}

/** `list`: spans. */
export function textIn(spans: usize, rows: u32, list: usize, count: u32, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    let found = false;
    for (let i: u32 = 0; i < count && !found; i++) {
      const option = spanAt(list, i);
      found = length(option) == length(text) && equal(begin(option), begin(text), length(text));
    }
    put(out, flags, row, begin(text) == 0, found);
  }
}

export function likePrefix(spans: usize, rows: u32, address: usize, bytes: usize, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    put(out, flags, row, begin(text) == 0, length(text) >= bytes && equal(begin(text), address, bytes));
  }
}

/** Address of the first `part` in [from, end), or 0. */
function find(from: usize, end: usize, part: usize, bytes: usize): usize {
  for (let at = from; at + bytes <= end; at++) {
    if (equal(at, part, bytes)) return at;
  }
  return 0;
}

export function likeContains(spans: usize, rows: u32, address: usize, bytes: usize, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    put(out, flags, row, begin(text) == 0, find(begin(text), begin(text) + length(text), address, bytes) != 0);
  }
}

/** `%part%tail` */
export function likePartAndTail(spans: usize, rows: u32, part: u64, tail: u64, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const end = begin(text) + length(text);
    const at = find(begin(text), end, begin(part), length(part));
    const rest = at + length(part);
    const matches = at != 0 && end - rest >= length(tail) && equal(end - length(tail), begin(tail), length(tail));
    put(out, flags, row, begin(text) == 0, matches);
  }
}

// @ts-expect-error: decorator
@inline
function lowered(byte: u32): u32 {
  return byte - 65 < 26 ? byte + 32 : byte;
}

/** The part in small letters. */
export function ilikeContains(spans: usize, rows: u32, address: usize, bytes: usize, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = spanAt(spans, row);
    const end = begin(text) + length(text);
    let found = false;
    for (let at = begin(text); at + bytes <= end && !found; at++) {
      let i: usize = 0;
      while (i < bytes && lowered(<u32>load<u8>(at + i)) == <u32>load<u8>(address + i)) i++;
      found = i == bytes;
    }
    put(out, flags, row, begin(text) == 0, found);
  }
}

/** a >= low AND b < high */
export function bothInRange(a: usize, b: usize, rows: u32, low: i64, high: i64, out: usize, flags: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const first = integerOf(begin(spanAt(a, row)), length(spanAt(a, row)));
    const second = integerOf(begin(spanAt(b, row)), length(spanAt(b, row)));
    put(out, flags, row, first == WRONG || second == WRONG, first >= low && second < high);
  }
}

/** Numbers of the rows that are valid and true. */
export function selectTrue(data: usize, flags: usize, rows: u32, out: usize): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (load<u8>(flags + row) != 0 || load<u8>(data + row) == 0) continue;
    store<u32>(out + (<usize>count << 2), row);
    count++;
  }
  return count;
}
