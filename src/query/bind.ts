/**
 * From syntax to meaning: names resolved, types settled, conversions explicit, constants computed. The rules are in
 * bind/, by subject. Throws QueryError with a position; what is doubtful but possible becomes a warning.
 */
import type { FormatSpec } from '../formats/format.ts';
import type { Ast } from './ast.ts';
import { type Binder, refuse } from './bind/binder.ts';
import { ColumnRegistry } from './bind/columns.ts';
import { isLiteral } from './bind/fold.ts';
import { keepUsedColumns } from './bind/prune.ts';
import { regroup } from './bind/regroup.ts';
import {
  type BoundItem,
  bindCount,
  bindGroupBy,
  bindHaving,
  bindItems,
  bindOrderTerm,
  bindWhere,
  distinctExprs,
} from './bind/select.ts';
import { registryOf } from './functions/registry.ts';
import type { FunctionModule } from './functions/user-functions.ts';
import type { Expr, OrderTerm, Plan } from './plan.ts';

export interface BoundQuery {
  readonly plan: Plan;
  /** For the user, on stderr: each a sentence. */
  readonly warnings: readonly string[];
}

/** `modules`: the user's own functions, which the query may call. */
export function bindQuery(ast: Ast, format: FormatSpec, modules: readonly FunctionModule[] = []): BoundQuery {
  const functions = registryOf(modules);
  const columns = new ColumnRegistry(format);
  const binder: Binder = { ast, format, functions, columns, aggregates: [], warnings: new Set() };
  const filter = bindWhere(binder, ast.where);
  const items = bindItems(binder);
  const groupKeys = bindGroupBy(binder, ast.groupBy, items);
  const having = bindHaving(binder, ast.having);
  const order = ast.orderBy.map((term) => bindOrderTerm(binder, term, items));
  const groups = groupKeys.length > 0 || binder.aggregates.length > 0 || having !== null || ast.groupBy.kind === 'all';
  if (ast.distinct && groups) checkDistinct(binder, items, groupKeys);
  const isDistinctRows = ast.distinct && !groups;
  const keys = isDistinctRows ? distinctExprs(items.map((item) => item.expr)) : groupKeys;
  const shape = groups || isDistinctRows ? 'grouped' : 'rows';
  const place = (expr: Expr) => (shape === 'rows' ? expr : regroup(binder, expr, keys, isDistinctRows));
  const names = uniqueNames(items.map((item) => item.name));
  const plan: Plan = {
    sql: ast.sql,
    format,
    ...(modules.length > 0 ? { modules } : {}),
    columns: binder.columns.list,
    filter,
    shape,
    keys,
    aggregates: binder.aggregates,
    outputs: items.map((item, index) => ({
      name: names[index] ?? item.name,
      type: item.expr.type,
      expr: place(item.expr),
    })),
    having: having === null || (isLiteral(having) && having.value === true) ? null : place(having),
    orderBy: order.map((expr, index): OrderTerm => {
      const term = ast.orderBy[index];
      // NULLs last by default in both directions, as in DuckDB
      return { expr: place(expr), descending: term?.descending ?? false, nullsFirst: term?.nullsFirst ?? false };
    }),
    limit: bindCount(binder, ast.limit, 'LIMIT'),
    offset: bindCount(binder, ast.offset, 'OFFSET') ?? 0,
  };
  return { plan: keepUsedColumns(plan), warnings: [...binder.warnings] };
}

/** Groups whose keys are all selected are distinct already; others would have to be grouped once more. */
function checkDistinct(binder: Binder, items: readonly BoundItem[], keys: readonly Expr[]): void {
  const selected = distinctExprs(items.map((item) => item.expr));
  const missing = keys.some((key) => distinctExprs([...selected, key]).length > selected.length);
  if (missing) {
    const at = items[0]?.expr.at ?? 0;
    refuse(binder, 'DISTINCT over groups whose keys are not all selected is not supported', at, 'select every key');
  }
}

/** `status`, `status_1`: every column of the result can be told from the others. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 1; taken.has(unique); count++) unique = `${name}_${count}`;
    taken.add(unique);
    return unique;
  });
}
