// A group table beside a plain hash table: the same keys, one batch after the other.
import { Arena, batchRows, formatByName, GroupTable, planOf } from '../engine.mjs';
import { placeFlags, placeIntegers, placeTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';

const headerBytes = 32;
const columns = [
  { name: 'number', type: 'integer' },
  { name: 'word', type: 'text' },
  { name: 'amount', type: 'integer' },
  { name: 'size', type: 'double' },
];

/** The plan of a question about columns number, word, amount (integers and text) and size (double). */
export function planOver(sql) {
  return planOf(sql, formatByName('csv').describe(new Uint8Array(0), { columns, header: false }));
}

/** A table for `plan`, with keys placed and a way to find the groups of all of them. */
export function kernelTable(kernels, plan, keys) {
  const arena = new Arena(kernels, 1 << 29);
  const table = new GroupTable(plan, arena);
  const data = table.keyMode === 'integer' ? placeIntegers(arena, keys) : placeTexts(arena, keys);
  const flags = placeFlags(arena, keys.length);
  const rows = arena.alloc(keys.length * 4);
  const findAll = () => {
    for (let from = 0; from < keys.length; from += batchRows) {
      const n = Math.min(batchRows, keys.length - from);
      if (!table.find(data + from * 8, flags, n, rows + from * 4)) throw new Error('The arena of a lane is full');
    }
  };
  return { arena, table, flags, rows, findAll };
}

/** The same over a plain hash table that has room for `most` groups with so many bytes of states. */
export function referenceTable(module, keys, most, stateBytes) {
  const memory = new Reference(module);
  const isText = typeof keys[0] === 'string';
  const data = isText ? placeTexts(memory, keys) : placeIntegers(memory, keys);
  const flags = placeFlags(memory, keys.length);
  const rows = memory.alloc(keys.length * 4);
  const slots = 2 ** Math.ceil(Math.log2(most * 2));
  const address = memory.alloc(headerBytes + slots * 8);
  const rowBytes = 8 + stateBytes;
  const firstRow = memory.alloc(most * rowBytes);
  const keyRoom = memory.alloc(most * 48);
  const clear = () => {
    memory.u8.fill(0, address, address + headerBytes + slots * 8);
    memory.u32.set([0, slots - 1, firstRow, rowBytes, keyRoom], address / 4);
  };
  clear();
  const find = isText ? memory.loops.groupTexts : memory.loops.groupIntegers;
  const findAll = () => {
    let groups = 0;
    for (let from = 0; from < keys.length; from += batchRows) {
      const n = Math.min(batchRows, keys.length - from);
      groups = find(address, data + from * 8, flags, n, rows + from * 4) >>> 0;
    }
    return groups;
  };
  return { memory, address, flags, rows, clear, findAll, groups: () => memory.u32[address / 4] };
}
