/** Aggregate calls: resolved for their argument types and listed once, however often they are written. */
import type { Aggregate } from '../../aggregates/aggregate.ts';
import type { AggregateCall, Expr } from '../plan.ts';
import { type Binder, type Place, refuse } from './binder.ts';
import type { Call } from './call.ts';
import { asBoolean, coerce } from './coerce.ts';
import { bindExpression } from './expression.ts';
import { isLiteral } from './fold.ts';
import { sameCall } from './same.ts';

/** Null where the name is no aggregate. */
export function bindAggregate(binder: Binder, call: Call, place: Place): Expr | null {
  const named = binder.functions.aggregateByName(call.name);
  if (named === null) return null;
  const { aggregate, params: fixed } = named;
  if (!place.aggregates) refuse(binder, `${call.name} is an aggregate and cannot stand in ${place.clause}`, call.at);
  const inside: Place = { ...place, clause: `the arguments of ${call.name}`, aggregates: false };
  const all = call.args.map((arg) => bindExpression(binder, arg, inside));
  const paramCount = aggregate.paramCount - fixed.length;
  const args = all.length > paramCount ? all.slice(0, all.length - paramCount) : all;
  const params = [...all.slice(args.length).map((param) => constant(binder, call, param)), ...fixed];
  const problem = params.length < aggregate.paramCount ? null : (aggregate.checkParams?.(params) ?? null);
  if (problem !== null) refuse(binder, problem, all.at(-1)?.at ?? call.at);
  const bound = resolve(binder, aggregate, call, args, params);
  const filter = call.filter === null ? null : condition(binder, call, bindExpression(binder, call.filter, inside));
  return reference(binder, { ...bound, filter }, call.at);
}

function condition(binder: Binder, call: Call, expr: Expr): Expr | null {
  const filter = asBoolean(binder, expr, `FILTER of ${call.name}`);
  return isLiteral(filter) && filter.value === true ? null : filter;
}

function constant(binder: Binder, call: Call, param: Expr): number {
  const number = coerce(binder, param, 'double');
  if (number === null || !isLiteral(number) || typeof number.value !== 'number') {
    return refuse(binder, `${call.name} needs a constant number`, param.at);
  }
  return number.value;
}

function resolve(
  binder: Binder,
  aggregate: Aggregate,
  call: Call,
  args: readonly Expr[],
  params: readonly number[],
): AggregateCall {
  const types = args.map((arg) =>
    aggregate.unknownAs !== undefined && binder.columns.isUnknown(arg) ? aggregate.unknownAs : arg.type,
  );
  const wrongStar = call.star && aggregate.name !== 'count';
  const resolved = wrongStar || params.length < aggregate.paramCount ? null : aggregate.resolve(types, call.distinct);
  if (resolved === null) {
    if (call.distinct && args.length > 0 && aggregate.resolve(types, false) !== null) {
      return refuse(binder, `${call.name}(DISTINCT ...) is not supported`, call.at);
    }
    const given = call.star ? '*' : [...types, ...params].join(', ');
    return refuse(binder, `cannot use ${call.name}(${given})`, call.at, `write ${aggregate.signature}`);
  }
  const converted = args.map((arg, index) => {
    const to = resolved.argTypes[index] ?? arg.type;
    const fitting = coerce(binder, arg, to === 'null' ? 'text' : to);
    return (
      fitting ?? refuse(binder, `cannot use ${call.name}(${arg.type})`, call.at, `cast the argument, like x::${to}`)
    );
  });
  // DISTINCT that a state kind settles by itself (min, max) is dropped, so that min(x) and min(DISTINCT x) are one
  const distinct = call.distinct && resolved.states.some((state) => state.kind === 'distinct');
  const { type, states } = resolved;
  return { name: aggregate.name, distinct, args: converted, params, filter: null, type, states };
}

function reference(binder: Binder, call: AggregateCall, at: number): Expr {
  let index = binder.aggregates.findIndex((known) => sameCall(known, call));
  if (index < 0) index = binder.aggregates.push(call) - 1;
  return { kind: 'aggregate', type: call.type, index, at };
}
