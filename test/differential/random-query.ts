/** Random queries: grouped and plain, over the columns of one table. */
import type { Random } from '../support/random.ts';
import type { Dialect, Expression } from './expression.ts';
import { ExpressionMaker } from './random-expression.ts';
import type { TruthTable, TruthType } from './truth.ts';

/**
 * How a result column is compared.
 * exact: same value · near: a double that DuckDB computes in another order · quantile, distinct: within the sketch's
 * stated error of the exact answer, which the oracle computes from all values.
 */
export type Check =
  | { readonly type: 'exact' }
  | { readonly type: 'near' }
  | { readonly type: 'quantile'; readonly fraction: number }
  | { readonly type: 'distinct' };

export interface QueryColumn {
  readonly alias: string;
  readonly check: Check;
  readonly opaque: boolean;
  print(dialect: Dialect): string;
  /** What DuckDB is asked instead where the check needs more than the answer. */
  printOracle(): string;
}

export interface OrderTerm {
  readonly alias: string;
  readonly descending: boolean;
  readonly nulls: '' | ' NULLS FIRST' | ' NULLS LAST';
}

export interface RandomQuery {
  readonly shape: 'grouped' | 'rows';
  readonly keys: readonly QueryColumn[];
  readonly outputs: readonly QueryColumn[];
  readonly where: Expression | null;
  readonly having: ((dialect: Dialect) => string) | null;
  readonly orderBy: readonly OrderTerm[];
  readonly limit: number | null;
  readonly offset: number;
  /** Everything that is computed for a record which passes WHERE, in the order in which it is reached. */
  readonly reached: readonly Expression[];
}

const exact: Check = { type: 'exact' };

export function randomQuery(random: Random, table: TruthTable): RandomQuery {
  const make = new ExpressionMaker(random, table.columns);
  const where = random.chance(0.6) ? make.condition(2) : null;
  return random.chance(0.7) ? groupedQuery(random, make, table, where) : rowsQuery(random, make, table, where);
}

function groupedQuery(random: Random, make: ExpressionMaker, table: TruthTable, where: Expression | null): RandomQuery {
  const reached: Expression[] = [];
  const keys = random
    .many(0, 3, () => random.pick<TruthType>(['text', 'integer', 'timestamp', 'boolean', 'text', 'double']))
    .map((type, i) => {
      const opaque = random.chance(0.15) ? make.column('text', true) : null;
      // A bare number after GROUP BY would be an output's position, so a literal gives way to a column.
      const made = opaque ?? make.ofType(type, random.int(0, 1));
      const expression = made.isLiteral ? (make.column('any') ?? made) : made;
      reached.push(expression);
      return valueColumn(`k${i}`, expression, isOpaque(table, expression));
    });
  const aggregates = random
    .many(1, 4, () => null)
    .map((_, i) => aggregateColumn(random, make, `a${i}`, reached, table));
  // finished groups hand out texts, in which bytes that are no UTF-8 have been replaced
  const sortable = [...keys, ...aggregates].filter(({ check, opaque }) => check.type === 'exact' && !opaque);
  const having = random.chance(0.2) ? havingClause(random, make, reached) : null;
  return {
    shape: 'grouped',
    keys,
    outputs: random.shuffled([...keys, ...aggregates]),
    where,
    having,
    orderBy: random.chance(0.5) ? orderTerms(random, sortable) : [],
    ...limits(random),
    reached,
  };
}

function rowsQuery(random: Random, make: ExpressionMaker, table: TruthTable, where: Expression | null): RandomQuery {
  const expressions = random.many(1, 4, () => {
    if (random.chance(0.2)) return make.column('any', true) ?? make.ofType('text', 0);
    return make.ofType(random.pick<TruthType>(['text', 'integer', 'timestamp', 'double', 'boolean']), random.int(0, 2));
  });
  const outputs = expressions.map((expression, i) => valueColumn(`r${i}`, expression, isOpaque(table, expression)));
  return {
    shape: 'rows',
    keys: [],
    outputs,
    where,
    having: null,
    orderBy: random.chance(0.4) ? orderTerms(random, outputs) : [],
    ...limits(random),
    reached: expressions,
  };
}

function limits(random: Random): { limit: number | null; offset: number } {
  if (random.chance(0.6)) return { limit: null, offset: 0 };
  return { limit: random.int(0, 20), offset: random.chance(0.3) ? random.int(0, 5) : 0 };
}

function orderTerms(random: Random, columns: readonly QueryColumn[]): OrderTerm[] {
  if (columns.length === 0) return [];
  return random
    .shuffled(columns)
    .slice(0, random.int(1, 2))
    .map(({ alias }) => ({
      alias,
      descending: random.chance(0.5),
      nulls: random.pick(['', '', ' NULLS FIRST', ' NULLS LAST']),
    }));
}

function valueColumn(alias: string, expression: Expression, opaque: boolean): QueryColumn {
  return {
    alias,
    check: exact,
    opaque,
    print: (dialect) => expression.print(dialect),
    printOracle: () => expression.print('duckdb'),
  };
}

function isOpaque(table: TruthTable, expression: Expression): boolean {
  return table.columns.some((spec) => spec.opaque && expression.print('engine') === spec.name);
}

function aggregateColumn(
  random: Random,
  make: ExpressionMaker,
  alias: string,
  reached: Expression[],
  table: TruthTable,
): QueryColumn {
  const kind = random.pick([
    'count*',
    'count',
    'sum',
    'sum',
    'avg',
    'min',
    'max',
    'countDistinct',
    'approx',
    'quantile',
  ]);
  if (kind === 'count*') return aggregate(alias, exact, false, () => 'count(*)');
  const type = random.pick<TruthType>(['integer', 'integer', 'double', 'text', 'timestamp']);
  const numeric = random.pick<TruthType>(['integer', 'integer', 'double']);
  const needsNumber = kind === 'sum' || kind === 'avg' || kind === 'quantile';
  const anything =
    kind === 'count' || kind === 'countDistinct' || kind === 'approx' || kind === 'min' || kind === 'max';
  const opaque = anything && random.chance(0.2) ? make.column('text', true) : null;
  const argument = opaque ?? make.ofType(needsNumber ? numeric : type, random.int(0, 1));
  reached.push(argument);
  const of = (name: string) => (dialect: Dialect) => `${name}(${argument.print(dialect)})`;
  switch (kind) {
    case 'count':
      return aggregate(alias, exact, false, of('count'));
    case 'countDistinct':
      return aggregate(alias, exact, false, (dialect) => `count(DISTINCT ${argument.print(dialect)})`);
    case 'min':
    case 'max':
      return aggregate(alias, exact, isOpaque(table, argument), of(kind));
    case 'sum':
      return aggregate(alias, argument.type === 'double' ? { type: 'near' } : exact, false, of('sum'), of('list'));
    case 'avg':
      return aggregate(alias, { type: 'near' }, false, of('avg'), of('list'));
    case 'approx':
      return aggregate(
        alias,
        { type: 'distinct' },
        false,
        of('approx_count_distinct'),
        (dialect) => `count(DISTINCT ${argument.print(dialect)})`,
      );
    default: {
      const fraction = random.pick([0.5, 0.9, 0.99, 0.25, 0, 1]);
      const percent = Math.round(fraction * 100);
      const print =
        fraction === 0.5 && random.chance(0.5)
          ? of('median')
          : percent > 0 && percent < 100 && random.chance(0.5)
            ? of(`p${percent}`)
            : (dialect: Dialect) => `quantile(${argument.print(dialect)}, ${fraction})`;
      return aggregate(alias, { type: 'quantile', fraction }, false, print, of('list'));
    }
  }
}

function aggregate(
  alias: string,
  check: Check,
  opaque: boolean,
  print: (dialect: Dialect) => string,
  oracle: (dialect: Dialect) => string = print,
): QueryColumn {
  return { alias, check, opaque, print, printOracle: () => (check.type === 'exact' ? print : oracle)('duckdb') };
}

function havingClause(random: Random, make: ExpressionMaker, reached: Expression[]): (dialect: Dialect) => string {
  const count = random.int(0, 6);
  if (random.chance(0.6)) return () => `count(*) > ${count}`;
  const argument = make.ofType('integer', 0);
  reached.push(argument);
  return (dialect) => `max(${argument.print(dialect)}) > ${count * 20}`;
}

/** The query's text for the engine; `from` is what stands after FROM. */
export function printQuery(query: RandomQuery, from: string): string {
  return assemble(
    query,
    'engine',
    from,
    query.outputs.map((output) => `${output.print('engine')} AS ${output.alias}`),
    query.orderBy,
  );
}

/**
 * The text for DuckDB over `source`, with the ties of ORDER BY broken as the engine promises: by the group keys, or by
 * the order of the records in their files.
 */
export function printOracleQuery(query: RandomQuery, source: string): string {
  const ties: OrderTerm[] = (query.shape === 'grouped' ? query.keys.map((key) => key.alias) : ['_ord']).map(
    (alias) => ({
      alias,
      descending: false,
      nulls: ' NULLS LAST',
    }),
  );
  const hidden = query.shape === 'rows' ? ['_ord'] : [];
  const columns = [...query.outputs.map((output) => `${output.printOracle()} AS ${output.alias}`), ...hidden];
  return assemble(query, 'duckdb', source, columns, [...query.orderBy, ...ties]);
}

function assemble(
  query: RandomQuery,
  dialect: Dialect,
  from: string,
  columns: readonly string[],
  orderBy: readonly OrderTerm[],
): string {
  const order = orderBy.map(({ alias, descending, nulls }) => `${alias}${descending ? ' DESC' : ''}${nulls}`);
  return [
    `SELECT ${columns.join(', ')} FROM ${from}`,
    query.where === null ? '' : `WHERE ${query.where.print(dialect)}`,
    query.keys.length === 0 ? '' : `GROUP BY ${query.keys.map((key) => key.print(dialect)).join(', ')}`,
    query.having === null ? '' : `HAVING ${query.having(dialect)}`,
    order.length === 0 ? '' : `ORDER BY ${order.join(', ')}`,
    query.limit === null ? '' : `LIMIT ${query.limit}`,
    query.offset === 0 ? '' : `OFFSET ${query.offset}`,
  ]
    .filter((clause) => clause !== '')
    .join(' ');
}
