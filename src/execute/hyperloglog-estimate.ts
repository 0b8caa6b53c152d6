/**
 * The number of distinct values from HyperLogLog registers: Ertl's improved raw estimator (arXiv:1702.01284, algorithm 6),
 * which needs neither bias tables nor a switch to linear counting. It depends on the registers' histogram alone, so the
 * sparse and the dense form give the same number.
 */
import type { Arena } from './arena.ts';

const bits = 14;
const registers = 1 << bits;
const maxRank = 64 - bits;
const dense = 0xffffffff;

/** `at`: address of a hyperloglog state (workers/kernels/states/hyperloglog.ts). */
export function estimateDistinct(arena: Arena, at: number): bigint {
  const address = arena.u32[at / 4] ?? 0;
  const capacity = arena.u32[at / 4 + 1] ?? 0;
  if (address === 0) return 0n;
  const histogram = new Float64Array(maxRank + 2);
  if (capacity === dense) {
    const bytes = arena.u8.subarray(address, address + registers);
    for (const rank of bytes) histogram[rank] = (histogram[rank] ?? 0) + 1;
  } else {
    let used = 0;
    const words = arena.u32.subarray(address / 4, address / 4 + capacity);
    for (const word of words) {
      if (word === 0) continue;
      const rank = (word - 1) & 0xff;
      histogram[rank] = (histogram[rank] ?? 0) + 1;
      used++;
    }
    histogram[0] = registers - used;
  }
  let z = registers * tau((registers - (histogram[maxRank + 1] ?? 0)) / registers);
  for (let rank = maxRank; rank >= 1; rank--) z = 0.5 * (z + (histogram[rank] ?? 0));
  z += registers * sigma((histogram[0] ?? 0) / registers);
  const alpha = 1 / (2 * Math.LN2);
  return BigInt(Math.round((alpha * registers * registers) / z));
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (;;) {
    x *= x;
    const before = z;
    z += x * y;
    y += y;
    if (z === before) return z;
  }
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (;;) {
    x = Math.sqrt(x);
    const before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
    if (z === before) return z / 3;
  }
}
