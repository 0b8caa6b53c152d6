/**
 * Expressions over a batch: from plan expressions to vectors in the arena. Every value and every failure is the one that
 * src/query/evaluate.ts gives for that row.
 *
 * Both sides of AND, OR, CASE and COALESCE are computed for all rows; the flags then say which of them count, so that a
 * failure in a part that the row does not reach is not one.
 */
import { builtIns, type FunctionRegistry } from '../query/functions/registry.ts';
import type { Expr } from '../query/plan.ts';
import type { Arena } from './arena.ts';
import type { TextScratch } from './text-scratch.ts';
import type { Vector } from './vector.ts';
import { Program } from './vectorize/program.ts';

/** Where a plan column stands: u64 spans (address part 0: NULL), or i64 values that are never NULL. */
export type ColumnStorage =
  | { readonly type: 'spans'; readonly address: number }
  | { readonly type: 'integer'; readonly address: number };

export interface Stage {
  /**
   * Computes the expressions for `rows` rows: those numbered by the u32 at `selection`, or the first `rows` where it is
   * 0. The vectors are dense and hold until any stage on the same scratch runs again; do not write to them.
   */
  run(rows: number, selection: number): readonly Vector[];
  /** Gives the vectors and constants back to the arena. */
  close(): void;
}

/** `columns[i]` is where the plan's column i stands. Throws ArenaFullError. */
export function compileStage(
  exprs: readonly Expr[],
  columns: readonly ColumnStorage[],
  arena: Arena,
  scratch: TextScratch,
  functions: FunctionRegistry = builtIns,
): Stage {
  const program = new Program(columns, arena, scratch, functions);
  try {
    const vectors = exprs.map((expr) => program.compile(expr));
    return {
      run(rows, selection) {
        program.run(rows, selection);
        return vectors;
      },
      close: () => program.close(),
    };
  } catch (error) {
    program.close();
    throw error;
  }
}
