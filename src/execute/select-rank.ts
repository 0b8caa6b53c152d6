/**
 * The value at a rank of a multiset state (workers/kernels/states/values.ts) by radix selection: eight bits at a time, from a
 * histogram of the values that agree with the bits known so far.
 */
import { type Arena, ArenaFullError } from './arena.ts';
import { nearestRank } from './nearest-rank.ts';

const everything = 0;
const valueBits = 64;
export const bitsPerStep = 8;

/** `at`: address of the state. Null when it holds nothing. Throws ArenaFullError. */
export function selectRank(arena: Arena, at: number, q: number): bigint | null {
  const { kernels } = arena;
  const count = arena.i64[at / 8] ?? 0n;
  if (count === 0n) return null;
  // a merge in passes has found it already
  if (isSelected(arena, at)) return selectedValue(arena, at);
  if (!beginSelection(arena, at, q)) throw new ArenaFullError('Cannot find a quantile: the arena is full');
  for (const known of steps()) {
    kernels.setMergePass(everything, 0, 0, known);
    kernels.fillHistogram(at);
    kernels.narrowSelect(at);
  }
  kernels.setMergePass(everything, 0, 0, 0);
  const value = selectedValue(arena, at);
  kernels.endSelect(at);
  return value;
}

/** False when the arena is full. */
export function beginSelection(arena: Arena, at: number, q: number): boolean {
  const count = Number(arena.i64[at / 8] ?? 0n);
  return arena.kernels.beginSelect(at, BigInt(nearestRank(q, Math.max(1, count)))) !== 0;
}

/** How many leading bits are known at each step. */
export function* steps(): Generator<number> {
  for (let known = 0; known < valueBits; known += bitsPerStep) yield known;
}

function isSelected(arena: Arena, at: number): boolean {
  return arena.u32[(at + 12) / 4] !== 0;
}

function selectedValue(arena: Arena, at: number): bigint {
  return BigInt.asUintN(64, arena.i64[(at + 16) / 8] ?? 0n);
}
