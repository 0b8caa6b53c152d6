/** Which of n values in order is the quantile: from 0, by nearest rank, like PostgreSQL's percentile_disc. `count` is not 0. */
export function nearestRank(q: number, count: number): number {
  // 0.07 * 100 is 7.000000000000001: a hair above a whole number means that number
  const rank = Math.ceil(q * count * (1 - 2 ** -50)) - 1;
  return Math.min(count - 1, Math.max(0, rank));
}
