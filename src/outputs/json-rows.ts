/**
 * A result row as the text of a JSON object, for the outputs that speak JSON.
 */
import type { RowText } from '../core/row-block.ts';
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

/** The same of plain rows, between a beginning and an end of their own. */
export function jsonText(columns: readonly ResultColumn[], begin: string, end: string): RowText {
  const before = columns.map(({ name }, i) => `${i === 0 ? `${begin}{` : ','}${JSON.stringify(name)}:`);
  return { values: 'json', before, after: `}${end}` };
}

function jsonValue(value: Value, type: SqlType): string {
  if (value === null) return 'null';
  const isBare =
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'bigint' && type !== 'timestamp');
  const text = formatValue(value, type);
  return isBare ? text : JSON.stringify(text);
}
