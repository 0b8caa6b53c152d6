// HyperLogLog with 2^14 registers (standard error 0.81 %), exact in what it stores whatever the order: a register is a
// maximum. Small groups keep a sparse open-addressed set of (register, rank) words; the estimate reads registers only, so
// both forms of one set give the same number. Estimator: Ertl 2017, arXiv:1702.01284 (in state-reader.ts).
//
// Layout: 0 u32 address · 4 u32 capacity of the sparse set in words, or DENSE · 8 u32 words used.
// A sparse word is (register << 8 | rank) + 1, so 0 is empty; one word per register at most.
import { alloc, free as release } from '../arena';
import { putBytes, putU32 } from '../writer';
import { hashOf } from './value-hash';

export const SIZE: u32 = 16;
const BITS: u64 = 14;
const REGISTERS: u32 = 1 << 14;
const DENSE: u32 = 0xffffffff;
const MAX_SPARSE: u32 = 2048;

/** Raises a register; false when the arena is full. */
function raise(at: usize, register: u32, rank: u32): bool {
  let address: usize = load<u32>(at);
  let capacity = load<u32>(at, 4);
  if (capacity == DENSE) {
    if (load<u8>(address + register) < rank) store<u8>(address + register, <u8>rank);
    return true;
  }
  if (address == 0) {
    address = alloc(16 * 4);
    if (address == 0) return false;
    memory.fill(address, 0, 16 * 4);
    capacity = 16;
    store<u32>(at, <u32>address);
    store<u32>(at, capacity, 4);
  }
  let place = (register * 0x9e3779b1) >>> 7 & (capacity - 1);
  while (true) {
    const word = load<u32>(address + (<usize>place << 2));
    if (word == 0) break;
    if ((word - 1) >> 8 == register) {
      if (((word - 1) & 0xff) < rank) store<u32>(address + (<usize>place << 2), ((register << 8) | rank) + 1);
      return true;
    }
    place = (place + 1) & (capacity - 1);
  }
  const used = load<u32>(at, 8) + 1;
  if (used * 4 > capacity * 3) {
    if (!grow(at)) return false;
    return raise(at, register, rank);
  }
  store<u32>(address + (<usize>place << 2), ((register << 8) | rank) + 1);
  store<u32>(at, used, 8);
  return true;
}

function grow(at: usize): bool {
  const old: usize = load<u32>(at);
  const capacity = load<u32>(at, 4);
  const dense = capacity >= MAX_SPARSE;
  const bytes = dense ? REGISTERS : capacity << 3;
  const fresh = alloc(bytes);
  if (fresh == 0) return false;
  memory.fill(fresh, 0, bytes);
  store<u32>(at, <u32>fresh);
  store<u32>(at, dense ? DENSE : capacity << 1, 4);
  store<u32>(at, 0, 8);
  for (let i: u32 = 0; i < capacity; i++) {
    const word = load<u32>(old + (<usize>i << 2));
    if (word != 0) raise(at, (word - 1) >> 8, (word - 1) & 0xff);
  }
  release(old, capacity << 2);
  return true;
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, type: u32, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const hash = hashOf(data, i, type);
    const register = <u32>(hash >> (64 - BITS));
    const rank = <u32>clz<u64>((hash << BITS) | (<u64>1 << (BITS - 1))) + 1;
    if (load<u32>(at, 4) == DENSE) {
      // without a branch on what the register holds, which nobody foresees
      const slot = <usize>load<u32>(at) + register;
      store<u8>(slot, max<u32>(load<u8>(slot), rank));
    } else if (!raise(at, register, rank)) return i;
  }
  return count;
}

export function write(at: usize): void {
  const address: usize = load<u32>(at);
  const capacity = load<u32>(at, 4);
  if (capacity == DENSE) {
    putU32(DENSE);
    putBytes(address, REGISTERS);
    return;
  }
  putU32(load<u32>(at, 8));
  for (let i: u32 = 0; i < capacity; i++) {
    const word = load<u32>(address + (<usize>i << 2));
    if (word != 0) putU32(word);
  }
}

export function writtenBytes(at: usize): u32 {
  return load<u32>(at, 4) == DENSE ? 4 + REGISTERS : 4 + (load<u32>(at, 8) << 2);
}

/** What follows the first word of a written state. */
export function contentBytes(used: u32): usize {
  return used == DENSE ? <usize>REGISTERS : <usize>used << 2;
}

export function merge(at: usize, source: usize): usize {
  const used = load<u32>(source);
  let from = source + 4;
  if (used == DENSE) {
    while (load<u32>(at, 4) != DENSE) {
      if (load<u32>(at) == 0) {
        const address = alloc(REGISTERS);
        if (address == 0) return 0;
        memory.fill(address, 0, REGISTERS);
        store<u32>(at, <u32>address);
        store<u32>(at, DENSE, 4);
      } else if (!grow(at)) {
        return 0;
      }
    }
    const registers: usize = load<u32>(at);
    for (let i: usize = 0; i < <usize>REGISTERS; i += 16) {
      v128.store(registers + i, i8x16.max_u(v128.load(registers + i), v128.load(from + i)));
    }
    return from + REGISTERS;
  }
  for (let i: u32 = 0; i < used; i++) {
    const word = load<u32>(from) - 1;
    if (!raise(at, word >> 8, word & 0xff)) return 0;
    from += 4;
  }
  return from;
}

export function free(at: usize): void {
  const address: usize = load<u32>(at);
  if (address != 0) release(address, load<u32>(at, 4) == DENSE ? REGISTERS : load<u32>(at, 4) << 2);
}
