// Merging in passes (states/merge-pass.ts): what JavaScript steers them with.
import { field, rowBehind, ROWS, Table } from './group-table';
import { chunkBegin, chunkEnd, newestChunk, olderChunk } from './heap';
import { clearTable } from './states/distinct';
import { setPass } from './states/merge-pass';
import { isSet } from './states/table';
import * as values from './states/values';

export function setMergePass(kind: u32, classMask: u32, classNumber: u32, knownBits: u32): void {
  setPass(kind, classMask, classNumber, knownBits);
}

/** Forgets the values of all sets and keeps how many there were; false when the arena is full. */
export function settleSets(address: usize): bool {
  const table = changetype<Table>(address);
  let chunk = newestChunk(address + ROWS);
  while (chunk != 0) {
    const end = chunkEnd(address + ROWS, chunk);
    for (let row = chunkBegin(chunk); row < end; row = rowBehind(table, row)) {
      for (let i: u32 = 0; i < table.stateCount; i++) {
        if (isSet(field(table, i).kind)) store<u32>(row + <usize>field(table, i).offset, 0, 8);
      }
    }
    chunk = olderChunk(chunk);
  }
  for (let i: u32 = 0; i < table.stateCount; i++) {
    if (field(table, i).side != 0 && !clearTable(field(table, i).side)) return false;
  }
  return true;
}

/** Ways to look for the value at a rank of a multiset (states/values.ts): in the arena, or by passes over its records. */
export function beginSelect(state: usize, rank: u64): bool {
  return values.beginSelect(state, rank);
}

export function fillHistogram(state: usize): void {
  values.fillHistogram(state);
}

export function narrowSelect(state: usize): void {
  values.narrowSelect(state);
}

export function endSelect(state: usize): void {
  values.endSelect(state);
}
