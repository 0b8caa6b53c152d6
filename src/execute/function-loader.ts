/**
 * Imports the user's modules into this thread and makes a plan's functions of them: whatever goes wrong in a call is a
 * failure of the record, with the function's name in front.
 *
 * Invariant: a module that changed since the plan was made is refused, so that no two workers run different code.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../core/errors.ts';
import { excerpt, printable } from '../core/printable.ts';
import type { SqlType, Value } from '../core/value.ts';
import { EvaluationFailure } from '../query/evaluation-failure.ts';
import { builtIns, type FunctionRegistry, registryOf, type UserCode } from '../query/functions/registry.ts';
import { type FunctionModule, fingerprint, type UserSignature } from '../query/functions/user-functions.ts';

const longestReason = 200;

export class FunctionLoader {
  /** Called before every call of a user's function: a sign of life. */
  readonly #onCall: () => void;
  readonly #registries = new Map<string, Promise<FunctionRegistry>>();

  constructor(onCall: () => void = () => undefined) {
    this.#onCall = onCall;
  }

  /** Each list of modules once. Throws UsageError. */
  load(modules: readonly FunctionModule[] | undefined): Promise<FunctionRegistry> {
    if (modules === undefined || modules.length === 0) return Promise.resolve(builtIns);
    const key = modules.map(({ url, sha256 }) => `${url} ${sha256}`).join('\n');
    let registry = this.#registries.get(key);
    if (registry === undefined) {
      registry = this.#import(modules);
      this.#registries.set(key, registry);
    }
    return registry;
  }

  async #import(modules: readonly FunctionModule[]): Promise<FunctionRegistry> {
    const definitions = new Map<UserSignature, object>();
    for (const module of modules) {
      const exported = await importModule(module.url, module.sha256);
      for (const signature of module.functions) definitions.set(signature, member(exported, 'functions', signature));
      for (const signature of module.aggregates) definitions.set(signature, member(exported, 'aggregates', signature));
    }
    const definitionOf = (signature: UserSignature) => {
      const definition = definitions.get(signature);
      if (definition === undefined) throw new Error(`Cannot find the code of "${signature.name}"`);
      return definition;
    };
    const code: UserCode = {
      scalar: (signature) => {
        const call = this.#method(definitionOf(signature), 'call', signature.name);
        return (...values) => checkedValue(signature.name, signature.result, call(values));
      },
      aggregate: (signature) => {
        const definition = definitionOf(signature);
        const { name, result } = signature;
        const [init, update, merge, finalize] = (['init', 'update', 'merge', 'finalize'] as const).map((method) =>
          this.#method(definition, method, `${name}.${method}`),
        ) as [Method, Method, Method, Method]; // one for each name
        return {
          ...signature,
          init: () => state(`${name}.init`, init([])),
          update: (before, values) => state(`${name}.update`, update([before, ...values])),
          merge: (a, b) => state(`${name}.merge`, merge([a, b])),
          finalize: (last) => checkedValue(name, result, finalize([last])),
        };
      },
    };
    return registryOf(modules, code);
  }

  /** A method of the user's object; what it throws becomes an EvaluationFailure. */
  #method(definition: object, key: string, name: string): Method {
    const method: unknown = Reflect.get(definition, key);
    if (typeof method !== 'function') throw new UsageError(`Cannot use function "${name}": it is not there any more`);
    const onCall = this.#onCall;
    return (values) => {
      onCall();
      try {
        return Reflect.apply(method, definition, values);
      } catch (error) {
        throw new EvaluationFailure(9, `${name}: ${excerpt(thrownWords(error), longestReason)}`);
      }
    };
  }
}

type Method = (values: readonly unknown[]) => unknown;

/** Throws UsageError where the module cannot be read, or is not the one the plan was made for. */
export async function importModule(url: string, sha256: string | null): Promise<object> {
  try {
    if (sha256 !== null && fingerprint(await readFile(new URL(url))) !== sha256) {
      throw new UsageError('it changed while the question was being answered: ask again');
    }
    const exported: unknown = await import(url);
    return typeof exported === 'object' && exported !== null ? exported : {};
  } catch (error) {
    throw new UsageError(
      `Cannot load functions from "${printable(fileURLToPath(url))}": ${excerpt(thrownWords(error), longestReason)}`,
      {
        cause: error,
      },
    );
  }
}

function member(exported: object, list: 'functions' | 'aggregates', { name }: UserSignature): object {
  const entries: unknown = Reflect.get(exported, list);
  const entry: unknown = typeof entries === 'object' && entries !== null ? Reflect.get(entries, name) : undefined;
  if (typeof entry === 'object' && entry !== null) return entry;
  throw new UsageError(`Cannot use function "${name}": it is not there any more`);
}

/** Anything may be thrown, also what cannot be printed. */
function thrownWords(error: unknown): string {
  try {
    return error instanceof Error ? error.message || error.name : String(error);
  } catch {
    return 'it threw something that cannot be printed';
  }
}

function state(name: string, value: unknown): unknown {
  if (value === undefined) throw new EvaluationFailure(9, `${name}: it returned no state`);
  if (value instanceof Promise) throw new EvaluationFailure(9, `${name}: it returned a promise`);
  return value;
}

/** What a function returned, as a value of its type. Whole numbers are taken for integers. */
export function checkedValue(name: string, type: SqlType, value: unknown): Value {
  if (value === null) return null;
  switch (type) {
    case 'integer':
    case 'timestamp':
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
      if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
      break;
    case 'double':
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      break;
    case 'text':
      if (typeof value === 'string') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'interval':
    case 'null':
      break;
  }
  throw new EvaluationFailure(9, `${name}: it returned ${describe(value)}, not ${type}`);
}

function describe(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number') return excerpt(String(value), 40);
  if (value instanceof Promise) return 'a promise';
  return value === undefined ? 'nothing' : `a value of type ${typeof value}`;
}
