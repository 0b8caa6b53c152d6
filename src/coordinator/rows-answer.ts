/** The answer of a plain select: rows in file order, or sorted; LIMIT ends the reading as soon as it is met. */
import type { Value } from '../core/value.ts';
import { release } from '../execute/release.ts';
import { decodeRowBlock } from '../execute/rows.ts';
import { framesOf } from '../execute/spill.ts';
import type { Plan } from '../query/plan.ts';
import type { RowStore } from './row-store.ts';
import type { Scanned } from './scan-order.ts';

const rowsAtOnce = 1024;

/** `scans` must come in the order of the splits; ends them early where LIMIT is met. `onSpill` hears of what came in files. */
export async function* rowsInFileOrder(
  scans: AsyncIterable<Scanned>,
  plan: Plan,
  onSpill: (bytes: number) => void,
): AsyncGenerator<Value[][]> {
  let skip = plan.offset;
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  if (left === 0) return;
  for await (const { result } of scans) {
    for (const { length } of result.runs) onSpill(length);
    for (const rows of decodedBlocks(plan, result)) {
      const wanted = skip > 0 || rows.length - skip > left ? rows.slice(skip, skip + left) : rows;
      skip = Math.max(0, skip - rows.length);
      left -= wanted.length;
      // in pieces, so that what writes them never holds the text of a whole block
      for (let from = 0; from < wanted.length; from += rowsAtOnce) yield wanted.slice(from, from + rowsAtOnce);
      if (left <= 0) return;
    }
  }
}

function* decodedBlocks(plan: Plan, result: Scanned['result']): Generator<Value[][]> {
  for (const block of result.rows) {
    const rows = decodeRowBlock(plan, block);
    release(block); // decoded values are copies
    yield rows;
  }
  for (const run of result.runs) for (const frame of framesOf(run)) yield decodeRowBlock(plan, frame);
}

/** Equal sort keys stay in file order. */
export async function* rowsInSortOrder(
  scans: AsyncIterable<Scanned>,
  plan: Plan,
  store: RowStore,
): AsyncGenerator<Value[][]> {
  for await (const { split, result } of scans) store.add(split.index, result);
  yield* store.merged(plan);
}
