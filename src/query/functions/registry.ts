/**
 * What a query can call: the functions and aggregates of the language, and those of the user's modules beside them. Ours
 * are always the same; with modules, every plan has a registry of its own.
 */

import { fileURLToPath } from 'node:url';
import type { Aggregate, ResolvedAggregate, StateReader } from '../../aggregates/aggregate.ts';
import { aggregateByName, aggregateNames, type NamedAggregate } from '../../aggregates/table.ts';
import { UsageError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { Value } from '../../core/value.ts';
import type { ScalarFunction } from './function.ts';
import { callableNames, functionById, overloadsOf, rewrittenNames } from './table.ts';
import { type FunctionModule, signatureId, type UserSignature } from './user-functions.ts';

export interface FunctionRegistry {
  /** The overload that a plan names. Throws where there is none. */
  functionById(id: string): ScalarFunction;
  /** Every overload of a name (an alias is resolved); empty where unknown. */
  overloadsOf(name: string): readonly ScalarFunction[];
  /** Null where the name is no aggregate. */
  aggregateByName(name: string): NamedAggregate | null;
  /** The user's aggregate of that name, with its methods; null for ours and where only signatures are known. */
  userAggregate(name: string): UserAggregateMethods | null;
  callableNames(): readonly string[];
  aggregateNames(): readonly string[];
}

/** A user's aggregate where it runs. Whatever its methods throw is an EvaluationFailure. */
export interface UserAggregateMethods extends UserSignature {
  init(): unknown;
  update(state: unknown, values: readonly Value[]): unknown;
  merge(a: unknown, b: unknown): unknown;
  finalize(state: unknown): Value;
}

/** The code of user functions by signature; absent on the side that only binds. */
export interface UserCode {
  scalar(signature: UserSignature): ScalarFunction['scalar'];
  aggregate(signature: UserSignature): UserAggregateMethods;
}

export const builtIns: FunctionRegistry = {
  functionById,
  overloadsOf,
  aggregateByName,
  userAggregate: () => null,
  callableNames,
  aggregateNames,
};

/** Ours and those of the modules. Throws UsageError where a name is taken. */
export function registryOf(modules: readonly FunctionModule[], code: UserCode | null = null): FunctionRegistry {
  if (modules.length === 0) return builtIns;
  const functions = new Map<string, ScalarFunction>();
  const aggregates = new Map<string, Aggregate>();
  const methods = new Map<string, UserAggregateMethods>();
  const checkName = ({ name }: UserSignature, url: string) => {
    const problem = isBuiltIn(name)
      ? 'it is built in'
      : functions.has(name) || aggregates.has(name)
        ? 'it is there twice'
        : null;
    if (problem === null) return;
    const path = printable(fileURLToPath(url));
    throw new UsageError(`Cannot use function "${name}" of "${path}": ${problem}: give it another name`);
  };
  for (const module of modules) {
    for (const signature of module.functions) {
      checkName(signature, module.url);
      functions.set(signature.name, scalarOf(signature, code));
    }
    for (const signature of module.aggregates) {
      checkName(signature, module.url);
      const running = code?.aggregate(signature) ?? null;
      if (running !== null) methods.set(signature.name, running);
      aggregates.set(signature.name, aggregateOf(signature, running));
    }
  }
  const byId = new Map([...functions.values()].map((entry) => [entry.id, entry]));
  return {
    functionById: (id) => byId.get(id) ?? functionById(id),
    overloadsOf(name) {
      const own = functions.get(name);
      return own === undefined ? overloadsOf(name) : [own];
    },
    aggregateByName(name) {
      const own = aggregates.get(name);
      return own === undefined ? aggregateByName(name) : { aggregate: own, params: [] };
    },
    userAggregate: (name) => methods.get(name) ?? null,
    callableNames: () => [...callableNames(), ...functions.keys()],
    aggregateNames: () => [...aggregateNames(), ...aggregates.keys()],
  };
}

function isBuiltIn(name: string): boolean {
  return overloadsOf(name).length > 0 || rewrittenNames.has(name) || aggregateByName(name) !== null;
}

function scalarOf(signature: UserSignature, code: UserCode | null): ScalarFunction {
  const { name, args, result, strict } = signature;
  const scalar = code?.scalar(signature) ?? (() => notHere(name));
  return {
    ...{ id: signatureId(signature), name, args, result, strict, scalar },
    syntax: 'function',
    check: null,
    foldable: false,
  };
}

function aggregateOf({ name, args, result }: UserSignature, methods: UserAggregateMethods | null): Aggregate {
  const resolved: ResolvedAggregate = { type: result, argTypes: args, states: [{ kind: 'external', arg: -1 }] };
  return {
    name,
    aliases: [],
    signature: `${name}(${args.join(', ')})`,
    summary: "a user's aggregate",
    paramCount: 0,
    resolve: (types, distinct) => (types.length === args.length && !distinct ? resolved : null),
    finalize([state]: readonly StateReader[]) {
      if (methods === null || state === undefined) return notHere(name);
      return methods.finalize(state.external());
    },
  };
}

/** Users' code runs in workers, under their caps, and nowhere else. */
function notHere(name: string): never {
  throw new Error(`Cannot run "${name}" here: only its signature is known`);
}
