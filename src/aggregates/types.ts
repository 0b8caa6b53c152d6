/** Which kinds of state hold values of which type: shared by the aggregates that look at values. */
import type { SqlType } from '../core/value.ts';

/** Types whose values are i64 in vectors and states. */
export type IntegerLike = 'integer' | 'timestamp' | 'boolean';

export function isIntegerLike(type: SqlType): type is IntegerLike {
  return type === 'integer' || type === 'timestamp' || type === 'boolean';
}

/** What a number-eating aggregate reads its argument as; text of unknown type is taken for a double. */
export function numberType(type: SqlType | undefined): 'integer' | 'double' | null {
  if (type === 'integer') return 'integer';
  return type === 'double' || type === 'text' || type === 'null' ? 'double' : null;
}
