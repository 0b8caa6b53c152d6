/** What feeds the states of a group table: an input for each, but one for min and max over the same values, which are read once. */
import type { StateKind } from '../aggregates/aggregate.ts';
import { sameExpr } from '../query/bind/same.ts';
import type { Expr } from '../query/plan.ts';

export interface StateInput {
  readonly state: number;
  /** The state of max over the same values, which `state`, of min, is fed together with; -1: none. */
  readonly greatest: number;
  /** Index of the argument among the sink's vectors; -1: none. */
  readonly value: number;
  /** Index of FILTER's condition among the sink's vectors; -1: none. */
  readonly condition: number;
}

/** Which kind goes together with which. */
const greatestOf = new Map<StateKind, StateKind>([
  ['minInteger', 'maxInteger'],
  ['minDouble', 'maxDouble'],
]);

/** `value` and `condition` of the inputs are places in `exprs`, or -1. */
export function pairExtremes(
  inputs: readonly (Omit<StateInput, 'greatest'> & { readonly kind: StateKind })[],
  exprs: readonly Expr[],
): StateInput[] {
  const same = (a: number, b: number) => {
    const [first, second] = [exprs[a], exprs[b]];
    return a === b || (first !== undefined && second !== undefined && sameExpr(first, second));
  };
  const taken = new Set<number>();
  const paired = inputs.map(({ kind, ...input }) => {
    const greatest = inputs.find(
      (other) =>
        other.kind === greatestOf.get(kind) &&
        !taken.has(other.state) &&
        same(other.value, input.value) &&
        same(other.condition, input.condition),
    );
    if (greatest !== undefined) taken.add(greatest.state);
    return { ...input, greatest: greatest?.state ?? -1 };
  });
  return paired.filter(({ state }) => !taken.has(state));
}
