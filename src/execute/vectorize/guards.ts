/**
 * Functions without a kernel are slow, so they run only for the rows that evaluation comes to: in
 * `status = 500 AND replace(path, ...) = '...'` for the rows with status 500. Kernels run for all rows, which is faster
 * than choosing them. A guarded vector is NULL where its rows are closed, and nobody looks at it there.
 */
import type { Program, Slot } from './program.ts';

/** Which rows of a condition go on: the modes of the kernel `openRows`. */
const modes = { whenTrue: 0, unlessFalse: 1, unlessTrue: 2, whenNull: 3 } as const;

/** Address of a u8 per row, 1 where the row goes on after the condition (and was open before it). */
export function openAfter(program: Program, condition: Slot, mode: keyof typeof modes, parent: number): number {
  const open = program.alloc(program.arena.batchRows);
  program.add((rows) => program.kernels.openRows(condition.data, condition.flags, modes[mode], parent, rows, open));
  return open;
}
