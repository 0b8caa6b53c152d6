/**
 * Expressions of the random queries: printed for the engine and for DuckDB, and evaluated slowly here, one record at a
 * time. The slow evaluation knows what DuckDB does not: when a record is rejected.
 */
import { type Cell, isMisfit, type TruthColumn, type TruthType } from './truth.ts';

export type Dialect = 'engine' | 'duckdb';

/** Opaque text stays bytes in the evaluation. */
export type Scalar = null | bigint | number | string | boolean | Uint8Array;

export interface Expression {
  readonly type: TruthType;
  readonly isLiteral: boolean;
  print(dialect: Dialect): string;
  /** Throws RejectedRecord where the record has to be rejected. */
  evaluate(cells: readonly Cell[]): Scalar;
}

export class RejectedRecord extends Error {}

export function column(spec: TruthColumn, index: number): Expression {
  return {
    type: spec.type,
    isLiteral: false,
    print: (dialect) =>
      dialect === 'duckdb' ? `"${spec.name}"` : `${spec.name}${spec.untyped === true ? `::${spec.type}` : ''}`,
    evaluate(cells) {
      const cell = cells[index];
      if (cell === undefined) throw new Error(`No cell ${index}`);
      if (isMisfit(cell)) throw new RejectedRecord();
      return cell;
    },
  };
}

export function literal(type: TruthType, value: bigint | number | string | boolean): Expression {
  return { type, isLiteral: true, print: (dialect) => literalText(type, value, dialect), evaluate: () => value };
}

function literalText(type: TruthType, value: bigint | number | string | boolean, dialect: Dialect): string {
  switch (type) {
    case 'integer':
      return String(value).startsWith('-') ? `(${value})` : String(value);
    case 'double': {
      const text = Number.isInteger(value) ? `${value}.0` : String(value);
      return dialect === 'duckdb' ? `CAST(${text} AS DOUBLE)` : `(${text})`;
    }
    case 'text':
      return `'${String(value).replaceAll("'", "''")}'`;
    case 'boolean':
      return String(value);
    case 'timestamp': {
      const text = new Date(Number(BigInt(value) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
      return `${dialect === 'duckdb' ? 'TIMESTAMP ' : ''}'${text}'`;
    }
  }
}

/** A strict function: NULL in, NULL out; every argument is evaluated, left to right. */
export function strict(
  type: TruthType,
  args: readonly Expression[],
  print: (texts: readonly string[], dialect: Dialect) => string,
  compute: (...values: Exclude<Scalar, null>[]) => Scalar,
): Expression {
  return {
    type,
    isLiteral: false,
    print: (dialect) =>
      print(
        args.map((arg) => arg.print(dialect)),
        dialect,
      ),
    evaluate(cells) {
      const values: Exclude<Scalar, null>[] = [];
      let isNull = false;
      for (const arg of args) {
        const value = arg.evaluate(cells);
        if (value === null) isNull = true;
        else values.push(value);
      }
      return isNull ? null : compute(...values);
    },
  };
}

/** A function that decides itself which arguments it reaches. */
export function lazy(
  type: TruthType,
  args: readonly Expression[],
  print: (texts: readonly string[]) => string,
  compute: (values: readonly (() => Scalar)[]) => Scalar,
): Expression {
  return {
    type,
    isLiteral: false,
    print: (dialect) => print(args.map((arg) => arg.print(dialect))),
    evaluate: (cells) => compute(args.map((arg) => () => arg.evaluate(cells))),
  };
}

/** Three-way comparison as SQL does it; texts by their UTF-8 bytes. */
export function compareScalars(left: Exclude<Scalar, null>, right: Exclude<Scalar, null>): number {
  if (typeof left === 'string' || left instanceof Uint8Array) {
    if (typeof right !== 'string' && !(right instanceof Uint8Array))
      throw new Error('Cannot compare text with other types');
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  if (right instanceof Uint8Array) throw new Error('Cannot compare text with other types');
  return left < right ? -1 : left > right ? 1 : 0;
}
