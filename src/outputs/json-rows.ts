/**
 * A result row as the text of a JSON object, for the outputs that speak JSON.
 */
import type { ResultColumn, SqlType, Value } from '../core/value.ts';
import { formatValue } from './format-value.ts';

/** Prepares the keys of the columns once. Two columns of one name give one object two equal keys, as DuckDB does. */
export function jsonRows(columns: readonly ResultColumn[]): (row: readonly Value[]) => string {
  const keys = columns.map((column) => JSON.stringify(column.name));
  return (row) => {
    const fields = columns.map((column, i) => `${keys[i]}:${jsonValue(row[i] ?? null, column.type)}`);
    return `{${fields.join(',')}}`;
  };
}

function jsonValue(value: Value, type: SqlType): string {
  if (value === null) return 'null';
  const isBare =
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'bigint' && type !== 'timestamp');
  const text = formatValue(value, type);
  return isBare ? text : JSON.stringify(text);
}
