/**
 * `ORDER BY count(*) DESC LIMIT 10` over millions of groups: a superset of the answer, found by reading one number per group
 * instead of finalizing every group. Where the plan's first order term is not such a number, all groups are candidates.
 *
 * The number is monotone in the term (equal where rounding makes it so), and everything not below the n-th best is kept, so the
 * exact sort that follows sees every group that could be in the answer.
 */
import type { StateKind } from '../aggregates/aggregate.ts';
import type { Plan } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import type { GroupTable } from './group-table.ts';
import { rowsWanted } from './rows.ts';

const most = 100_000;

/** Row addresses, in pages. */
export function* topCandidates(
  plan: Plan,
  table: GroupTable,
  arena: Arena,
): Generator<ArrayLike<number> & Iterable<number>> {
  const rank = rankOf(plan, table, arena);
  const wanted = rowsWanted(plan);
  if (rank === null || plan.having !== null || wanted > most || table.groups <= 2 * wanted + 4096) {
    yield* table.rows();
    return;
  }
  const best = new BestRows(Math.max(1, wanted));
  for (const page of table.rows()) best.offer(page, rank);
  yield best.rows();
}

/** Reads a group's rank (higher comes first) from its row; null where the plan has no such number. */
function rankOf(plan: Plan, table: GroupTable, arena: Arena): ((row: number) => number) | null {
  const term = plan.orderBy[0];
  if (term === undefined || term.expr.kind !== 'aggregate') return null;
  const index = term.expr.index;
  const states = table.states.filter((state) => state.call === index);
  const name = plan.aggregates[index]?.name;
  const state = states[0];
  if (state === undefined || states.length !== 1) return null;
  const isCount = name === 'count' && countKinds.has(state.spec.kind);
  const isSum = name === 'sum' && state.spec.kind === 'sumInteger';
  if (!isCount && !isSum) return null;
  const sign = term.descending ? 1 : -1;
  const { offset } = state;
  const words = arena.u32; // nothing grows while groups are ranked
  const unsigned = 2 ** 32;
  if (isCount) {
    return (row) => {
      const at = (row + offset) / 4;
      return sign * ((words[at] ?? 0) + unsigned * (words[at + 1] ?? 0));
    };
  }
  return (row) => {
    const at = (row + offset) / 4;
    if ((words[at + 4] ?? 0) === 0 && (words[at + 5] ?? 0) === 0) {
      return term.nullsFirst ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    }
    const high = (words[at + 2] ?? 0) + unsigned * ((words[at + 3] ?? 0) | 0);
    // monotone: the high half decides, the low half adds less than one unit of it
    return sign * (high * 2 ** 64 + (words[at + 1] ?? 0) * unsigned + (words[at] ?? 0));
  };
}

const countKinds: ReadonlySet<StateKind> = new Set(['count', 'countValid', 'distinct']);

/** Keeps every row whose rank is not below the n-th best so far. */
class BestRows {
  readonly #wanted: number;
  #rows: number[] = [];
  #ranks: number[] = [];
  #least = Number.NEGATIVE_INFINITY;
  #pruneAt: number;

  constructor(wanted: number) {
    this.#wanted = wanted;
    this.#pruneAt = 2 * wanted + 4096;
  }

  offer(page: Uint32Array, rank: (row: number) => number): void {
    for (const row of page) {
      const value = rank(row);
      if (value < this.#least) continue;
      this.#rows.push(row);
      this.#ranks.push(value);
    }
    if (this.#rows.length > this.#pruneAt) this.#prune();
  }

  rows(): number[] {
    this.#prune();
    return this.#rows;
  }

  #prune(): void {
    if (this.#ranks.length <= this.#wanted) return;
    const sorted = Float64Array.from(this.#ranks).sort();
    const least = sorted[sorted.length - this.#wanted] ?? this.#least;
    const keep = this.#ranks.map((value) => value >= least);
    this.#rows = this.#rows.filter((_, i) => keep[i]);
    this.#ranks = this.#ranks.filter((_, i) => keep[i]);
    this.#least = least;
    this.#pruneAt = Math.max(2 * this.#wanted + 4096, 2 * this.#rows.length); // ties may be many
  }
}
