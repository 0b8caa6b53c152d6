// The arena's allocator: power-of-two size classes with free lists above a bump pointer, under a hard limit.
// alloc() returns 0 where the limit would be passed: the caller flushes and tries again.

const PADDING: usize = 64;

let cursor: usize = 0;
let limit: usize = 0;
let used: usize = 0;

/** Heads of the free lists, one u32 per power of two. */
const freeLists: usize = memory.data(32 * 4, 16);

export function arenaInit(limitBytes: u32): void {
  limit = limitBytes;
  cursor = (__heap_base + 63) & ~63;
  used = 0;
  memory.fill(freeLists, 0, 32 * 4);
}

@inline
function classOf(bytes: u32): u32 {
  return bytes <= 16 ? 4 : 32 - clz<u32>(bytes - 1);
}

/** Moves the limit: some room is kept back while a table is filled, for what is made of it afterwards. */
export function setArenaLimit(limitBytes: u32): void {
  limit = limitBytes;
}

export function arenaLimit(): u32 {
  return <u32>limit;
}

/** Address of a block of at least `bytes`, aligned to 16 (64 where larger than 64); 0 when the arena is full. Contents undefined. */
export function alloc(bytes: u32): usize {
  if (bytes > 0x40000000) return 0;
  const sizeClass = classOf(bytes);
  const size: usize = (<usize>1) << sizeClass;
  const list = freeLists + (<usize>sizeClass << 2);
  const head = load<u32>(list);
  if (head != 0) {
    store<u32>(list, load<u32>(head));
    used += size;
    return head;
  }
  let address = cursor;
  if (size >= 64) address = (address + 63) & ~63;
  const end = address + size;
  // 64 bytes stay readable behind the last block, so that a SIMD load at its end never traps
  if (end + PADDING > limit) return 0;
  const have = (<usize>memory.size()) << 16;
  if (end + PADDING > have) {
    // grow by at least 1 MiB and an eighth, so that growth (which detaches every view) stays rare
    let want: usize = max<usize>(end + PADDING, have + max<usize>(1 << 20, have >> 3));
    if (want > limit) want = limit;
    if (memory.grow(<i32>((want - have + 65535) >> 16)) < 0) return 0;
  }
  cursor = end;
  used += size;
  return address;
}

/** Gives a block back; `bytes` as asked for in alloc. */
export function free(address: usize, bytes: u32): void {
  const sizeClass = classOf(bytes);
  const list = freeLists + (<usize>sizeClass << 2);
  store<u32>(address, load<u32>(list));
  store<u32>(list, <u32>address);
  used -= (<usize>1) << sizeClass;
}

/** Bytes that can still be handed out above the bump pointer (free lists not counted). */
export function arenaFree(): u32 {
  return <u32>(limit > cursor + PADDING ? limit - cursor - PADDING : 0);
}

/** Bytes in blocks that are held now. */
export function arenaUsed(): u32 {
  return <u32>used;
}
