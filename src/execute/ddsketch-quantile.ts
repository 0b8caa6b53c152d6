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
  const count = u64At(arena, at + 24);
  if (count === 0) return null;
  const smallest = arena.f64[(at + 8) / 8] ?? 0;
  const largest = arena.f64[(at + 16) / 8] ?? 0;
  const rank = nearestRank(q, count);
  if (rank <= 0) return smallest;
  if (rank >= count - 1) return largest;
  return Math.min(largest, Math.max(smallest, valueAt(arena, at, rank, count)));
}

/** The buckets in the order of their values: negative ones from the last, zero, positive ones from the first. */
function valueAt(arena: Arena, at: number, rank: number, count: number): number {
  const negative = readStore(arena, at + 48);
  const positive = readStore(arena, at + 32);
  // from the end that is nearer, because a high quantile is what is mostly asked for
  if (rank >= count / 2) {
    let above = count;
    for (let i = positive.size - 1; i >= 0; i--) {
      above -= positive.countAt(i);
      if (above <= rank) return representative(positive.bucketAt(i));
    }
    above -= u64At(arena, at);
    if (above <= rank) return 0;
    for (let i = 0; i < negative.size; i++) {
      above -= negative.countAt(i);
      if (above <= rank) return -representative(negative.bucketAt(i));
    }
    return Number.NEGATIVE_INFINITY; // rank >= 0, so a bucket below held it; the caller clamps
  }
  let left = rank;
  for (let i = negative.size - 1; i >= 0; i--) {
    left -= negative.countAt(i);
    if (left < 0) return -representative(negative.bucketAt(i));
  }
  left -= u64At(arena, at);
  if (left < 0) return 0;
  for (let i = 0; i < positive.size; i++) {
    left -= positive.countAt(i);
    if (left < 0) return representative(positive.bucketAt(i));
  }
  return Number.POSITIVE_INFINITY; // rank < count, so a bucket above held it; the caller clamps
}

/** Buckets in ascending order, of which some may be empty, and some may come several times. */
interface Buckets {
  readonly size: number;
  bucketAt(i: number): number;
  countAt(i: number): number;
}

/** The layout is that of workers/kernels/states/bucket-store.ts. */
function readStore(arena: Arena, at: number): Buckets {
  const { u32 } = arena;
  const [address = 0, capacity = 0, first = 0, entries = 0] = u32.subarray(at / 4, at / 4 + 4);
  return capacity > 0 ? new Counts(arena, address, capacity, first | 0) : new List(u32, address, entries);
}

class Counts implements Buckets {
  readonly size: number;
  readonly #arena: Arena;
  readonly #address: number;
  readonly #first: number;

  constructor(arena: Arena, address: number, size: number, first: number) {
    this.#arena = arena;
    this.#address = address;
    this.size = size;
    this.#first = first;
  }

  bucketAt(i: number): number {
    return this.#first + i;
  }

  countAt(i: number): number {
    return u64At(this.#arena, this.#address + i * 8);
  }
}

class List implements Buckets {
  /** Bucket times 2^32 plus amount, so that they sort as numbers: buckets lie between -2^17 and 2^17, so these are exact. */
  readonly #entries: Float64Array;

  constructor(u32: Uint32Array, address: number, size: number) {
    this.#entries = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const bucket = (u32[address / 4 + i * 2] ?? 0) | 0;
      this.#entries[i] = bucket * 2 ** 32 + (u32[address / 4 + i * 2 + 1] ?? 0);
    }
    this.#entries.sort();
  }

  get size(): number {
    return this.#entries.length;
  }

  bucketAt(i: number): number {
    return Math.floor((this.#entries[i] ?? 0) / 2 ** 32);
  }

  countAt(i: number): number {
    return (this.#entries[i] ?? 0) - this.bucketAt(i) * 2 ** 32;
  }
}

/** Counts stay below 2^53, and two halves are read several times as fast as a bigint. */
function u64At(arena: Arena, address: number): number {
  const { u32 } = arena;
  return (u32[address / 4] ?? 0) + (u32[address / 4 + 1] ?? 0) * 2 ** 32;
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
