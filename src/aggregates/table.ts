/** Every aggregate. To add one: its own file, one line here, one case; the laws in test/ loop over this table. */
import type { Aggregate } from './aggregate.ts';
import { approxCountDistinct } from './approx-count-distinct.ts';
import { avg } from './avg.ts';
import { boolAnd } from './bool-and.ts';
import { boolOr } from './bool-or.ts';
import { count } from './count.ts';
import { max } from './max.ts';
import { median } from './median.ts';
import { min } from './min.ts';
import { quantile } from './quantile.ts';
import { quantileExact } from './quantile-exact.ts';
import { sum } from './sum.ts';

export const aggregateTable: readonly Aggregate[] = [
  count,
  sum,
  avg,
  min,
  max,
  approxCountDistinct,
  quantile,
  quantileExact,
  median,
  boolAnd,
  boolOr,
];

export interface NamedAggregate {
  readonly aggregate: Aggregate;
  /** Parameters that the name itself fixes: `p99` is quantile with [0.99]. */
  readonly params: readonly number[];
}

/** By name, alias or percentile (`p50`, `p99`, `p999` = 0.999); null where unknown. Names are lower case. */
export function aggregateByName(name: string): NamedAggregate | null {
  const aggregate = aggregateTable.find((entry) => entry.name === name || entry.aliases.includes(name));
  if (aggregate !== undefined) return { aggregate, params: [] };
  const fraction = percentile(name);
  return fraction === null ? null : { aggregate: quantile, params: [fraction] };
}

/** Names to suggest from; of the percentiles the usual ones. */
export function aggregateNames(): readonly string[] {
  return [...aggregateTable.flatMap((entry) => [entry.name, ...entry.aliases]), 'p50', 'p90', 'p95', 'p99', 'p999'];
}

/** One or two digits are percent; further digits are decimals of it. */
function percentile(name: string): number | null {
  const digits = /^p(\d{1,9})$/.exec(name)?.[1];
  if (digits === undefined) return null;
  if (digits === '100') return 1;
  return Number(digits.length === 1 ? `0.0${digits}` : `0.${digits}`);
}
