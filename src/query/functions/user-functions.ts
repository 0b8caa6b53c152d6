/**
 * Functions and aggregates of the user's own: what a module exports, and what of it goes into a plan.
 *
 * A plan carries signatures and the module's address, never code: each worker imports the module itself.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { SqlType, Value } from '../../core/value.ts';

/** Types that values of user functions can have: integers and timestamps (microseconds UTC) are `bigint`. */
export type UserType = Exclude<SqlType, 'interval' | 'null'>;

/** A scalar function. It must depend on its arguments alone: it may be called more than once for a record. */
export interface UserFunction {
  readonly args: readonly UserType[];
  readonly result: UserType;
  /** NULL in gives NULL out, and `call` never sees null; true unless said. */
  readonly strict?: boolean;
  /** null is NULL. A throw, or a value of another type, rejects the record. */
  call(...values: never[]): Value;
}

/**
 * An aggregate. Its state is whatever a structured clone can carry (objects, maps, sets, typed arrays). `merge` must be
 * associative and commutative with the state of `init` as identity, or answers depend on how the files were split.
 */
export interface UserAggregate<State> {
  readonly args: readonly UserType[];
  readonly result: UserType;
  /** Records with a NULL argument are left out; true unless said. */
  readonly strict?: boolean;
  init(): State;
  /** The state with one more record: a new one, or the same one changed. A throw rejects the record. */
  update(state: State, ...values: never[]): State;
  merge(a: State, b: State): State;
  finalize(state: State): Value;
}

/** An aggregate whatever its state is. */
export interface AnyUserAggregate extends Pick<UserAggregate<unknown>, 'args' | 'result' | 'strict'> {
  init(): unknown;
  update(state: never, ...values: never[]): unknown;
  merge(a: never, b: never): unknown;
  finalize(state: never): Value;
}

/** What a module for `--functions` exports: `export const functions = { ... } satisfies MillraceFunctions['functions']`. */
export interface MillraceFunctions {
  readonly functions?: Readonly<Record<string, UserFunction>>;
  readonly aggregates?: Readonly<Record<string, AnyUserAggregate>>;
}

export interface UserSignature {
  readonly name: string;
  readonly args: readonly UserType[];
  readonly result: UserType;
  readonly strict: boolean;
}

/** A module as plans carry it. */
export interface FunctionModule {
  readonly url: string;
  /** Of the module's own text, so that a plan knows when it is not the same any more. */
  readonly sha256: string;
  readonly functions: readonly UserSignature[];
  readonly aggregates: readonly UserSignature[];
}

export function fingerprint(source: Uint8Array): string {
  return createHash('sha256').update(source).digest('hex');
}

/** `add_one(integer)`: the id of a user's function in a plan. */
export function signatureId({ name, args }: UserSignature): string {
  return `${name}(${args.join(',')})`;
}

/** Reads the signatures of an imported module. `name`: as the user named it. Throws UsageError where it is not as it should be. */
export function readModule(name: string, url: string, sha256: string, exported: object): FunctionModule {
  const refuse = (problem: string): never => {
    throw new UsageError(`Cannot use functions of "${printable(name)}": ${problem}`);
  };
  const functions = entriesOf(exported, 'functions', refuse).map(([key, value]) =>
    readSignature(key, value, ['call'], refuse),
  );
  const aggregates = entriesOf(exported, 'aggregates', refuse).map(([key, value]) =>
    readSignature(key, value, ['init', 'update', 'merge', 'finalize'], refuse),
  );
  if (functions.length + aggregates.length === 0) refuse('it exports neither "functions" nor "aggregates"');
  return { url, sha256, functions, aggregates };
}

type Refuse = (problem: string) => never;

function entriesOf(exported: object, key: 'functions' | 'aggregates', refuse: Refuse): [string, unknown][] {
  const value: unknown = Reflect.get(exported, key);
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return refuse(`its export "${key}" is not an object`);
  return Object.entries(value);
}

function readSignature(name: string, value: unknown, methods: readonly string[], refuse: Refuse): UserSignature {
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) {
    return refuse(`"${printable(name)}" cannot be called in a query: write a name of small letters, digits and "_"`);
  }
  if (typeof value !== 'object' || value === null) {
    return refuse(`"${name}" is not an object with "args", "result" and "${methods[0]}"`);
  }
  const args: unknown = Reflect.get(value, 'args');
  const result: unknown = Reflect.get(value, 'result');
  const strict: unknown = Reflect.get(value, 'strict') ?? true;
  if (!Array.isArray(args) || !args.every(isUserType)) {
    return refuse(`the "args" of "${name}" must be a list of ${userTypes.join(', ')}`);
  }
  if (!isUserType(result)) return refuse(`the "result" of "${name}" must be one of ${userTypes.join(', ')}`);
  if (typeof strict !== 'boolean') return refuse(`"strict" of "${name}" must be true or false`);
  const missing = methods.find((method) => typeof Reflect.get(value, method) !== 'function');
  if (missing !== undefined) return refuse(`"${name}" has no method "${missing}"`);
  return { name, args: [...args], result, strict };
}

const userTypes: readonly UserType[] = ['integer', 'double', 'text', 'boolean', 'timestamp'];

function isUserType(type: unknown): type is UserType {
  return userTypes.some((known) => known === type);
}
