/**
 * How many records are processed together. Each batch costs some microseconds of calls, so it should be large; but its vectors
 * should stay inside the second-level cache, and those of hundreds of columns or expressions must fit into a small arena.
 */
import { someNode } from '../query/bind/walk.ts';
import type { Expr, Plan } from '../query/plan.ts';
import { batchRows } from './vector.ts';

const mostRows = 8192;
/** Of the second-level cache, beside the bytes that are being read. */
const cacheBytes = 256 << 10;
/** Of a record: start, length and flag, and its group. */
const recordBytes = 13;
const spanBytes = 8;
/** Of an expression: value and flag. */
const vectorBytes = 9;

/** From `batchRows`, however many vectors there are, to 8,192. */
export function rowsPerBatch(plan: Plan): number {
  const columns = plan.columns.filter(({ source }) => source === 'field').length;
  const bytes = recordBytes + spanBytes * columns + vectorBytes * vectorsOf(plan);
  const rows = Math.floor(cacheBytes / bytes);
  return Math.max(batchRows, Math.min(mostRows, rows - (rows % 16)));
}

function vectorsOf(plan: Plan): number {
  let count = 0;
  const add = (expr: Expr | null) => {
    if (expr === null) return;
    someNode(expr, () => {
      count += 1;
      return false;
    });
  };
  add(plan.filter);
  plan.keys.forEach(add);
  for (const { args, filter } of plan.aggregates) [...args, filter].forEach(add);
  if (plan.shape === 'rows') for (const { expr } of [...plan.outputs, ...plan.orderBy]) add(expr);
  return count;
}
