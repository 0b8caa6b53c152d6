/** Chooses between the overloads of a function: the one that converts the arguments least. */
import type { ScalarFunction } from '../functions/function.ts';
import type { Expr } from '../plan.ts';
import { type Binder, refuse } from './binder.ts';
import { coerce, conversionCost } from './coerce.ts';
import { fold, isLiteral } from './fold.ts';

/** Null where none takes the arguments. Earlier entries of the table win ties. */
export function chooseOverload(binder: Binder, name: string, args: readonly Expr[]): ScalarFunction | null {
  let best: ScalarFunction | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const overload of binder.functions.overloadsOf(name)) {
    const cost = totalCost(binder, overload, args);
    if (cost < bestCost) {
      best = overload;
      bestCost = cost;
    }
  }
  return best;
}

function totalCost(binder: Binder, overload: ScalarFunction, args: readonly Expr[]): number {
  if (overload.args.length !== args.length) return Number.POSITIVE_INFINITY;
  let total = 0;
  for (const [index, arg] of args.entries()) {
    const type = overload.args[index];
    total += type === undefined ? 0 : (conversionCost(binder, arg, type) ?? Number.POSITIVE_INFINITY);
  }
  return total;
}

/** The call with its arguments converted, constant arguments checked, and computed where all are constant. */
export function callOverload(binder: Binder, overload: ScalarFunction, args: readonly Expr[], at: number): Expr {
  const converted = args.map((arg, index) => coerce(binder, arg, overload.args[index] ?? arg.type) ?? arg);
  const problem = overload.check?.(...converted.map((arg) => (isLiteral(arg) ? arg.value : undefined))) ?? null;
  if (problem !== null) refuse(binder, problem, at);
  const call: Expr = { kind: 'call', type: overload.result, fn: overload.id, args: converted, at };
  return overload.foldable === false ? call : fold(binder, call, converted);
}
