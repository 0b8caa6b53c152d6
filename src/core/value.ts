/**
 * Types and values of the query language, as they cross folders and threads.
 *
 * A `Value` is plain data; its `SqlType` travels beside it (a timestamp and an integer are both `bigint`).
 */

/** Static type of a column or expression. `null` is the type of a bare NULL literal. */
export type SqlType = 'integer' | 'double' | 'text' | 'boolean' | 'timestamp' | 'interval' | 'null';

/** A span of calendar and clock time, as in PostgreSQL: months are kept apart because their length varies. */
export interface Interval {
  readonly months: number;
  readonly micros: bigint;
}

/**
 * integer: bigint (64-bit in records, up to 128-bit as a sum) · double: number (always finite) · text: string ·
 * boolean: boolean · timestamp: bigint, microseconds since 1970-01-01T00:00:00Z · interval: Interval · NULL: null.
 */
export type Value = null | bigint | number | string | boolean | Interval;

/** A named, typed column of a result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}
