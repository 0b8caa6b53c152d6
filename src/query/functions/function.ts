/**
 * What a scalar function is. One entry per overload: the argument types are exact, conversions are explicit nodes of the
 * plan. `scalar` is the reference that every kernel must match bit for bit.
 */
import type { Interval, SqlType, Value } from '../../core/value.ts';

export interface ScalarFunction {
  /** `add(integer,integer)`: what plans and kernels say. */
  readonly id: string;
  readonly name: string;
  readonly args: readonly SqlType[];
  readonly result: SqlType;
  /** NULL in gives NULL out, and `scalar` never sees NULL. */
  readonly strict: boolean;
  /** Operators are written with their sign; functions can be called by name. */
  readonly syntax: 'function' | 'operator';
  /** Throws EvaluationFailure where there is no value; null is SQL's NULL. */
  readonly scalar: (...args: readonly Value[]) => Value;
  /** What is wrong with constant arguments (`undefined` where an argument is not constant), or null. */
  readonly check: ((...args: readonly (Value | undefined)[]) => string | null) | null;
  /** False: not computed while binding although all arguments are constants. Users' functions run in workers alone. */
  readonly foldable?: boolean;
}

interface ValueOf {
  readonly integer: bigint;
  readonly double: number;
  readonly text: string;
  readonly boolean: boolean;
  readonly timestamp: bigint;
  readonly interval: Interval;
  readonly null: null;
}

type Arguments<A extends readonly SqlType[]> = { readonly [K in keyof A]: ValueOf[A[K]] };
type NullableArguments<A extends readonly SqlType[]> = { readonly [K in keyof A]: ValueOf[A[K]] | null };

type Extras = Partial<Pick<ScalarFunction, 'syntax' | 'check'>>;

/** A function that gives NULL whenever an argument is NULL. */
export function strict<const A extends readonly SqlType[], R extends SqlType>(
  name: string,
  args: A,
  result: R,
  scalar: (...args: Arguments<A>) => ValueOf[R] | null,
  extras: Extras = {},
): ScalarFunction {
  // the evaluator passes values of the types in `args`: the binder has made sure of it
  return entry(name, args, result, true, scalar as unknown as ScalarFunction['scalar'], extras);
}

/** A function that sees NULL arguments. */
export function nullable<const A extends readonly SqlType[], R extends SqlType>(
  name: string,
  args: A,
  result: R,
  scalar: (...args: NullableArguments<A>) => ValueOf[R] | null,
  extras: Extras = {},
): ScalarFunction {
  // as above
  return entry(name, args, result, false, scalar as unknown as ScalarFunction['scalar'], extras);
}

function entry(
  name: string,
  args: readonly SqlType[],
  result: SqlType,
  isStrict: boolean,
  scalar: ScalarFunction['scalar'],
  extras: Extras,
): ScalarFunction {
  return {
    id: `${name}(${args.join(',')})`,
    name,
    args,
    result,
    strict: isStrict,
    syntax: extras.syntax ?? 'function',
    scalar,
    check: extras.check ?? null,
  };
}
