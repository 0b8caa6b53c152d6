/**
 * `ORDER BY count(*) DESC LIMIT 10` over millions of groups: a superset of the answer, found by reading one number per group
 * instead of finalizing every group. Where the plan's first order term is not such a number, all groups are candidates.
 *
 * The number is monotone in the term (equal where rounding makes it so), and everything not below the n-th best is kept, so the
 * exact sort that follows sees every group that could be in the answer. Ties may be millions (every count is 1): where keys
 * are what breaks them, they are broken at once.
 */
import type { StateKind } from '../aggregates/aggregate.ts';
import type { Plan } from '../query/plan.ts';
import type { SieveBy } from './group-sieve.ts';
import type { GroupTable } from './group-table.ts';
import { rowsWanted } from './rows.ts';

const mostWanted = 100_000;
/** Of more wanted groups no floor is kept: it would take longer than it spares. */
const mostForFloor = 4096;

/** What a group has to reach to be among the best of several tables, as far as they were seen: its rank may not be lower. */
export class RankFloor {
  rank: number;
  /** The best so far, descending. */
  #ranks = new Float64Array(0);

  /** `rank`: as others have found it. */
  constructor(rank = Number.NEGATIVE_INFINITY) {
    this.rank = rank;
  }

  /** Ranks of the best groups of one more table, of which `wanted` are wanted in all. */
  add(ranks: readonly number[], wanted: number): void {
    if (wanted > mostForFloor) return;
    this.#ranks = Float64Array.from([...this.#ranks, ...ranks])
      .sort()
      .reverse()
      .subarray(0, wanted);
    if (this.#ranks.length === wanted) this.rank = Math.max(this.rank, this.#ranks.at(-1) ?? this.rank);
  }
}

/** Row addresses, in pages. Groups below the floor are left out, and it rises with those that are not. */
export function* topCandidates(
  plan: Plan,
  table: GroupTable,
  floor: RankFloor = new RankFloor(),
): Generator<Iterable<number>> {
  const rank = rankOf(plan);
  const wanted = rowsWanted(plan);
  if (rank === null || plan.having !== null || wanted > mostWanted || table.groups <= 2 * wanted) {
    yield* table.rows();
    return;
  }
  const best = new BestRows(Math.max(1, wanted), rank.exact && tiesGoByKey(plan) ? table : null, floor.rank);
  const pages = table.ranked(rank.state, rank.kind, rank.sign, rank.whenNull, best.pruneAt + 1, () => best.bar);
  for (const { rows, ranks } of pages) best.offer(rows, ranks);
  const entries = best.finish();
  floor.add(
    entries.map((entry) => entry.rank),
    wanted,
  );
  yield entries.map(({ row }) => row);
}

/** By what groups can be left out of a merge; null where it is not the highest counts that are wanted. */
export function sieveBy(plan: Plan, floor: RankFloor): SieveBy | null {
  const rank = rankOf(plan);
  const wanted = rowsWanted(plan);
  if (rank === null || rank.kind !== 'count' || rank.sign !== 1 || plan.having !== null || wanted > mostForFloor)
    return null;
  return { state: rank.state, wanted, least: floor.rank };
}

/** Whether groups of equal rank come in the order of their keys: nothing else is asked for, or just that. */
function tiesGoByKey(plan: Plan): boolean {
  const [, second, ...others] = plan.orderBy;
  if (second === undefined) return true;
  const isKey = second.expr.kind === 'key' && second.expr.index === 0;
  return isKey && !second.descending && !second.nullsFirst && others.length === 0 && plan.keys.length === 1;
}

interface Rank {
  readonly state: number;
  readonly kind: 'count' | 'sum';
  readonly sign: 1 | -1;
  readonly whenNull: number;
  /** Equal ranks mean equal values. */
  readonly exact: boolean;
}

/** Which state ranks a group (higher comes first); null where the plan has no such number. */
function rankOf(plan: Plan): Rank | null {
  const term = plan.orderBy[0];
  if (term === undefined || term.expr.kind !== 'aggregate') return null;
  const { index } = term.expr;
  const name = plan.aggregates[index]?.name;
  const [only, ...others] = plan.aggregates[index]?.states ?? [];
  if (only === undefined || others.length > 0) return null;
  const stateKind = only.kind;
  const isCount = name === 'count' && countKinds.has(stateKind);
  if (!isCount && !(name === 'sum' && stateKind === 'sumInteger')) return null;
  return {
    state: plan.aggregates.slice(0, index).reduce((sum, { states }) => sum + states.length, 0),
    kind: isCount ? 'count' : 'sum',
    sign: term.descending ? 1 : -1,
    whenNull: term.nullsFirst ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
    exact: isCount, // no count reaches 2^53
  };
}

const countKinds: ReadonlySet<StateKind> = new Set(['count', 'countValid', 'distinct']);

/** Keeps every row that may be among the n best. */
class BestRows {
  /** Nothing below it can be among the best; `row`: nor what ties with it and comes after this row's key. */
  bar: { readonly rank: number; readonly row: number };
  readonly #wanted: number;
  /** Breaks ties by key; null: all ties are kept. */
  readonly #table: GroupTable | null;
  #entries: { readonly row: number; readonly rank: number }[] = [];
  #pruneAt: number;

  /** Rows that are kept until there is a bar. */
  get pruneAt(): number {
    return this.#pruneAt;
  }

  constructor(wanted: number, table: GroupTable | null, floor: number) {
    this.bar = { rank: floor, row: 0 };
    this.#wanted = wanted;
    this.#table = table;
    this.#pruneAt = 2 * wanted + 32;
  }

  offer(rows: Uint32Array, ranks: Float64Array): void {
    for (let i = 0; i < rows.length; i++) {
      const rank = ranks[i] ?? this.bar.rank;
      const row = rows[i] ?? 0;
      if (rank <= this.bar.rank && this.#isBelowBar(row, rank)) continue;
      this.#entries.push({ row, rank });
      if (this.#entries.length > this.#pruneAt) this.#prune();
    }
  }

  #isBelowBar(row: number, rank: number): boolean {
    if (rank < this.bar.rank) return true;
    return this.bar.row !== 0 && this.#table !== null && this.#table.compare(row, this.bar.row) >= 0;
  }

  finish(): readonly { readonly row: number; readonly rank: number }[] {
    this.#prune();
    return this.#entries;
  }

  #prune(): void {
    const entries = this.#entries;
    if (entries.length <= this.#wanted) return;
    const table = this.#table;
    entries.sort((a, b) => compareNumbers(b.rank, a.rank) || (table?.compare(a.row, b.row) ?? 0));
    const last = entries[this.#wanted - 1] ?? { rank: this.bar.rank, row: 0 };
    if (table !== null) {
      entries.length = this.#wanted;
      this.bar = last;
      return;
    }
    const end = entries.findIndex(({ rank }) => rank < last.rank);
    if (end >= 0) entries.length = end;
    this.bar = { rank: last.rank, row: 0 };
    this.#pruneAt = Math.max(4 * this.#wanted + 256, 2 * entries.length);
  }
}

/** Infinite ranks (no value) make a difference useless. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
