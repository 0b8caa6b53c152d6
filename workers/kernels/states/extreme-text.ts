// Smallest and largest text by bytes: 0 u32 address of a copy (0: none seen) · 4 u32 length · 8 u32 room of the copy.
import { alloc, free as release } from '../arena';
import { compareBytes } from '../hash';
import { putBytes, putU32 } from '../writer';

export const SIZE: u32 = 16;
export const NONE: u32 = 0xffffffff;

function keep(at: usize, address: usize, length: u32): bool {
  let held: usize = load<u32>(at);
  if (held == 0 || load<u32>(at, 8) < length) {
    const room = max<u32>(length, 16);
    const fresh = alloc(room);
    if (fresh == 0) return false;
    if (held != 0) release(held, load<u32>(at, 8));
    held = fresh;
    store<u32>(at, <u32>fresh);
    store<u32>(at, room, 8);
  }
  memory.copy(held, address, length);
  store<u32>(at, length, 4);
  return true;
}

// @ts-ignore: decorator
@inline
function consider(at: usize, address: usize, length: u32, largest: bool): bool {
  const held: usize = load<u32>(at);
  if (held != 0) {
    const order = compareBytes(address, length, held, load<u32>(at, 4));
    if (largest ? order <= 0 : order >= 0) return true;
  }
  return keep(at, address, length);
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, largest: bool, from: u32, count: u32): u32 {
  for (let i = from; i < count; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const span = load<u64>(data + (<usize>i << 3));
    if (!consider(at, <usize>(span & 0xffffffff), <u32>(span >> 32), largest)) return i;
  }
  return count;
}

export function write(at: usize): void {
  const held: usize = load<u32>(at);
  if (held == 0) {
    putU32(NONE);
  } else {
    putU32(load<u32>(at, 4));
    putBytes(held, load<u32>(at, 4));
  }
}

export function writtenBytes(at: usize): u32 {
  return load<u32>(at) == 0 ? 4 : 4 + load<u32>(at, 4);
}

export function merge(at: usize, source: usize, largest: bool): usize {
  const length = load<u32>(source);
  if (length == NONE) return source + 4;
  if (!consider(at, source + 4, length, largest)) return 0;
  return source + 4 + length;
}

export function free(at: usize): void {
  const held: usize = load<u32>(at);
  if (held != 0) release(held, load<u32>(at, 8));
}
