/** The answer of a plain select: rows in file order, or sorted; LIMIT ends the reading as soon as it is met. */
import type { RowBlock } from '../core/row-block.ts';
import type { Arena } from '../execute/arena.ts';
import { release } from '../execute/release.ts';
import { BlockReader, decodeRowBlock } from '../execute/rows.ts';
import { framesOf } from '../execute/spill.ts';
import type { Plan } from '../query/plan.ts';
import type { RowStore } from './row-store.ts';
import type { Scanned } from './scan-order.ts';

const rowsAtOnce = 1024;
/** Answers of so few bytes are not worth an arena. */
const fewBytes = 256 * 1024;

/** `scans` must come in the order of the splits; ends them early where LIMIT is met. `onSpill` hears of what came in files. */
export async function* rowsInFileOrder(
  scans: AsyncIterable<Scanned>,
  plan: Plan,
  openArena: () => Arena,
  onSpill: (bytes: number) => void,
): AsyncGenerator<RowBlock> {
  let skip = plan.offset;
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  let seenBytes = 0;
  let reader: BlockReader | null = null;
  if (left === 0) return;
  for await (const { result } of scans) {
    for (const { length } of result.runs) onSpill(length);
    for (const encoded of blocksOf(result)) {
      seenBytes += encoded.length;
      if (seenBytes > fewBytes) reader ??= new BlockReader(plan, openArena());
      for (const block of reader === null ? decoded(plan, encoded) : reader.rowsOf(encoded)) {
        const wanted = skip > 0 || block.length - skip > left ? [...block].slice(skip, skip + left) : block;
        skip = Math.max(0, skip - block.length);
        left -= wanted.length;
        if (wanted.length > 0) yield wanted;
        if (left <= 0) return;
      }
    }
  }
}

function* blocksOf(result: Scanned['result']): Generator<Uint8Array> {
  for (const block of result.rows) {
    yield block;
    release(block);
  }
  for (const run of result.runs) yield* framesOf(run);
}

/** In pieces, so that what writes them never holds the text of a whole block. */
function* decoded(plan: Plan, block: Uint8Array): Generator<RowBlock> {
  const rows = decodeRowBlock(plan, block);
  for (let from = 0; from < rows.length; from += rowsAtOnce) yield rows.slice(from, from + rowsAtOnce);
}

/** Equal sort keys stay in file order. */
export async function* rowsInSortOrder(
  scans: AsyncIterable<Scanned>,
  plan: Plan,
  store: RowStore,
): AsyncGenerator<RowBlock> {
  for await (const { split, result } of scans) store.add(split.index, result);
  yield* store.merged(plan);
}
