// Written groups without a table: where records end in bytes that were cut anywhere, and cutting a partition once more.
import { isOnes, statesOf, writtenKey, writtenLength } from './group-head';
import { writtenHash } from './group-partials';
import { field, KEY_BYTES, partitionOf, Table, varies } from './group-table';
import { skipState } from './states/table';
import { flushAll, putBytes, selectPartition } from './writer';

/** Address behind the record at `at`, or 0 where it does not end before `end`. */
function skipRecord(table: Table, at: usize, end: usize): usize {
  const states = statesOf(at, end);
  if (states > <u64>end) return 0;
  let next = <usize>states;
  if (isOnes(at)) return next;
  for (let i: u32 = 0; i < table.stateCount && next != 0; i++) next = skipState(field(table, i).kind, next, end);
  return next;
}

/** Where the last whole record of [begin, end) ends. */
export function wholeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  if (!varies(table)) return wholeFixedGroups(table.fixedBytes, begin, end);
  let at = begin;
  for (let next = skipRecord(table, at, end); next != 0; next = skipRecord(table, at, end)) at = next;
  return at;
}

/** The same where the states of every record take `fixed` bytes, if they are not left out. */
function wholeFixedGroups(fixed: u32, begin: usize, end: usize): usize {
  let at = begin;
  while (at < end) {
    const states = statesOf(at, end);
    const next = states + (isOnes(at) ? <u64>0 : <u64>fixed);
    if (states > <u64>end || next > <u64>end) break;
    at = <usize>next;
  }
  return at;
}

/** Hands the whole records of [begin, end) to their partitions as they are, without grouping them; where the last one ends. */
export function routeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  let at = begin;
  for (let next = skipRecord(table, at, end); next != 0; next = skipRecord(table, at, end)) {
    selectPartition(partitionOf(table, writtenHash(writtenKey(at), writtenLength(at), table.keyMode == KEY_BYTES)));
    putBytes(at, next - at);
    at = next;
  }
  return at;
}

/** Emits what stands in the partitions' staging buffers. */
export function flushPartitions(): void {
  flushAll();
}
