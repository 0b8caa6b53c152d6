/** The SELECT statement's clauses. */
import type { Node, SelectStmt } from 'libpg-query';
import type { Ast, AstExpr, OrderItem, SelectItem } from '../ast.ts';
import { type Context, refuse } from './context.ts';
import { convertExpression } from './expression.ts';
import { convertFrom } from './from.ts';
import { itemText } from './item-text.ts';
import { locationOf, refuseNode } from './unsupported.ts';

export function convertSelect(context: Context, select: SelectStmt): Ast {
  refuseClauses(context, select);
  const items = (select.targetList ?? []).map((node) => convertItem(context, node));
  if (items.length === 0) refuse(context, 'nothing is selected', 0, 'write SELECT * or a list of columns');
  const groupTerms = (select.groupClause ?? []).map((node) => convertExpression(context, node, 0));
  const [firstTerm] = groupTerms;
  const groupsByAll = firstTerm !== undefined && context.rewritten.groupByAll.has(firstTerm.at);
  return {
    kind: 'select',
    sql: context.sql,
    distinct: select.distinctClause !== undefined,
    items,
    from: convertFrom(context, select.fromClause ?? []),
    where: optional(context, select.whereClause),
    groupBy: groupsByAll ? { kind: 'all', at: firstTerm.at } : { kind: 'list', terms: groupTerms },
    having: optional(context, select.havingClause),
    orderBy: (select.sortClause ?? []).map((node) => convertOrder(context, node)),
    limit: optional(context, select.limitCount),
    offset: optional(context, select.limitOffset),
  };
}

function refuseClauses(context: Context, select: SelectStmt): void {
  const where = (node: unknown) => locationOf(context, node) ?? 0;
  if (select.withClause !== undefined) {
    refuse(context, 'WITH is not supported', context.unit(select.withClause.location));
  }
  if (select.op !== undefined && select.op !== 'SETOP_NONE') {
    const name = select.op.replace('SETOP_', '');
    const keyword = context.tokens.find((token) => token.type === 'name' && token.text.toUpperCase() === name);
    refuse(context, `${name} is not supported`, keyword?.start ?? 0);
  }
  if (select.valuesLists !== undefined) refuse(context, 'VALUES is not supported', where(select.valuesLists));
  if (select.intoClause !== undefined) refuse(context, 'SELECT INTO is not supported', where(select.intoClause));
  if (select.windowClause !== undefined) {
    refuse(context, 'window functions are not supported', where(select.windowClause));
  }
  if (select.lockingClause !== undefined) refuse(context, 'FOR UPDATE and the like are not supported', 0);
  if (select.groupDistinct) refuse(context, 'GROUP BY DISTINCT is not supported', where(select.groupClause));
  if (select.limitOption === 'LIMIT_OPTION_WITH_TIES') {
    refuse(context, 'WITH TIES is not supported', where(select.limitCount));
  }
  const [firstDistinct] = select.distinctClause ?? [];
  if (firstDistinct !== undefined && Object.keys(firstDistinct).length > 0) {
    refuse(context, 'DISTINCT ON is not supported', where(firstDistinct), 'write GROUP BY with min or max');
  }
}

function optional(context: Context, node: Node | undefined): AstExpr | null {
  return node === undefined ? null : convertExpression(context, node, 0);
}

function convertItem(context: Context, node: Node): SelectItem {
  if (!('ResTarget' in node) || node.ResTarget.val === undefined) return refuseNode(context, node, 0);
  const target = node.ResTarget;
  const at = context.unit(target.location);
  const expr = convertExpression(context, node.ResTarget.val, at);
  return { expr, ...itemText(context, at, target.name ?? null), at };
}

function convertOrder(context: Context, node: Node): OrderItem {
  if (!('SortBy' in node) || node.SortBy.node === undefined) return refuseNode(context, node, 0);
  const { sortby_dir: direction, sortby_nulls: nulls } = node.SortBy;
  const expr = convertExpression(context, node.SortBy.node, 0);
  if (direction === 'SORTBY_USING') refuse(context, 'ORDER BY USING is not supported', expr.at);
  return {
    expr,
    descending: direction === 'SORTBY_DESC',
    nullsFirst: nulls === 'SORTBY_NULLS_FIRST' ? true : nulls === 'SORTBY_NULLS_LAST' ? false : null,
  };
}
