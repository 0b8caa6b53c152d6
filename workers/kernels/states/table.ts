// The kinds of states by number (the order of `stateKinds` in src/aggregates/aggregate.ts) and their methods.
import * as count from './count';
import * as ddsketch from './ddsketch';
import * as distinct from './distinct';
import * as external from './external';
import * as extreme from './extreme';
import * as extremeText from './extreme-text';
import * as hyperloglog from './hyperloglog';
import * as sumDouble from './sum-double';
import * as sumInteger from './sum-integer';
import * as values from './values';
import { putBytes, putU32, putU64 } from '../writer';
import { pass, SELECT, SETS } from './merge-pass';
import { BOOLEAN } from './value-hash';

export const COUNT: u32 = 0;
export const COUNT_VALID: u32 = 1;
export const SUM_INTEGER: u32 = 2;
export const SUM_DOUBLE: u32 = 3;
export const MIN_INTEGER: u32 = 4;
export const MAX_INTEGER: u32 = 5;
export const MIN_DOUBLE: u32 = 6;
export const MAX_DOUBLE: u32 = 7;
export const MIN_TEXT: u32 = 8;
export const MAX_TEXT: u32 = 9;
export const DISTINCT: u32 = 10;
export const HYPERLOGLOG: u32 = 11;
export const DDSKETCH: u32 = 12;
export const EXTERNAL: u32 = 13;
export const VALUES: u32 = 14;

/** One state of a table's rows. */
@unmanaged
export class StateField {
  kind: u32;
  /** From the row's start. */
  offset: u32;
  /** Type of the argument: value-hash.ts. Of an external state its number in the table. */
  type: u32;
  /** Side table of `distinct` and `values`, otherwise 0. */
  side: u32;
  /** While a group is written: where the next record of it goes on. */
  rest: u32;
}

/** Kinds that keep values, of which there may be more than a record or the arena holds. */
// @ts-ignore: decorator
@inline
export function isSet(kind: u32): bool {
  return kind == DISTINCT || kind == VALUES;
}

// @ts-ignore: decorator
@inline
export function isCount(kind: u32): bool {
  return kind == COUNT || kind == COUNT_VALID;
}

/** Bytes of the state inside a row; a multiple of 8. */
export function stateSize(kind: u32): u32 {
  switch (kind) {
    case COUNT: case COUNT_VALID: return count.SIZE;
    case SUM_INTEGER: return sumInteger.SIZE;
    case SUM_DOUBLE: return sumDouble.SIZE;
    case MIN_INTEGER: case MAX_INTEGER: case MIN_DOUBLE: case MAX_DOUBLE: return extreme.SIZE;
    case MIN_TEXT: case MAX_TEXT: return extremeText.SIZE;
    case DISTINCT: return distinct.SIZE;
    case HYPERLOGLOG: return hyperloglog.SIZE;
    case DDSKETCH: return ddsketch.SIZE;
    case EXTERNAL: return external.SIZE;
    case VALUES: return values.SIZE;
    default: unreachable();
  }
  return 0;
}

/** Bytes in a partial; 0 where they vary from state to state. */
export function fixedWrittenBytes(kind: u32): u32 {
  switch (kind) {
    case COUNT: case COUNT_VALID: case SUM_INTEGER:
    case MIN_INTEGER: case MAX_INTEGER: case MIN_DOUBLE: case MAX_DOUBLE: return stateSize(kind);
    default: return 0;
  }
}

/** How many of [from, count) were taken. */
export function updateState(field: StateField, rows: usize, data: usize, flags: usize, from: u32, n: u32): u32 {
  const offset: usize = field.offset;
  const isBoolean = field.type == BOOLEAN;
  switch (field.kind) {
    case COUNT: return count.updateRows(rows, offset, from, n);
    case COUNT_VALID: return count.updateValid(rows, offset, flags, from, n);
    case SUM_INTEGER: return sumInteger.update(rows, offset, data, flags, from, n);
    case SUM_DOUBLE: return sumDouble.update(rows, offset, data, flags, from, n);
    case MIN_INTEGER: return extreme.updateInteger(rows, offset, data, flags, isBoolean, false, from, n);
    case MAX_INTEGER: return extreme.updateInteger(rows, offset, data, flags, isBoolean, true, from, n);
    case MIN_DOUBLE: return extreme.updateDouble(rows, offset, data, flags, false, from, n);
    case MAX_DOUBLE: return extreme.updateDouble(rows, offset, data, flags, true, from, n);
    case MIN_TEXT: return extremeText.update(rows, offset, data, flags, false, from, n);
    case MAX_TEXT: return extremeText.update(rows, offset, data, flags, true, from, n);
    case DISTINCT: return distinct.update(field.side, rows, offset, data, flags, field.type, from, n);
    case HYPERLOGLOG: return hyperloglog.update(rows, offset, data, flags, field.type, from, n);
    case DDSKETCH: return ddsketch.update(rows, offset, data, flags, from, n);
    case VALUES: return values.update(field.side, rows, offset, data, flags, field.type, from, n);
    default: unreachable();
  }
  return 0;
}

/** The same for two states, the smallest and the largest of the same values. */
export function updateExtremes(least: StateField, greatest: StateField, rows: usize, data: usize, flags: usize, from: u32, n: u32): u32 {
  return extreme.updateBoth(
    rows, least.offset, greatest.offset, data, flags, least.kind == MIN_DOUBLE, least.type == BOOLEAN, from, n,
  );
}

/** Of sets the values alone: each record has the eight bytes of their number beside them. */
export function writtenStateBytes(kind: u32, at: usize): u32 {
  switch (kind) {
    case SUM_DOUBLE: return sumDouble.writtenBytes(at);
    case MIN_TEXT: case MAX_TEXT: return extremeText.writtenBytes(at);
    case DISTINCT: return distinct.contentBytes(at);
    case VALUES: return values.contentBytes(at);
    case HYPERLOGLOG: return hyperloglog.writtenBytes(at);
    case DDSKETCH: return ddsketch.writtenBytes(at);
    case EXTERNAL: return external.writtenBytes(at);
    default: return fixedWrittenBytes(kind);
  }
}

/** Address behind the written state, 0 when the arena is full. */
export function mergeState(field: StateField, row: usize, source: usize): usize {
  const at = row + <usize>field.offset;
  if (pass >= SETS && field.kind != (pass == SETS ? DISTINCT : VALUES)) return skipState(field.kind, source, usize.MAX_VALUE);
  switch (field.kind) {
    case COUNT: case COUNT_VALID: return count.merge(at, source);
    case SUM_INTEGER: return sumInteger.merge(at, source);
    case SUM_DOUBLE: return sumDouble.merge(at, source);
    case MIN_INTEGER: return extreme.mergeInteger(at, source, false);
    case MAX_INTEGER: return extreme.mergeInteger(at, source, true);
    case MIN_DOUBLE: return extreme.mergeDouble(at, source, false);
    case MAX_DOUBLE: return extreme.mergeDouble(at, source, true);
    case MIN_TEXT: return extremeText.merge(at, source, false);
    case MAX_TEXT: return extremeText.merge(at, source, true);
    case DISTINCT: return distinct.merge(field.side, row, at, source);
    case HYPERLOGLOG: return hyperloglog.merge(at, source);
    case DDSKETCH: return ddsketch.merge(at, source);
    case EXTERNAL: return external.merge(at, field.type, source);
    case VALUES: return values.merge(field.side, row, at, source);
    default: unreachable();
  }
  return 0;
}

/** Gives back what the state holds outside its row. */
export function freeState(kind: u32, at: usize): void {
  switch (kind) {
    case SUM_DOUBLE: sumDouble.free(at); break;
    case MIN_TEXT: case MAX_TEXT: extremeText.free(at); break;
    case HYPERLOGLOG: hyperloglog.free(at); break;
    case DDSKETCH: ddsketch.free(at); break;
    default: break;
  }
}

/** Whether a state keeps anything outside its row. */
export function hasOutside(kind: u32): bool {
  return kind == SUM_DOUBLE || kind == MIN_TEXT || kind == MAX_TEXT || kind == HYPERLOGLOG || kind == DDSKETCH;
}

/** Appends the state to the current partition; sets go by portions. */
export function writeState(kind: u32, at: usize): void {
  switch (kind) {
    case SUM_DOUBLE: sumDouble.write(at); break;
    case MIN_TEXT: case MAX_TEXT: extremeText.write(at); break;
    case HYPERLOGLOG: hyperloglog.write(at); break;
    case DDSKETCH: ddsketch.write(at); break;
    case EXTERNAL: external.write(at); break;
    default: putBytes(at, fixedWrittenBytes(kind));
  }
}

/** First entry of a set. */
export function firstEntry(kind: u32, at: usize): usize {
  return kind == DISTINCT ? distinct.newest(at) : values.newest(at);
}

/** Appends some of a set's values; the entry where the next record goes on, 0 at the end. */
export function writePortion(kind: u32, entry: usize): usize {
  return kind == DISTINCT ? distinct.writePortion(entry) : values.writePortion(entry);
}

/** How many records a group takes for this state. */
export function portions(kind: u32, at: usize): u32 {
  return kind == DISTINCT ? distinct.portions(at) : kind == VALUES ? values.portions(at) : 1;
}

/** Bytes of the written identity of merge, which stands for the state in further records of a group; 0 for sets, which have portions. */
export function identityBytes(kind: u32): u32 {
  switch (kind) {
    case SUM_DOUBLE: return 28;
    case MIN_TEXT: case MAX_TEXT: case HYPERLOGLOG: case EXTERNAL: return 4;
    case DDSKETCH: return 40;
    case DISTINCT: case VALUES: return 0;
    default: return fixedWrittenBytes(kind);
  }
}

export function writeIdentity(kind: u32): void {
  if (kind == MIN_TEXT || kind == MAX_TEXT || kind == EXTERNAL) return putU32(extremeText.NONE);
  for (let left = identityBytes(kind); left >= 4; left -= 4) putU32(0);
}

/** Address behind a written state; 0 where it does not end before `end`. */
export function skipState(kind: u32, source: usize, end: usize): usize {
  let bytes: usize = identityBytes(kind);
  if (isSet(kind)) bytes = 8;
  if (end - source < bytes) return 0;
  switch (kind) {
    case SUM_DOUBLE: if (load<u32>(source, 24) != 0) bytes += sumDouble.CHUNK_BYTES; break;
    case MIN_TEXT: case MAX_TEXT: case EXTERNAL: if (load<u32>(source) != extremeText.NONE) bytes += load<u32>(source); break;
    case HYPERLOGLOG: bytes += hyperloglog.contentBytes(load<u32>(source)); break;
    case DDSKETCH: {
      const positive = <usize>load<u32>(source, 32) * 12;
      if (end - source < bytes + positive) return 0;
      bytes += positive + <usize>load<u32>(source + 36 + positive) * 12;
      break;
    }
    case VALUES: bytes += <usize>load<u64>(source) << 4; break;
    case DISTINCT: {
      let at = source + 8;
      for (let left = load<u64>(source); left > 0; left--) {
        if (end - at < 4) return 0;
        const length = <usize>load<u32>(at);
        if (end - at - 4 < length) return 0;
        at += 4 + length;
      }
      return at;
    }
    default: break;
  }
  return end - source < bytes ? 0 : source + bytes;
}
