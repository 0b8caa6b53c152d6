/** Whether two expressions mean the same, wherever they stand in the text. */
import type { AggregateCall, Expr } from '../plan.ts';

export function sameExpr(a: Expr, b: Expr): boolean {
  return meaning(a) === meaning(b);
}

export function sameCall(a: AggregateCall, b: AggregateCall): boolean {
  return meaning(a) === meaning(b);
}

function meaning(node: Expr | AggregateCall): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'at') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return Object.is(value, -0) ? '-0' : value;
  });
}
