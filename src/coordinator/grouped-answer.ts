/**
 * The answer of a grouped question: partial aggregates are folded into one table on this side while they are few and
 * small; beyond that they are kept by partition and merged on the pool, so that this thread holds no large table.
 *
 * Invariant: every partial is merged exactly once, whichever way it goes. A partition that does not fit into a worker's arena
 * is cut once more, by further bits of the hash; where it is a few groups with huge sets, it is merged in passes.
 */
import { RunError } from '../core/errors.ts';
import type { RowBlock } from '../core/row-block.ts';
import { Arena, ArenaFullError } from '../execute/arena.ts';
import { PartialMerger } from '../execute/merge.ts';
import type { MergedPart, MergeResult, MergeTask, ResultLimits, RouteResult, RouteTask } from '../execute/messages.ts';
import { partialGroups, partitionCount } from '../execute/partial.ts';
import { release } from '../execute/release.ts';
import { RowOutbox } from '../execute/row-outbox.ts';
import { rowsWanted } from '../execute/rows.ts';
import type { Plan } from '../query/plan.ts';
import { mergeBatches } from './merge-batches.ts';
import type { PartialStore } from './partial-store.ts';
import type { RowStore } from './row-store.ts';
import type { Scanned } from './scan-order.ts';

export interface GroupedRun {
  readonly plan: Plan;
  readonly kernels: WebAssembly.Module;
  readonly arenaBytes: number;
  readonly results: ResultLimits;
  readonly store: PartialStore;
  readonly rows: RowStore;
  /** For a partition that is cut once more. */
  readonly openStore: () => PartialStore;
  /** Merges that run or are ready to. */
  readonly parallel: number;
  /** The task is made anew for every try, because its bytes leave with it. */
  readonly merge: (partitions: readonly number[], makeTask: () => MergeTask) => Promise<MergeResult>;
  readonly route: (partition: number, makeTask: () => RouteTask) => Promise<RouteResult>;
}

/** Above so many groups, or so many bytes in a partial or in all of them, one thread's merging would hold up the workers. */
const mostGroupsHere = 1 << 16;
const mostPartialBytesHere = 4 << 20;
const mostBytesHere = 32 << 20;
/** Of the arena here: what is not lent to the store, because garbage of what passed through it takes about so much. */
const keptFromStore = 64 << 20;
/** Where an arena is full of so few groups, it is their sets that are large. */
const fewGroups = 1024;
/** Of more rows no two partitions are merged by one task: what they leave would stand in memory together. */
const mostRowsTogether = 1024;
const bitsPerCut = Math.log2(partitionCount);
const hashBits = 32;

export async function* groupedAnswer(scans: AsyncIterable<Scanned>, run: GroupedRun): AsyncGenerator<RowBlock> {
  let fold: Fold | null = null;
  for await (const { result } of scans) {
    fold ??= new Fold(run); // only now: the workers scan already
    if (result.spilledPartials.length > 0 || groupsIn(result.partials) > mostGroupsHere) fold.moveOut();
    for (const partial of result.partials) fold.add(partial);
    run.store.addSpilled(result.spilledPartials);
  }
  fold ??= new Fold(run);
  await fold.finish();
  yield* run.rows.merged(run.plan);
}

class Fold {
  readonly #run: GroupedRun;
  #merger: PartialMerger | null;
  /** What a group's rank has to reach to be in the answer, as far as merges have found it. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(run: GroupedRun) {
    this.#run = run;
    // the user's functions merge and finish on workers, under their caps
    const isOurs = run.plan.modules === undefined;
    this.#merger = isOurs ? new PartialMerger(run.plan, new Arena(run.kernels, run.arenaBytes)) : null;
    if (this.#merger === null) this.#lend(0);
  }

  add(partial: Uint8Array): void {
    if (this.#merger !== null && this.#fits(partial) && this.#merged(this.#merger, partial)) return;
    this.moveOut();
    this.#run.store.add(partial);
  }

  /** From here on partials are merged on the pool, and may take what the arena here will not grow to. */
  moveOut(): void {
    if (this.#merger === null) return;
    this.#lend(this.#merger.sizeBytes);
    if (this.#merger.groups > 0) this.#run.store.add(this.#merger.takePartial());
    this.#merger = null;
  }

  /** The arena is as large as it will ever be: the rest of its part of the budget goes to the store. */
  #lend(sizeBytes: number): void {
    this.#run.store.widen(Math.max(0, this.#run.arenaBytes - sizeBytes - keptFromStore));
  }

  /** Leaves the result rows in the row store. */
  async finish(): Promise<void> {
    const { results, rows, store, parallel } = this.#run;
    if (this.#merger === null) return this.#mergeAll(store, bitsPerCut, parallel);
    const outbox = new RowOutbox(results.resultBytes, results.spill, true);
    try {
      this.#merger.finish(outbox);
      rows.add(0, outbox.finish());
    } finally {
      outbox.close();
    }
  }

  /** `usedBits` of the hash were used to cut the partitions of the store. */
  async #mergeAll(store: PartialStore, usedBits: number, parallel: number): Promise<void> {
    const { plan } = this.#run;
    // a death of a user's function takes as little with it as can be, and many rows of one partition are memory enough
    const isAlone = plan.modules !== undefined || rowsWanted(plan) > mostRowsTogether;
    const batches = mergeBatches(store, parallel, isAlone);
    // without keys there is a row even where no record matched
    if (plan.keys.length === 0 && store.isEmpty) batches.push([0]);
    let next = 0;
    const work = async () => {
      for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
        await this.#mergeBatch(store, batch, usedBits);
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    store.close();
  }

  async #mergeBatch(store: PartialStore, partitions: readonly number[], usedBits: number): Promise<void> {
    for (const { partition, overflowGroups } of await this.#merge(store, partitions, false)) {
      if (overflowGroups !== null) await this.#mergeLarge(store, partition, overflowGroups, usedBits);
    }
  }

  /** `groups`: how many filled the arena. */
  async #mergeLarge(store: PartialStore, partition: number, groups: number, usedBits: number): Promise<void> {
    const { plan } = this.#run;
    if (groups <= fewGroups && hasSets(plan)) {
      const [merged] = await this.#merge(store, [partition], true);
      if (merged?.overflowGroups === null) return;
    }
    if (plan.keys.length === 0 || usedBits + bitsPerCut > hashBits) {
      throw new RunError(
        'Cannot merge groups: the state of one does not fit into the arena of a worker: raise --worker-arena or --memory',
      );
    }
    await this.#cut(store, partition, usedBits);
  }

  /** Leaves the rows of what fits into an arena in the row store. */
  async #merge(store: PartialStore, partitions: readonly number[], inPasses: boolean): Promise<readonly MergedPart[]> {
    const { plan, results, rows } = this.#run;
    const result = await this.#run.merge(partitions, () => {
      const parts = partitions.map((partition) => ({ partition, segments: store.segments(partition) }));
      return { type: 'merge', plan, parts, bytesPerGroup: store.bytesPerGroup, inPasses, floor: this.#floor, results };
    });
    this.#floor = Math.max(this.#floor, result.floor);
    store.takeBack(result.spent);
    rows.add(0, result);
    return result.parts;
  }

  async #cut(store: PartialStore, partition: number, usedBits: number): Promise<void> {
    const { plan, results, route, openStore } = this.#run;
    const { partials, spilledPartials } = await route(partition, () => {
      return { type: 'route', plan, segments: store.segments(partition), usedBits, results };
    });
    const parts = openStore();
    try {
      for (const partial of partials) parts.add(partial);
      parts.addSpilled(spilledPartials);
      await this.#mergeAll(parts, usedBits + bitsPerCut, 1);
    } finally {
      parts.close();
    }
  }

  /** The merger takes a partial whole or not at all only where there is ample room for it. */
  #fits(partial: Uint8Array): boolean {
    const most = Math.min(mostPartialBytesHere, this.#run.arenaBytes / 16);
    return partialGroups(partial) <= mostGroupsHere && partial.byteLength <= most;
  }

  #merged(merger: PartialMerger, partial: Uint8Array): boolean {
    if (merger.groups > mostGroupsHere || merger.usedBytes > mostBytesHere) return false;
    try {
      merger.add(partial);
      release(partial);
      return true;
    } catch (error) {
      if (error instanceof ArenaFullError) return false;
      throw error;
    }
  }
}

/** A worker that finds one record in most groups hands them over many times: together they are too many, though each is not. */
function groupsIn(partials: readonly Uint8Array[]): number {
  return partials.reduce((sum, partial) => sum + partialGroups(partial), 0);
}

function hasSets(plan: Plan): boolean {
  return plan.aggregates.some(({ states }) => states.some(({ kind }) => kind === 'distinct' || kind === 'values'));
}
