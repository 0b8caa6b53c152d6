/** Drops the columns that constants made unnecessary, so that tokenizers cut only what is read. */
import type { AggregateCall, Expr, Plan } from '../plan.ts';
import { mapChildren } from './walk.ts';

export function keepUsedColumns(plan: Plan): Plan {
  const used = new Set<number>();
  mapPlan(plan, (index) => {
    used.add(index);
    return index;
  });
  const kept = plan.columns.map((_, index) => index).filter((index) => used.has(index));
  if (kept.length === plan.columns.length) return plan;
  const renumbered = mapPlan(plan, (index) => kept.indexOf(index));
  return { ...renumbered, columns: plan.columns.filter((_, index) => used.has(index)) };
}

function mapPlan(plan: Plan, renumber: (index: number) => number): Plan {
  const map = (expr: Expr): Expr =>
    expr.kind === 'column' ? { ...expr, column: renumber(expr.column) } : mapChildren(expr, map);
  const optional = (expr: Expr | null) => (expr === null ? null : map(expr));
  return {
    ...plan,
    filter: optional(plan.filter),
    keys: plan.keys.map(map),
    aggregates: plan.aggregates.map(
      (call): AggregateCall => ({ ...call, args: call.args.map(map), filter: optional(call.filter) }),
    ),
    outputs: plan.outputs.map((output) => ({ ...output, expr: map(output.expr) })),
    having: optional(plan.having),
    orderBy: plan.orderBy.map((term) => ({ ...term, expr: map(term.expr) })),
  };
}
