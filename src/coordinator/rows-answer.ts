/** The answer of a plain select: rows in file order, or sorted; LIMIT ends the reading as soon as it is met. */
import type { Value } from '../core/value.ts';
import { decodeRowBlock, mergeRowBlocks } from '../execute/rows.ts';
import type { Plan } from '../query/plan.ts';
import { release } from './release.ts';
import type { Scanned } from './scan-order.ts';

const rowsAtOnce = 1024;

/** `scans` must come in the order of the splits; ends them early where LIMIT is met. */
export async function* rowsInFileOrder(scans: AsyncIterable<Scanned>, plan: Plan): AsyncGenerator<Value[][]> {
  let skip = plan.offset;
  let left = plan.limit ?? Number.POSITIVE_INFINITY;
  if (left === 0) return;
  for await (const { result } of scans) {
    for (const block of result.rows) {
      const rows = decodeRowBlock(plan, block);
      release(block); // decoded values are copies
      const wanted = skip > 0 || rows.length - skip > left ? rows.slice(skip, skip + left) : rows;
      skip = Math.max(0, skip - rows.length);
      left -= wanted.length;
      // in pieces, so that what writes them never holds the text of a whole block
      for (let from = 0; from < wanted.length; from += rowsAtOnce) yield wanted.slice(from, from + rowsAtOnce);
      if (left <= 0) return;
    }
  }
}

/** Equal sort keys stay in file order, so the blocks are merged in the order of the splits. */
export async function* rowsInSortOrder(scans: AsyncIterable<Scanned>, plan: Plan): AsyncGenerator<Value[][]> {
  const blocks: { readonly split: number; readonly block: Uint8Array }[] = [];
  for await (const { split, result } of scans) {
    for (const block of result.rows) blocks.push({ split: split.index, block });
  }
  blocks.sort((a, b) => a.split - b.split);
  yield* mergeRowBlocks(
    plan,
    blocks.map(({ block }) => block),
  );
}
