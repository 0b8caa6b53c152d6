/**
 * The answer of a grouped question: partial aggregates are folded into one table on this side while they are few and
 * small; beyond that they are kept by partition and merged on the pool, so that this thread holds no large table.
 *
 * Invariant: every partial is merged exactly once, whichever way it goes.
 */
import type { Value } from '../core/value.ts';
import { Arena, ArenaFullError } from '../execute/arena.ts';
import { PartialMerger } from '../execute/merge.ts';
import type { MergeResult, MergeTask } from '../execute/messages.ts';
import { partialGroups, partitionCount } from '../execute/partial.ts';
import { mergeRowBlocks } from '../execute/rows.ts';
import type { Plan } from '../query/plan.ts';
import type { PartialStore } from './partial-store.ts';
import { release } from './release.ts';
import type { Scanned } from './scan-order.ts';

export interface GroupedRun {
  readonly plan: Plan;
  readonly kernels: WebAssembly.Module;
  readonly arenaBytes: number;
  readonly store: PartialStore;
  /** Merges that run at the same time. */
  readonly parallel: number;
  /** The task is made anew for every try, because its bytes leave with it. */
  readonly merge: (partition: number, makeTask: () => MergeTask) => Promise<MergeResult>;
}

/** Above so many groups one thread's merging would hold up the workers. */
const mostGroupsHere = 1 << 16;

export async function* groupedAnswer(scans: AsyncIterable<Scanned>, run: GroupedRun): AsyncGenerator<Value[][]> {
  const fold = new Fold(run);
  for await (const { result } of scans) for (const partial of result.partials) fold.add(partial);
  yield* mergeRowBlocks(run.plan, await fold.finish());
}

class Fold {
  readonly #run: GroupedRun;
  #merger: PartialMerger | null;

  constructor(run: GroupedRun) {
    this.#run = run;
    // the user's functions merge and finish on workers, under their caps
    const isOurs = run.plan.modules === undefined;
    this.#merger = isOurs ? new PartialMerger(run.plan, new Arena(run.kernels, run.arenaBytes)) : null;
  }

  add(partial: Uint8Array): void {
    if (this.#merger === null) this.#run.store.add(partial);
    else if (!this.#fits(partial) || !this.#merged(this.#merger, partial)) this.#moveOut(this.#merger, partial);
  }

  /** Blocks of sorted result rows. */
  async finish(): Promise<Uint8Array[]> {
    if (this.#merger !== null) return [this.#merger.finish()];
    const blocks: Uint8Array[] = [];
    const { plan, store } = this.#run;
    let next = 0;
    const work = async () => {
      while (next < partitionCount) {
        const partition = next++;
        // without keys there is a row even where no record matched
        if (!store.has(partition) && (partition > 0 || plan.keys.length > 0 || !store.isEmpty)) continue;
        const { rows } = await this.#run.merge(partition, () => {
          return { type: 'merge', plan, partition, segments: store.segments(partition) };
        });
        blocks.push(...rows); // their order is settled by the keys, which are never equal in two partitions
      }
    };
    await Promise.all(Array.from({ length: this.#run.parallel }, work));
    return blocks;
  }

  /** The merger takes a partial whole or not at all only where there is ample room for it. */
  #fits(partial: Uint8Array): boolean {
    return partialGroups(partial) <= mostGroupsHere && partial.byteLength * 16 <= this.#run.arenaBytes;
  }

  #merged(merger: PartialMerger, partial: Uint8Array): boolean {
    if (merger.groups > mostGroupsHere) return false;
    try {
      merger.add(partial);
      release(partial);
      return true;
    } catch (error) {
      if (error instanceof ArenaFullError) return false;
      throw error;
    }
  }

  #moveOut(merger: PartialMerger, partial: Uint8Array): void {
    if (merger.groups > 0) this.#run.store.add(merger.takePartial());
    this.#run.store.add(partial);
    this.#merger = null;
  }
}
