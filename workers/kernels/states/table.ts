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
import { putBytes } from '../writer';
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

/** One state of a table's rows. */
@unmanaged
export class StateField {
  kind: u32;
  /** From the row's start. */
  offset: u32;
  /** Type of the argument: value-hash.ts. Of an external state its number in the table. */
  type: u32;
  /** Side table of `distinct`, otherwise 0. */
  side: u32;
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
    default: abort();
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
    default: abort();
  }
  return 0;
}

export function writtenStateBytes(kind: u32, at: usize): u32 {
  switch (kind) {
    case SUM_DOUBLE: return sumDouble.writtenBytes(at);
    case MIN_TEXT: case MAX_TEXT: return extremeText.writtenBytes(at);
    case DISTINCT: return distinct.writtenBytes(at);
    case HYPERLOGLOG: return hyperloglog.writtenBytes(at);
    case DDSKETCH: return ddsketch.writtenBytes(at);
    case EXTERNAL: return external.writtenBytes(at);
    default: return fixedWrittenBytes(kind);
  }
}

/** Address behind the written state, 0 when the arena is full. */
export function mergeState(field: StateField, row: usize, source: usize): usize {
  const at = row + <usize>field.offset;
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
    default: abort();
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

/** Appends the state to the current partition. */
export function writeState(kind: u32, at: usize): void {
  switch (kind) {
    case SUM_DOUBLE: sumDouble.write(at); break;
    case MIN_TEXT: case MAX_TEXT: extremeText.write(at); break;
    case DISTINCT: distinct.write(at); break;
    case HYPERLOGLOG: hyperloglog.write(at); break;
    case DDSKETCH: ddsketch.write(at); break;
    case EXTERNAL: external.write(at); break;
    default: putBytes(at, fixedWrittenBytes(kind));
  }
}
