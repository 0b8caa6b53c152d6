/** Type names of PostgreSQL and DuckDB, by what they mean here: every integer is 64-bit, every fraction a double. */
import type { TypeName } from 'libpg-query';
import type { SqlType } from '../../core/value.ts';
import { suggest } from '../suggest.ts';
import { type Context, refuse } from './context.ts';

/** `date` is a timestamp at midnight. */
export type NamedType = Exclude<SqlType, 'null'> | 'date';

const types: Readonly<Record<string, NamedType>> = {
  integer: 'integer',
  int: 'integer',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  bigint: 'integer',
  smallint: 'integer',
  tinyint: 'integer',
  long: 'integer',
  double: 'double',
  float: 'double',
  float4: 'double',
  float8: 'double',
  real: 'double',
  numeric: 'double',
  decimal: 'double',
  text: 'text',
  varchar: 'text',
  string: 'text',
  boolean: 'boolean',
  bool: 'boolean',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  datetime: 'timestamp',
  date: 'date',
  interval: 'interval',
};

export function convertTypeName(context: Context, typeName: TypeName | undefined): NamedType {
  const at = context.unit(typeName?.location);
  const last = typeName?.names?.at(-1);
  const name = last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
  const type = Object.hasOwn(types, name.toLowerCase()) ? types[name.toLowerCase()] : undefined;
  if (typeName?.arrayBounds !== undefined || typeName?.setof) refuse(context, 'array types are not supported', at);
  if (type === undefined) {
    const near = suggest(name, Object.keys(types));
    refuse(context, `unknown type "${name}"`, at, near === null ? '' : `did you mean "${near}"?`);
  }
  if (typeName?.typmods !== undefined && type !== 'interval') {
    refuse(context, `a length or precision of type "${name}" is not supported`, at);
  }
  return type;
}

/** INTERVAL '5' MINUTE says its unit beside the number: PostgreSQL's bit masks. */
const intervalUnits: Readonly<Record<number, string>> = {
  2: 'month',
  4: 'year',
  8: 'day',
  1024: 'hour',
  2048: 'minute',
  4096: 'second',
};

/** The unit that stands beside an interval's number, '' where there is none. */
export function intervalUnit(context: Context, typeName: TypeName | undefined): string {
  const [modifier] = typeName?.typmods ?? [];
  if (modifier === undefined) return '';
  const mask = 'A_Const' in modifier ? modifier.A_Const.ival?.ival : undefined;
  const unit = mask === undefined ? undefined : intervalUnits[mask];
  if (unit === undefined) {
    refuse(
      context,
      'this kind of interval is not supported',
      context.unit(typeName?.location),
      "write INTERVAL '90 minutes'",
    );
  }
  return unit;
}
