/**
 * Quantiles from a DDSketch state (workers/kernels/states/ddsketch.ts), by nearest rank like PostgreSQL's percentile_disc: the
 * smallest value that q n of the n values do not exceed, within 1 % of it, never outside the smallest and largest value seen.
 */
import type { Arena } from './arena.ts';
import { nearestRank } from './nearest-rank.ts';

const a = 6 / 35;
const b = -3 / 5;
const c = 10 / 7;
const width = 0.02857238100952776;

/** `at`: address of the state. Null when it has seen no value. */
export function quantileOf(arena: Arena, at: number, q: number): number | null {
  const count = Number(arena.i64[(at + 24) / 8] ?? 0n);
  if (count === 0) return null;
  const smallest = arena.f64[(at + 8) / 8] ?? 0;
  const largest = arena.f64[(at + 16) / 8] ?? 0;
  const rank = nearestRank(q, count);
  if (rank <= 0) return smallest;
  if (rank >= count - 1) return largest;
  return Math.min(largest, Math.max(smallest, valueAt(arena, at, rank)));
}

function valueAt(arena: Arena, at: number, rank: number): number {
  let left = rank;
  const negative = readStore(arena, at + 48);
  for (let i = negative.counts.length - 1; i >= 0; i--) {
    left -= Number(negative.counts[i] ?? 0n);
    if (left < 0) return -representative(negative.first + i);
  }
  left -= Number(arena.i64[at / 8] ?? 0n);
  if (left < 0) return 0;
  const positive = readStore(arena, at + 32);
  for (let i = 0; i < positive.counts.length; i++) {
    left -= Number(positive.counts[i] ?? 0n);
    if (left < 0) return representative(positive.first + i);
  }
  return Number.POSITIVE_INFINITY; // rank < count, so a bucket above held it; the caller clamps
}

function readStore(arena: Arena, at: number): { counts: BigInt64Array; first: number } {
  const address = arena.u32[at / 4] ?? 0;
  const capacity = arena.u32[at / 4 + 1] ?? 0;
  const first = (arena.u32[at / 4 + 2] ?? 0) | 0;
  return { counts: arena.i64.subarray(address / 8, address / 8 + capacity), first };
}

/** The value whose relative distance to both ends of the bucket is the same. */
function representative(bucket: number): number {
  const low = inverse(bucket * width);
  const high = inverse((bucket + 1) * width);
  return low * (2 / (1 + low / high));
}

/** x with L(x) = y, where L(2^e (1 + s)) = e + ((a s + b) s + c) s; the cubic in s is monotone, so halving finds it. */
function inverse(y: number): number {
  const e = Math.floor(y);
  const target = y - e;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 52; i++) {
    const s = (low + high) / 2;
    if (((a * s + b) * s + c) * s <= target) low = s;
    else high = s;
  }
  return e < -1000 ? 2 ** (e + 100) * (1 + low) * 2 ** -100 : 2 ** e * (1 + low);
}
