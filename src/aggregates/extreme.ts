/** What min and max share: the state follows the type; text compares by its UTF-8 bytes. DISTINCT changes nothing. */
import type { SqlType, Value } from '../core/value.ts';
import type { ResolvedAggregate, StateKind, StateReader } from './aggregate.ts';
import { isIntegerLike } from './types.ts';

interface ExtremeKinds {
  readonly integer: StateKind;
  readonly double: StateKind;
  readonly text: StateKind;
}

export function resolveExtreme(argTypes: readonly SqlType[], kinds: ExtremeKinds): ResolvedAggregate | null {
  const [given] = argTypes;
  if (given === undefined || argTypes.length !== 1 || given === 'interval') return null;
  const type = given === 'null' ? 'text' : given;
  const kind = isIntegerLike(type) ? kinds.integer : type === 'double' ? kinds.double : kinds.text;
  return { type, argTypes: [type], states: [{ kind, arg: 0 }] };
}

export function finalizeExtreme(state: StateReader | undefined, type: SqlType): Value {
  const value = state?.extreme() ?? null;
  return type === 'boolean' && value !== null ? value !== 0n : value;
}
