/** Expressions: from Ast to typed plan nodes over columns and aggregates. */
import type { AstExpr } from '../ast.ts';
import type { Expr } from '../plan.ts';
import { bindAggregate } from './aggregate-call.ts';
import { type Binder, type Place, refuse } from './binder.ts';
import { bindCall } from './call.ts';
import { bindCast } from './cast.ts';
import { asBoolean } from './coerce.ts';
import { bindCase, bindCoalesce, bindTruth } from './conditional.ts';
import { fold, literal, logical } from './fold.ts';
import { bindName } from './names.ts';
import { bindOperator } from './operator.ts';
import { bindBetween, bindIn, bindLike } from './predicate.ts';

export function bindExpression(binder: Binder, expr: AstExpr, place: Place): Expr {
  const bind = (inner: AstExpr) => bindExpression(binder, inner, place);
  switch (expr.kind) {
    case 'literal':
      return literal(expr.type, expr.value, expr.at);
    case 'name':
      return bindName(binder, expr, place);
    case 'star':
      return refuse(binder, '"*" is out of place', expr.at, 'it stands alone in the select list, or in count(*)');
    case 'call':
      return bindAggregate(binder, expr, place) ?? bindCall(binder, expr, bind);
    case 'operator':
      return bindOperator(binder, expr, bind);
    case 'and':
    case 'or':
      return logical(
        expr.kind,
        expr.args.map((arg) => asBoolean(binder, bind(arg), expr.kind.toUpperCase())),
        expr.at,
      );
    case 'not': {
      const value = asBoolean(binder, bind(expr.value), 'NOT');
      return fold(binder, { kind: 'not', type: 'boolean', value, at: expr.at }, [value]);
    }
    case 'isNull': {
      const value = bind(expr.value);
      return fold(binder, { kind: 'isNull', type: 'boolean', value, at: expr.at }, [value]);
    }
    case 'isTruth':
      return bindTruth(binder, expr, bind);
    case 'in':
      return bindIn(binder, expr, bind);
    case 'between':
      return bindBetween(binder, expr, bind);
    case 'like':
      return bindLike(binder, expr, bind);
    case 'case':
      return bindCase(binder, expr, bind);
    case 'coalesce':
      return bindCoalesce(binder, expr.args.map(bind), expr.at);
    case 'cast':
      return bindCast(binder, expr, bind);
    default:
      return unreachable(expr);
  }
}

function unreachable(expr: never): never {
  throw new Error(`Cannot bind ${JSON.stringify(expr)}`);
}
