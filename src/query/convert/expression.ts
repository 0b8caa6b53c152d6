/** Expressions: from PostgreSQL's parse tree to Ast. What has no place in the language is refused where it stands. */
import type { BoolExpr, BooleanTest, CaseExpr, MinMaxExpr, Node, TypeCast } from 'libpg-query';
import type { AstExpr } from '../ast.ts';
import { convertCall, plainCall } from './calls.ts';
import { type Context, refuse } from './context.ts';
import { convertConstant } from './literals.ts';
import { convertColumnRef } from './names.ts';
import { convertOperator } from './operators.ts';
import { convertTypeName, intervalUnit } from './type-name.ts';
import { refuseNode } from './unsupported.ts';

/** So deep that everybody who walks an expression by recursion, also in a worker's smaller stack, has room to spare. */
export const deepestExpression = 500;

/** `fallback`: where to point when the node has no position of its own. */
export function convertExpression(context: Context, node: Node, fallback: number): AstExpr {
  const { nesting } = context;
  if (++nesting.levels > deepestExpression) {
    refuse(context, 'nested too deeply', fallback, `at most ${deepestExpression} levels are read`);
  }
  const expression = convertNode(context, node, fallback);
  nesting.levels--;
  return expression;
}

function convertNode(context: Context, node: Node, fallback: number): AstExpr {
  if ('A_Const' in node) return convertConstant(context, node.A_Const);
  if ('ColumnRef' in node) return convertColumnRef(context, node.ColumnRef);
  // PostgreSQL's word for the session's user is the name of a column in access logs
  if ('SQLValueFunction' in node && node.SQLValueFunction.op === 'SVFOP_USER') {
    const at = context.unit(node.SQLValueFunction.location);
    return { kind: 'name', parts: [{ text: 'user', quoted: false }], at };
  }
  if ('A_Expr' in node) return convertOperator(context, node.A_Expr);
  if ('FuncCall' in node) return convertCall(context, node.FuncCall);
  if ('BoolExpr' in node) return convertBoolean(context, node.BoolExpr);
  if ('TypeCast' in node) return convertCast(context, node.TypeCast);
  if ('CaseExpr' in node) return convertCase(context, node.CaseExpr);
  if ('BooleanTest' in node) return convertTruth(context, node.BooleanTest);
  if ('MinMaxExpr' in node) return convertMinMax(context, node.MinMaxExpr);
  if ('NullTest' in node) {
    const at = context.unit(node.NullTest.location);
    const test: AstExpr = { kind: 'isNull', value: child(context, node.NullTest.arg, at), at };
    return node.NullTest.nulltesttype === 'IS_NOT_NULL' ? { kind: 'not', value: test, at } : test;
  }
  if ('CoalesceExpr' in node) {
    const at = context.unit(node.CoalesceExpr.location);
    return { kind: 'coalesce', args: children(context, node.CoalesceExpr.args, at), at };
  }
  return refuseNode(context, node, fallback);
}

function child(context: Context, node: Node | undefined, at: number): AstExpr {
  if (node === undefined) return refuse(context, 'an expression is missing', at);
  return convertExpression(context, node, at);
}

function children(context: Context, nodes: readonly Node[] | undefined, at: number): readonly AstExpr[] {
  return (nodes ?? []).map((node) => convertExpression(context, node, at));
}

function convertBoolean(context: Context, expr: BoolExpr): AstExpr {
  const at = context.unit(expr.location);
  const args = children(context, expr.args, at);
  const [first] = args;
  if (expr.boolop === 'NOT_EXPR' && first !== undefined) return { kind: 'not', value: first, at };
  return { kind: expr.boolop === 'AND_EXPR' ? 'and' : 'or', args, at };
}

function convertCast(context: Context, cast: TypeCast): AstExpr {
  const hasPlace = cast.location !== undefined && cast.location >= 0;
  const at = context.unit(hasPlace ? cast.location : cast.typeName?.location);
  const value = child(context, cast.arg, at);
  const to = convertTypeName(context, cast.typeName);
  const lenient = context.rewritten.tryCasts.has(at);
  if (to === 'date') {
    const day: AstExpr = { kind: 'literal', type: 'text', value: 'day', at };
    return plainCall('date_trunc', [day, { kind: 'cast', value, to: 'timestamp', lenient, at }], at);
  }
  const unit = to === 'interval' ? intervalUnit(context, cast.typeName) : '';
  if (unit !== '' && value.kind === 'literal' && value.type === 'text') {
    return { kind: 'cast', value: { ...value, value: `${value.value} ${unit}` }, to, lenient, at };
  }
  return { kind: 'cast', value, to, lenient, at };
}

function convertCase(context: Context, expr: CaseExpr): AstExpr {
  const at = context.unit(expr.location);
  const branches = (expr.args ?? []).map((branch) => {
    if (!('CaseWhen' in branch)) return refuseNode(context, branch, at);
    const { expr: when, result } = branch.CaseWhen;
    return { when: child(context, when, at), result: child(context, result, at) };
  });
  return {
    kind: 'case',
    subject: expr.arg === undefined ? null : child(context, expr.arg, at),
    branches,
    otherwise: expr.defresult === undefined ? null : child(context, expr.defresult, at),
    at,
  };
}

function convertTruth(context: Context, test: BooleanTest): AstExpr {
  const at = context.unit(test.location);
  const value = child(context, test.arg, at);
  const kind = test.booltesttype ?? '';
  const expr: AstExpr = kind.endsWith('UNKNOWN')
    ? { kind: 'isNull', value, at }
    : { kind: 'isTruth', value, truth: kind.endsWith('TRUE'), at };
  return kind.startsWith('IS_NOT') ? { kind: 'not', value: expr, at } : expr;
}

function convertMinMax(context: Context, expr: MinMaxExpr): AstExpr {
  const at = context.unit(expr.location);
  return plainCall(expr.op === 'IS_LEAST' ? 'least' : 'greatest', children(context, expr.args, at), at);
}
