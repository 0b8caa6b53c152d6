// Merges sorted runs of entries (u32 key length, u32 row length, key, row) with a binary heap of runs, keys compared byte by byte.
import { compare } from './span';

// @ts-ignore: decorator
@inline
function at(heap: usize, i: u32): usize {
  return heap + ((<usize>i) << 3);
}

/** Whether the run at `a` has its next key before that at `b`; ties go by where the runs stand. */
function comesFirst(a: usize, b: usize): bool {
  const x = <usize>load<u32>(a);
  const y = <usize>load<u32>(b);
  const order = compare(x + 8, load<u32>(x), y + 8, load<u32>(y));
  return order == 0 ? x < y : order < 0;
}

function sink(heap: usize, count: u32, from: u32): void {
  let i = from;
  while (true) {
    let child: u32 = 2 * i + 1;
    if (child >= count) return;
    if (child + 1 < count && comesFirst(at(heap, child + 1), at(heap, child))) child++;
    if (!comesFirst(at(heap, child), at(heap, i))) return;
    const other = load<u64>(at(heap, i));
    store<u64>(at(heap, i), load<u64>(at(heap, child)));
    store<u64>(at(heap, child), other);
    i = child;
  }
}

/** `runs`: u32 begin and u32 end of each, in the order in which they stand; they are used up as a heap. Where the copied entries end. */
export function mergeRows(runs: usize, count: u32, out: usize): usize {
  for (let i = count >> 1; i > 0; i--) sink(runs, count, i - 1);
  let to = out;
  while (count > 0) {
    const entry = <usize>load<u32>(runs);
    const bytes = <usize>8 + load<u32>(entry) + load<u32>(entry, 4);
    for (let b: usize = 0; b < bytes; b++) store<u8>(to++, load<u8>(entry + b));
    const next = entry + bytes;
    store<u32>(runs, <u32>next);
    if (next >= <usize>load<u32>(runs, 4)) {
      count--;
      store<u64>(runs, load<u64>(at(runs, count)));
    }
    sink(runs, count, 0);
  }
  return to;
}
