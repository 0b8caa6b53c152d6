/** Names of what PostgreSQL can say and this language cannot, by node of the parse tree. */
import type { Node } from 'libpg-query';
import { type Context, refuse } from './context.ts';

const names: Readonly<Record<string, string>> = {
  SubLink: 'subqueries are not supported',
  RangeSubselect: 'subqueries are not supported',
  JoinExpr: 'joins are not supported',
  RangeFunction: 'table functions are not supported',
  RangeTableFunc: 'table functions are not supported',
  RangeTableSample: 'TABLESAMPLE is not supported',
  RowExpr: 'row values are not supported',
  A_ArrayExpr: 'arrays are not supported',
  A_Indirection: 'subscripts are not supported',
  CollateClause: 'COLLATE is not supported',
  ParamRef: 'parameters are not supported',
  GroupingFunc: 'GROUPING is not supported',
  GroupingSet: 'grouping sets are not supported',
  SQLValueFunction: 'the current time and user are not supported',
  NamedArgExpr: 'named arguments are not supported',
  SetToDefault: 'DEFAULT is not supported',
};

const remedies: Readonly<Record<string, string>> = {
  RangeFunction: "write FROM 'file.log'",
  RangeTableFunc: "write FROM 'file.log'",
  SQLValueFunction: "write the time as text, like '2026-10-01 12:00:00'",
};

export function refuseNode(context: Context, node: Node, fallback: number): never {
  const [kind = 'node'] = Object.keys(node);
  const problem = names[kind] ?? `this expression (${kind}) is not supported`;
  refuse(context, problem, locationOf(context, node) ?? fallback, remedies[kind] ?? '');
}

/** Position of the first located node inside, or null. */
export function locationOf(context: Context, node: unknown): number | null {
  if (typeof node !== 'object' || node === null) return null;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'location' && typeof value === 'number' && value >= 0) return context.unit(value);
  }
  for (const value of Object.values(node)) {
    const inner = locationOf(context, value);
    if (inner !== null) return inner;
  }
  return null;
}
