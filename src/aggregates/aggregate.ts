/**
 * What an aggregate is: a name, the states it keeps per group, and how states become the answer.
 *
 * A state kind is a kernel with four methods (init = the identity of merge, update, merge, serialize) in
 * `workers/kernels/states/`; an aggregate composes state kinds. Merge is associative and commutative bit for bit, so the
 * answer does not depend on splits, workers or retries.
 */
import type { SqlType, Value } from '../core/value.ts';

/** Names of the kernels in workers/kernels/states, in the order of their numbers there. */
export const stateKinds = [
  'count', // rows                          -> { count }
  'countValid', // non-NULL arguments        -> { count }
  'sumInteger', // 128-bit sum and count     -> { sum, count }
  'sumDouble', // exact, order-free          -> { sum, count }
  'minInteger', // also timestamps, booleans -> { value: bigint | null }
  'maxInteger',
  'minDouble', //                            -> { value: number | null }
  'maxDouble',
  'minText', //  by bytes                    -> { value: string | null }
  'maxText',
  'distinct', // exact set of values         -> { count }
  'hyperloglog', //                          -> { estimate }
  'ddsketch', //                             -> { quantile(q) }
  'external', // in the JavaScript heap      -> { external }
  'values', // exact multiset of numbers     -> { atQuantile(q) }
] as const;

export type StateKind = (typeof stateKinds)[number];

export interface StateSpec {
  readonly kind: StateKind;
  /** Which argument of the call feeds the state; -1 for none (`count(*)`). */
  readonly arg: number;
}

/** What finalize can ask of a group's state; reading what a kind does not offer is a programming error. */
export interface StateReader {
  count(): bigint;
  sumInteger(): bigint;
  sumDouble(): number;
  /** sumInteger and sumDouble kinds: sum / count, rounded once; null when no value was seen. */
  average(): number | null;
  /** min and max kinds; null when no value was seen. */
  extreme(): bigint | number | string | null;
  /** HyperLogLog's estimate, rounded. */
  estimate(): bigint;
  /** The state of a user's aggregate. */
  external(): unknown;
  /** DDSketch: the value at fraction q within 1 % relative error; null when empty. */
  quantile(q: number): number | null;
  /** Multiset of numbers: the value at fraction q, as u64 of the same order (see `quantile-exact.ts`); null when empty. */
  atQuantile(q: number): bigint | null;
}

/** An aggregate chosen for argument types. */
export interface ResolvedAggregate {
  readonly type: SqlType;
  /** What each argument must be converted to before it reaches a state. */
  readonly argTypes: readonly SqlType[];
  readonly states: readonly StateSpec[];
}

export interface Aggregate {
  readonly name: string;
  readonly aliases: readonly string[];
  /** As shown in help: `quantile(x, fraction)`. */
  readonly signature: string;
  readonly summary: string;
  /**
   * Chooses states for argument types ('text' where unknown: an untyped field), or null where they do not fit.
   * Constant parameters (a quantile's fraction) are not among them.
   */
  resolve(argTypes: readonly SqlType[], distinct: boolean): ResolvedAggregate | null;
  /** How many trailing arguments are constant numbers (a quantile's fraction). */
  readonly paramCount: number;
  /** What is wrong with the constant parameters, or null. */
  checkParams?(params: readonly number[]): string | null;
  /**
   * What an argument of wholly unknown type (a key that the format's sample did not show) is read as, where text would
   * fit but is unlikely to be meant.
   */
  readonly unknownAs?: SqlType;
  /** From the states, in the order of `states`, and the constant parameters; NULL as null. */
  finalize(states: readonly StateReader[], params: readonly number[], type: SqlType): Value;
}
