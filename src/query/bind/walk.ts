/** Walks over plan expressions. */
import type { Expr } from '../plan.ts';

/** The node with its children replaced; leaves are returned as they are. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'literal':
    case 'column':
    case 'key':
    case 'aggregate':
      return expr;
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
      return { ...expr, args: expr.args.map(map) };
    case 'not':
    case 'isNull':
    case 'in':
    case 'like':
    case 'cast':
      return { ...expr, value: map(expr.value) };
    case 'case': {
      const branches = expr.branches.map((branch) => {
        const when = map(branch.when);
        return { when, then: map(branch.then) };
      });
      return { ...expr, branches, otherwise: map(expr.otherwise) };
    }
    default:
      return unreachable(expr);
  }
}

/** Whether any node, the root included, passes the test. */
export function someNode(expr: Expr, test: (node: Expr) => boolean): boolean {
  if (test(expr)) return true;
  let found = false;
  mapChildren(expr, (child) => {
    found ||= someNode(child, test);
    return child;
  });
  return found;
}

function unreachable(expr: never): never {
  throw new Error(`Cannot walk ${JSON.stringify(expr)}`);
}
