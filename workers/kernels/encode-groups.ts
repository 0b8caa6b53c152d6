// Finished groups as sort keys and result rows, encoded as encode.ts encodes rows; integers in 16 bytes, because sums have 128 bits. What
// is not a key or an aggregate of one of these kinds, and every group for which the double cannot be had by one division, is
// left to JavaScript (src/execute/finalize.ts), which is the definition.
//
// Keys of several parts stand in their groups as encode.ts has encoded them: ascending, NULLs last, integers in 8 bytes.
import { span } from './batch';
import { behindText, encodeText } from './encode';
import { keyAddress, NULL_KEY, Table } from './group-table';
import { BOOLEAN, DOUBLE, TEXT } from './states/value-hash';

/** The group's whole key as it is encoded already. */
const ENCODED_KEY: u32 = 0;
const TEXT_KEY: u32 = 1;
const INTEGER_KEY: u32 = 2;
/** A part of an encoded key. */
const KEY_PART: u32 = 3;
const COUNT: u32 = 4;
const SUM_INTEGER: u32 = 5;
const SUM_DOUBLE: u32 = 6;
const AVG_INTEGER: u32 = 7;
const AVG_DOUBLE: u32 = 8;
const EXTREME_INTEGER: u32 = 9;
const EXTREME_DOUBLE: u32 = 10;

const DESCENDING: u32 = 1;
const NULLS_FIRST: u32 = 2;
const SIGN: u64 = 0x8000000000000000;
/** 2^53: up to here integers are doubles, and one division rounds once. */
const MOST_EXACT: i64 = 9007199254740992;
/** Sums of doubles count billionths. */
const BILLION: i64 = 1000000000;
/** Of any value but a text or a whole key, with its tag; 16 more for what encodeText may overwrite. */
const MOST_BYTES: usize = 17 + 16;

@unmanaged
class Term {
  kind: u32;
  /** Of the state in the row; of a part of the key its number. */
  place: u32;
  /** DESCENDING, NULLS_FIRST. */
  order: u32;
  padding: u32;
}

/**
 * Encodes `count` terms of each of the groups [from, n) (row addresses, u32) one behind the other from `out` on, and stores the
 * groups' spans. How far it came: less than n where a group did not fit before `outEnd`, or is left to JavaScript. `parts`: the
 * types of the key's parts (states/value-hash.ts), u32 each.
 */
export function encodeGroups(
  address: usize, terms: usize, count: u32, parts: usize, groups: usize, from: u32, n: u32, out: usize, outEnd: usize, spans: usize,
): u32 {
  const table = changetype<Table>(address);
  let at = out;
  for (let i = from; i < n; i++) {
    const row = <usize>load<u32>(groups + (<usize>i << 2));
    const begin = at;
    for (let t: u32 = 0; t < count; t++) {
      at = encodeTerm(table, row, changetype<Term>(terms + <usize>t * offsetof<Term>()), parts, at, outEnd);
      if (at == 0) return i;
    }
    store<u64>(spans + (<usize>i << 3), span(begin, at - begin));
  }
  return n;
}

/** Where the encoded term ends, or 0. */
function encodeTerm(table: Table, row: usize, term: Term, parts: usize, out: usize, outEnd: usize): usize {
  if (out + MOST_BYTES > outEnd) return 0;
  const kind = term.kind;
  let end: usize = 0;
  if (kind <= KEY_PART) {
    const length = load<u32>(row, 4);
    if (length == NULL_KEY) return kind == ENCODED_KEY ? out : putNull(out, term.order);
    const key = keyAddress(table, row);
    if (kind != INTEGER_KEY && out + (<usize>length << 1) + MOST_BYTES > outEnd) return 0;
    if (kind == ENCODED_KEY) {
      memory.copy(out, key, length);
      return out + length;
    }
    if (kind == TEXT_KEY) {
      store<u8>(out, 1);
      end = encodeText(key, length, out + 1);
    } else if (kind == INTEGER_KEY) {
      end = putInteger(out, load<i64>(key));
    } else {
      end = putPart(out, key, term, parts);
    }
  } else {
    const state = row + <usize>term.place;
    if (kind == COUNT) end = putWide(out, load<u64>(state), 0);
    else if (kind >= EXTREME_INTEGER) {
      if (load<u64>(state, 8) == 0) return putNull(out, term.order);
      end = kind == EXTREME_INTEGER ? putInteger(out, load<i64>(state)) : putDouble(out, load<f64>(state));
    } else {
      const values = load<i64>(state, 16);
      if (values == 0) return putNull(out, term.order);
      if (kind == SUM_INTEGER) end = putWide(out, load<u64>(state), load<i64>(state, 8));
      else end = putRatio(out, state, kind, values);
    }
  }
  if (end != 0 && (term.order & DESCENDING) != 0) {
    for (let p = out + 1; p < end; p++) store<u8>(p, ~load<u8>(p));
  }
  return end;
}

// @ts-ignore: decorator
@inline
function putNull(out: usize, order: u32): usize {
  store<u8>(out, (order & NULLS_FIRST) != 0 ? 0 : 2);
  return out + 1;
}

// @ts-ignore: decorator
@inline
function putWide(out: usize, low: u64, high: i64): usize {
  store<u8>(out, 1);
  store<u64>(out, bswap<u64>(<u64>high ^ SIGN), 1);
  store<u64>(out, bswap<u64>(low), 9);
  return out + 17;
}

// @ts-ignore: decorator
@inline
function putInteger(out: usize, value: i64): usize {
  return putWide(out, <u64>value, value >> 63);
}

function putDouble(out: usize, value: f64): usize {
  const bits = reinterpret<u64>(value + 0.0);
  store<u8>(out, 1);
  store<u64>(out, bswap<u64>(<i64>bits < 0 ? ~bits : bits ^ SIGN), 1);
  return out + 9;
}

/** A sum or an average that is a double, where numerator and denominator are doubles themselves; otherwise 0. */
function putRatio(out: usize, state: usize, kind: u32, values: i64): usize {
  const numerator = load<i64>(state);
  if (numerator >> 63 != load<i64>(state, 8) || numerator > MOST_EXACT || numerator < -MOST_EXACT) return 0;
  if (kind != AVG_INTEGER && load<u32>(state, 24) != 0) return 0; // a superaccumulator
  let denominator: i64 = 1;
  if (kind != SUM_DOUBLE) {
    if (values > MOST_EXACT / BILLION) return 0;
    denominator = values;
  }
  if (kind != AVG_INTEGER) denominator *= BILLION;
  return putDouble(out, <f64>numerator / <f64>denominator);
}

/** A part of an encoded key; 0 for texts that are not ASCII, which JavaScript may find not to be UTF-8. */
function putPart(out: usize, key: usize, term: Term, parts: usize): usize {
  let at = key;
  for (let part: u32 = 0; part < term.place; part++) at = partEnd(at, load<u32>(parts + (<usize>part << 2)));
  if (load<u8>(at) != 1) return putNull(out, term.order);
  const type = load<u32>(parts + (<usize>term.place << 2));
  if (type == TEXT) {
    const end = partEnd(at, type);
    let bits: u32 = 0;
    for (let p = at; p < end; p++) bits |= <u32>load<u8>(p);
    // the escaped zero has a byte that is not ASCII too
    if (bits > 0x7f) return 0;
    memory.copy(out, at, end - at);
    return out + (end - at);
  }
  if (type == BOOLEAN) {
    store<u16>(out, load<u16>(at));
    return out + 2;
  }
  const bits = load<u64>(at, 1);
  if (type != DOUBLE) return putInteger(out, <i64>(bswap<u64>(bits) ^ SIGN));
  store<u8>(out, 1);
  store<u64>(out, bits, 1);
  return out + 9;
}

/** Where an encoded value ends. */
function partEnd(at: usize, type: u32): usize {
  if (load<u8>(at) != 1) return at + 1;
  ++at;
  if (type == BOOLEAN) return at + 1;
  return type == TEXT ? behindText(at) : at + 8;
}
