/**
 * What of a filter can be asked first. `WHERE agent LIKE '%bot%' AND status >= 500` means its parts from left to right, but
 * LIKE over a text column cannot fail: where the status is too low nothing of it can show. So the cheap part is asked of all
 * records, and the whole filter only of those that it leaves.
 */
import type { Expr } from '../query/plan.ts';

const comparison = /^(eq|ne|lt|le|gt|ge)\(/;

/** The first cheap part of an AND behind at least one that searches text, if nothing in front of it can fail; or null. */
export function prefilterOf(filter: Expr | null): Expr | null {
  if (filter?.kind !== 'and') return null;
  let searches = false;
  for (const part of filter.args) {
    if (searches && isCheap(part)) return part;
    if (!cannotFail(part)) return null;
    searches ||= !isCheap(part);
  }
  return null;
}

/** A comparison with a constant, or a test for NULL. */
function isCheap(expr: Expr): boolean {
  if (expr.kind === 'isNull') return expr.value.kind === 'column';
  if (expr.kind === 'in') return expr.value.kind === 'column' && expr.value.type !== 'text';
  if (expr.kind !== 'call' || !comparison.test(expr.fn)) return false;
  return expr.args.every(({ kind }) => kind === 'literal' || kind === 'column');
}

/** Columns of other types than text are decoded, and may reject their record. */
function cannotFail(expr: Expr): boolean {
  switch (expr.kind) {
    case 'literal':
      return true;
    case 'column':
      return expr.type === 'text';
    case 'and':
    case 'or':
      return expr.args.every(cannotFail);
    case 'not':
    case 'isNull':
    case 'in':
    case 'like':
      return cannotFail(expr.value);
    case 'call':
      return comparison.test(expr.fn) && expr.args.every(cannotFail);
    default:
      return false;
  }
}
