/** DuckDB, fed with the truth of a generated table, answers the same question. */
import { type DuckDBConnection, DuckDBInstance, DuckDBListValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { RejectedRecord } from './expression.ts';
import { printOracleQuery, type RandomQuery } from './random-query.ts';
import { type Cell, isMisfit, type TruthTable, type TruthType } from './truth.ts';

/** Lists stand where the comparison needs all values of a group. */
export type OracleValue = null | bigint | number | string | boolean | readonly (bigint | number)[];

export interface OracleAnswer {
  readonly rows: readonly (readonly OracleValue[])[];
  readonly counts: {
    readonly read: number;
    readonly matched: number;
    readonly filtered: number;
    readonly rejected: number;
  };
  readonly sql: string;
}

const duckdbTypes: Readonly<Record<TruthType, string>> = {
  integer: 'BIGINT',
  double: 'DOUBLE',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

export class Oracle {
  readonly #connection: DuckDBConnection;
  readonly #table: TruthTable;

  private constructor(connection: DuckDBConnection, table: TruthTable) {
    this.#connection = connection;
    this.#table = table;
  }

  static async over(table: TruthTable): Promise<Oracle> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run('SET ieee_floating_point_ops = false');
    // DuckDB 1.5 rewrites date_trunc('day', t) <> '... 03:36:14' to TRUE, also where t is NULL
    await connection.run("SET disabled_optimizers = 'expression_rewriter'");
    const columns = table.columns.map((spec) => `"${spec.name}" ${duckdbTypes[spec.type]}`);
    await connection.run(`CREATE TABLE truth (_ord BIGINT, ${columns.join(', ')})`);
    const appender = await connection.createAppender('truth');
    wellFormed(table).forEach((cells, index) => {
      appender.appendBigInt(BigInt(index));
      cells.forEach((cell, i) => {
        append(appender, cell, table.columns[i]?.type ?? 'text');
      });
      appender.endRow();
    });
    appender.closeSync();
    return new Oracle(connection, table);
  }

  close(): void {
    this.#connection.closeSync();
  }

  async answer(query: RandomQuery): Promise<OracleAnswer> {
    const counts = { read: 0, matched: 0, filtered: 0, rejected: 0 };
    const rejected: number[] = [];
    wellFormed(this.#table).forEach((cells, index) => {
      const outcome = outcomeOf(query, cells);
      counts[outcome]++;
      if (outcome === 'rejected') rejected.push(index);
    });
    counts.read = this.#table.files.reduce((sum, file) => sum + file.records.length, 0);
    counts.rejected = counts.read - counts.matched - counts.filtered;
    const kept = `WITH kept AS MATERIALIZED (SELECT * FROM truth WHERE _ord NOT IN (${[-1, ...rejected].join(', ')}))`;
    const sql = `${kept} ${printOracleQuery(query, 'kept')}`;
    const reader = await this.#connection.runAndReadAll(sql);
    const rows = reader.getRows().map((row) => query.outputs.map((output, i) => plain(row[i], output.opaque)));
    return { rows, counts, sql };
  }
}

function wellFormed(table: TruthTable): (readonly Cell[])[] {
  return table.files.flatMap((file) => file.records.flatMap((record) => (record.cells === null ? [] : [record.cells])));
}

function outcomeOf(query: RandomQuery, cells: readonly Cell[]): 'matched' | 'filtered' | 'rejected' {
  try {
    if (query.where !== null && query.where.evaluate(cells) !== true) return 'filtered';
    for (const expression of query.reached) expression.evaluate(cells);
    return 'matched';
  } catch (error) {
    if (error instanceof RejectedRecord) return 'rejected';
    throw error;
  }
}

type Appender = Awaited<ReturnType<DuckDBConnection['createAppender']>>;

/** Opaque text goes in as hexadecimal digits, which sort and group like the bytes. */
function append(appender: Appender, cell: Cell, type: TruthType): void {
  if (cell === null || isMisfit(cell)) appender.appendNull();
  else if (cell instanceof Uint8Array) appender.appendVarchar(Buffer.from(cell).toString('hex'));
  else if (typeof cell === 'string') appender.appendVarchar(cell);
  else if (typeof cell === 'boolean') appender.appendBoolean(cell);
  else if (type === 'timestamp') appender.appendTimestamp(new DuckDBTimestampValue(BigInt(cell)));
  else if (type === 'double') appender.appendDouble(Number(cell));
  else appender.appendBigInt(BigInt(cell));
}

function plain(value: unknown, opaque: boolean): OracleValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return opaque ? Buffer.from(value, 'hex').toString() : value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBListValue) {
    const numbers = value.items.filter((item) => typeof item === 'number' || typeof item === 'bigint');
    return numbers.length === 0 ? null : numbers;
  }
  throw new Error(`DuckDB answered with a value of an unexpected kind: ${String(value)}`);
}
