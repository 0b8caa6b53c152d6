// Written groups without a table: where records end in bytes that were cut anywhere, and cutting a partition once more.
import { field, KEY_BYTES, NULL_KEY, partitionOf, Table, varies } from './group-table';
import { hashBytes, hashInteger, NULL_HASH } from './hash';
import { skipState } from './states/table';
import { flushAll, putBytes, selectPartition } from './writer';

/** Address behind the record at `at`, or 0 where it does not end before `end`. */
function skipRecord(table: Table, at: usize, end: usize): usize {
  if (end - at < 4) return 0;
  const length = load<u32>(at);
  const keyBytes: usize = length == NULL_KEY ? 0 : length;
  if (end - at - 4 < keyBytes) return 0;
  let next = at + 4 + keyBytes;
  for (let i: u32 = 0; i < table.stateCount && next != 0; i++) next = skipState(field(table, i).kind, next, end);
  return next;
}

/** Where the last whole record of [begin, end) ends. */
export function wholeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  if (!varies(table)) return wholeFixedGroups(table.fixedBytes + 4, begin, end);
  let at = begin;
  for (let next = skipRecord(table, at, end); next != 0; next = skipRecord(table, at, end)) at = next;
  return at;
}

/** The same where every record takes `fixed` bytes beside its key. */
function wholeFixedGroups(fixed: u32, begin: usize, end: usize): usize {
  let at = begin;
  while (end - at >= 4) {
    const length = load<u32>(at);
    // in 64 bits: a length that makes no sense must not wrap around
    const bytes = <u64>fixed + (length == NULL_KEY ? 0 : <u64>length);
    if (<u64>(end - at) < bytes) break;
    at += <usize>bytes;
  }
  return at;
}

/** Hands the whole records of [begin, end) to their partitions as they are, without grouping them; where the last one ends. */
export function routeGroups(address: usize, begin: usize, end: usize): usize {
  const table = changetype<Table>(address);
  let at = begin;
  for (let next = skipRecord(table, at, end); next != 0; next = skipRecord(table, at, end)) {
    const length = load<u32>(at);
    let hash = NULL_HASH;
    if (length != NULL_KEY) hash = table.keyMode == KEY_BYTES ? hashBytes(at + 4, length) : hashInteger(load<u64>(at, 4));
    selectPartition(partitionOf(table, <u32>(hash >> 32)));
    putBytes(at, next - at);
    at = next;
  }
  return at;
}

/** Emits what stands in the partitions' staging buffers. */
export function flushPartitions(): void {
  flushAll();
}
