/** Function calls, among them those with a syntax of their own: the parser has made calls of them already. */
import type { FuncCall, Node } from 'libpg-query';
import type { AstExpr } from '../ast.ts';
import { type Context, refuse } from './context.ts';
import { convertExpression } from './expression.ts';

export function convertCall(context: Context, call: FuncCall): AstExpr {
  const at = context.unit(call.location);
  if (call.over !== undefined) refuse(context, 'window functions are not supported', at);
  if (call.agg_within_group) refuse(context, 'WITHIN GROUP is not supported', at, 'write quantile(x, 0.99)');
  if (call.agg_order !== undefined) refuse(context, 'ORDER BY inside an aggregate is not supported', at);
  if (call.func_variadic) refuse(context, 'VARIADIC is not supported', at);
  const names = (call.funcname ?? []).map(stringOf);
  if (names.length > 1 && names[0] !== 'pg_catalog') {
    refuse(context, `unknown function "${names.join('.')}"`, at);
  }
  return {
    kind: 'call',
    name: (names.at(-1) ?? '').toLowerCase(),
    args: (call.args ?? []).map((arg) => convertExpression(context, arg, at)),
    distinct: call.agg_distinct ?? false,
    star: call.agg_star ?? false,
    filter: call.agg_filter === undefined ? null : convertExpression(context, call.agg_filter, at),
    at,
  };
}

export function stringOf(node: Node): string {
  return 'String' in node ? (node.String.sval ?? '') : '';
}

/** A call that was written in another way. */
export function plainCall(name: string, args: readonly AstExpr[], at: number): AstExpr {
  return { kind: 'call', name, args, distinct: false, star: false, filter: null, at };
}
