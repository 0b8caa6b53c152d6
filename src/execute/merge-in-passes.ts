/**
 * Merges a few groups whose sets (exact DISTINCT, exact quantiles) are larger than the arena, by reading their partials several
 * times. Counts of different values add up over classes of values (by hash) that fit; the value at a rank is found eight
 * bits at a time, from a histogram per reading. Everything else is merged in the first pass and skipped in the others
 * (workers/kernels/states/merge-pass.ts). No state is too large: there are only more passes.
 */
import type { FunctionRegistry } from '../query/functions/registry.ts';
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { finalizeGroups, roomToFinalize } from './finalize.ts';
import { GroupTable } from './group-table.ts';
import type { MergeTask, PartialSegment } from './messages.ts';
import type { RowOutbox } from './row-outbox.ts';
import { SegmentReader } from './segment-reader.ts';
import { beginSelection, steps } from './select-rank.ts';
import type { RankFloor } from './top-candidates.ts';

/** Numbers of the passes in workers/kernels/states/merge-pass.ts. */
const [everything, first, sets, select] = [0, 1, 2, 3];
/** So often is too often: the groups are too many for this. */
const mostClasses = 1 << 14;

/** Throws ArenaFullError where even the groups without their sets are too many. */
export function mergeInPasses(
  { plan }: MergeTask,
  segments: readonly PartialSegment[],
  arena: Arena,
  outbox: RowOutbox,
  functions: FunctionRegistry,
  floor: RankFloor,
): { rowCount: number; groups: number } {
  for (let classes = 1; ; classes *= 4) {
    arena.reset();
    const table = tableOf(plan, segments, arena, classes, functions);
    if (table === null) {
      if (classes >= mostClasses || !hasDistinct(plan)) throw new ArenaFullError('Cannot merge a partition in passes');
      continue;
    }
    const groups = table.groups;
    return { rowCount: finalizeGroups(plan, table, arena, outbox, functions, floor), groups };
  }
}

function hasDistinct(plan: Plan): boolean {
  return plan.aggregates.some((call) => call.states.some((state) => state.kind === 'distinct'));
}

/** The finished table, or null where a class of values does not fit. */
function tableOf(
  plan: Plan,
  segments: readonly PartialSegment[],
  arena: Arena,
  classes: number,
  functions: FunctionRegistry,
): GroupTable | null {
  const { kernels } = arena;
  const table = new GroupTable(plan, arena, functions);
  const reader = new SegmentReader(arena);
  kernels.setArenaLimit(arena.limitBytes - roomToFinalize(arena));
  const pass = (kind: number, classNumber: number, knownBits: number) => {
    kernels.setMergePass(kind, kind === select ? 0 : classes - 1, classNumber, knownBits);
    return reader.read(table, segments, (begin, end) => table.merge(begin, end));
  };
  if (!pass(first ?? 1, 0, 0) || !table.settle()) return null;
  for (let number = 1; number < classes; number++) {
    if (!pass(sets ?? 2, number, 0) || !table.settle()) return null;
  }
  const wanted = [...selections(plan, table)];
  for (const { at, q } of wanted) if (!beginSelection(arena, at, q)) return null;
  for (const known of wanted.length > 0 ? steps() : []) {
    if (!pass(select ?? 3, 0, known)) return null;
    for (const { at } of wanted) kernels.narrowSelect(at);
  }
  kernels.setMergePass(everything ?? 0, 0, 0, 0);
  kernels.setArenaLimit(arena.limitBytes);
  return table;
}

/** Every multiset of every group, and the fraction that is asked of it. */
function* selections(plan: Plan, table: GroupTable): Generator<{ readonly at: number; readonly q: number }> {
  const states = table.states.filter(({ spec }) => spec.kind === 'values');
  if (states.length === 0) return;
  for (const page of table.rows()) {
    for (const row of page) {
      for (const { call, offset } of states) yield { at: row + offset, q: plan.aggregates[call]?.params[0] ?? 0 };
    }
  }
}
