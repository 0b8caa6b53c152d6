/**
 * Quantiles from a DDSketch state (workers/kernels/states/ddsketch.ts), by nearest rank like PostgreSQL's percentile_disc: the
 * smallest value that q n of the n values do not exceed, within 1 % of it, never outside the smallest and largest value seen.
 */
import type { Arena } from './arena.ts';
import { nearestRank } from './nearest-rank.ts';

/** `at`: address of the state. Null when it has seen no value. */
export function quantileOf(arena: Arena, at: number, q: number): number | null {
  const { u32, f64 } = arena;
  // counts stay below 2^53, and two halves are read several times as fast as a bigint
  const count = (u32[(at + 24) / 4] ?? 0) + (u32[(at + 28) / 4] ?? 0) * 2 ** 32;
  if (count === 0) return null;
  const smallest = f64[(at + 8) / 8] ?? 0;
  const largest = f64[(at + 16) / 8] ?? 0;
  const rank = nearestRank(q, count);
  if (rank <= 0) return smallest;
  if (rank >= count - 1) return largest;
  return Math.min(largest, Math.max(smallest, arena.kernels.sketchValue(at, rank)));
}
