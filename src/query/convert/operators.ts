/** Operators, and the predicates that the parse tree keeps as operators: IN, LIKE, BETWEEN, IS DISTINCT FROM, NULLIF. */
import type { A_Expr, Node } from 'libpg-query';
import type { AstExpr } from '../ast.ts';
import { plainCall, stringOf } from './calls.ts';
import { type Context, refuse } from './context.ts';
import { convertExpression } from './expression.ts';

const signs = new Set(['+', '-', '*', '/', '//', '%', '=', '<>', '<', '<=', '>', '>=', '||']);

const otherSpellings: Readonly<Record<string, string>> = { '==': '=' };

const remedies: Readonly<Record<string, string>> = {
  '->': 'write the key after a dot, like req.path',
  '->>': 'write the key after a dot, like req.path',
};

export function convertOperator(context: Context, expr: A_Expr): AstExpr {
  const at = context.unit(expr.location);
  const name = expr.name?.map(stringOf).at(-1) ?? '';
  const one = (node: Node | undefined): AstExpr => {
    if (node === undefined) return refuse(context, `an operand of "${name}" is missing`, at);
    return convertExpression(context, node, at);
  };
  const operator = (sign: string): AstExpr => ({
    kind: 'operator',
    sign,
    args: expr.lexpr === undefined ? [one(expr.rexpr)] : [one(expr.lexpr), one(expr.rexpr)],
    at,
  });
  switch (expr.kind) {
    case 'AEXPR_OP': {
      const sign = otherSpellings[name] ?? name;
      if (!signs.has(sign)) refuse(context, `operator "${name}" is not supported`, at, remedies[name] ?? '');
      if (expr.lexpr === undefined && sign !== '-' && sign !== '+') {
        refuse(context, `operator "${name}" needs two operands`, at);
      }
      return operator(sign);
    }
    case 'AEXPR_DISTINCT':
      return operator('is distinct from');
    case 'AEXPR_NOT_DISTINCT':
      return { kind: 'not', value: operator('is distinct from'), at };
    case 'AEXPR_NULLIF':
      return plainCall('nullif', [one(expr.lexpr), one(expr.rexpr)], at);
    case 'AEXPR_IN':
      return negate(name === '<>', { kind: 'in', value: one(expr.lexpr), options: listOf(expr.rexpr).map(one), at });
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return negate(name.startsWith('!'), like(context, expr, one));
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM': {
      const [low, high] = listOf(expr.rexpr);
      return negate(expr.kind.startsWith('AEXPR_NOT'), {
        kind: 'between',
        value: one(expr.lexpr),
        low: one(low),
        high: one(high),
        symmetric: expr.kind.endsWith('SYM'),
        at,
      });
    }
    case 'AEXPR_SIMILAR':
      return refuse(context, 'SIMILAR TO is not supported', at, 'write LIKE');
    default:
      return refuse(context, 'ANY and ALL are not supported', at, 'write IN (...)');
  }
}

function like(context: Context, expr: A_Expr, one: (node: Node | undefined) => AstExpr): AstExpr {
  const at = context.unit(expr.location);
  const right = expr.rexpr;
  // with ESCAPE the pattern comes wrapped in like_escape(pattern, escape)
  const wrapped = right !== undefined && 'FuncCall' in right ? right.FuncCall : undefined;
  const isEscape = wrapped?.funcname?.map(stringOf).join('.') === 'pg_catalog.like_escape';
  const [pattern, escapeWith] = isEscape ? (wrapped?.args ?? []) : [right];
  return {
    kind: 'like',
    value: one(expr.lexpr),
    pattern: one(pattern),
    escape: escapeWith === undefined ? null : one(escapeWith),
    ignoreCase: expr.kind === 'AEXPR_ILIKE',
    at,
  };
}

function negate(negated: boolean, expr: AstExpr): AstExpr {
  return negated ? { kind: 'not', value: expr, at: expr.at } : expr;
}

function listOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return 'List' in node ? (node.List.items ?? []) : [node];
}
