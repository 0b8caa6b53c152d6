/**
 * Folds partial aggregates into one table: in the coordinator while groups are few, partition by partition on the pool when
 * they are many. The same kernels, so the same answer.
 */

import { RunError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { FunctionRegistry } from '../query/functions/registry.ts';
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { leastBulkBytes } from './bulk.ts';
import { finalizeGroups, roomToFinalize } from './finalize.ts';
import { FunctionLoader } from './function-loader.ts';
import { GroupSieve, mostSieved, segmentBytes } from './group-sieve.ts';
import { GroupTable } from './group-table.ts';
import { mergeInPasses } from './merge-in-passes.ts';
import type { MergedPart, MergeOutcome, MergePart, MergeTask, PartialSegment } from './messages.ts';
import { partialBody } from './partial.ts';
import { RowOutbox, type RowsOut } from './row-outbox.ts';
import { SegmentReader } from './segment-reader.ts';
import { RankFloor, sieveBy } from './top-candidates.ts';

/** Partitions differ a little, and an index that is a little too small is made again. */
const indexMargin = 1.05;

/** Kept free besides what a partial may take. */
const spareBytes = 4 << 20;

export class PartialMerger {
  readonly #plan: Plan;
  readonly #arena: Arena;
  readonly #table: GroupTable;
  readonly #reader: SegmentReader;

  constructor(plan: Plan, arena: Arena) {
    this.#plan = plan;
    this.#arena = arena;
    this.#table = new GroupTable(plan, arena);
    this.#reader = new SegmentReader(arena);
  }

  get groups(): number {
    return this.#table.groups;
  }

  /** Bytes of the arena that are in use. */
  get usedBytes(): number {
    return this.#arena.kernels.arenaUsed() >>> 0;
  }

  /** Bytes that its memory has grown to. */
  get sizeBytes(): number {
    return this.#arena.sizeBytes;
  }

  /** Bytes of all groups, if they were serialized now. */
  get stateBytes(): number {
    return this.#table.measure().reduce((sum, size) => sum + size, 0);
  }

  /**
   * Folds a partial in. Throws ArenaFullError before anything of it is taken where it might not fit: take what is here
   * (`takePartial`) and keep the partial apart.
   */
  add(partial: Uint8Array): void {
    const body = partialBody(partial);
    const { kernels } = this.#arena;
    // an index that doubles needs no more than what is in use now
    const needed = body.length * 8 + spareBytes + (kernels.arenaUsed() >>> 0);
    if (this.groups > 0 && kernels.arenaFree() >>> 0 < needed) {
      throw new ArenaFullError(
        `Cannot merge ${body.length} bytes: the arena's limit is ${this.#arena.limitBytes} bytes`,
      );
    }
    const segments: PartialSegment[] = [{ type: 'bytes', bytes: body }];
    if (!this.#reader.read(this.#table, segments, (begin, end) => this.#table.merge(begin, end))) {
      // the table holds a part of the partial, so it is of no use, and neither is another try
      throw new RunError(
        `Cannot merge ${body.length} bytes of groups: the coordinator's arena is full: raise --memory`,
      );
    }
  }

  /** Serializes all groups and clears the table. */
  takePartial(): Uint8Array {
    return this.#table.takePartial();
  }

  /** Adds the result rows to the outbox, in sorted blocks. */
  finish(outbox: RowOutbox): void {
    this.#table.ensureOnlyGroup();
    finalizeGroups(this.#plan, this.#table, this.#arena, outbox);
  }
}

/** Merges and finalizes partitions; what does not fit into the arena is left out, and the outcome says so. */
export async function mergePartitions(
  task: MergeTask,
  arena: Arena,
  loader: FunctionLoader = new FunctionLoader(),
): Promise<MergeOutcome> {
  const started = monotonicMs();
  const functions = await loader.load(task.plan.modules);
  const out: RowsOut = { rows: [], runs: [] };
  const parts: MergedPart[] = [];
  const floor = new RankFloor(task.floor);
  let rowCount = 0;
  for (let next = 0; next < task.parts.length; ) {
    let together = task.parts.slice(next, next + partsTogether(task, next, floor));
    let merged = mergeParts(together, task, arena, functions, floor, bytesOf(out.rows));
    if (together.length > 1 && merged.parts.some(({ overflowGroups }) => overflowGroups !== null)) {
      together = together.slice(0, 1);
      merged = mergeParts(together, task, arena, functions, floor, bytesOf(out.rows));
    }
    out.rows.push(...merged.out.rows);
    out.runs.push(...merged.out.runs);
    rowCount += merged.rowCount;
    parts.push(...merged.parts);
    next += together.length;
  }
  return {
    type: 'merge',
    parts,
    ...out,
    rowCount,
    floor: floor.rank,
    spent: spentBy(task),
    elapsedMs: monotonicMs() - started,
  };
}

/** How many partitions go into one table, from one on: more than one where most of their groups will be left out. */
function partsTogether({ plan, parts, inPasses, bytesPerGroup }: MergeTask, from: number, floor: RankFloor): number {
  if (inPasses || sieveBy(plan, floor) === null) return 1;
  let groups = 0;
  let count = 0;
  for (const { segments } of parts.slice(from)) {
    groups += segmentBytes(segments) / bytesPerGroup;
    if (groups > mostSieved) break;
    count++;
  }
  return Math.max(1, count);
}

/** `heldBytes`: what other partitions leave in memory of the limit. */
function mergeParts(
  parts: readonly MergePart[],
  task: MergeTask,
  arena: Arena,
  functions: FunctionRegistry,
  floor: RankFloor,
  heldBytes: number,
): { readonly parts: MergedPart[]; readonly out: RowsOut; readonly rowCount: number } {
  const started = monotonicMs();
  arena.reset();
  const outbox = new RowOutbox(Math.max(0, task.results.resultBytes - heldBytes), task.results.spill, true);
  /** What cannot be told apart is the first one's, but all take the same time. */
  const merged = (groups: number, overflowGroups: number | null) => {
    const elapsedMs = (monotonicMs() - started) / parts.length;
    return parts.map(({ partition }, i) => ({ partition, groups: i === 0 ? groups : 0, overflowGroups, elapsedMs }));
  };
  try {
    const merge = task.inPasses ? mergeInPasses : mergeAtOnce;
    const segments = parts.flatMap((part) => part.segments);
    const { rowCount, groups } = merge(task, segments, arena, outbox, functions, floor);
    return { parts: merged(groups, null), out: outbox.finish(), rowCount };
  } catch (error) {
    if (!(error instanceof ArenaFullError)) throw error;
    const overflowGroups = error instanceof MergeOverflow ? error.groups : 0;
    return { parts: merged(0, overflowGroups), out: { rows: [], runs: [] }, rowCount: 0 };
  } finally {
    outbox.close();
  }
}

function bytesOf(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A new buffer for every partition would be new pages for every one, which cost more than what is written to them. */
function spentBy(task: MergeTask): Uint8Array[] {
  return task.parts.flatMap(({ segments }) =>
    segments.flatMap((segment) => {
      if (segment.type !== 'bytes' || segment.bytes.buffer.byteLength < leastBulkBytes) return [];
      return [new Uint8Array(segment.bytes.buffer)];
    }),
  );
}

/** The arena is full, with so many groups in it. */
class MergeOverflow extends ArenaFullError {
  readonly groups: number;

  constructor(groups: number) {
    super(`Cannot merge a partition: ${groups} groups fill the arena`);
    this.groups = groups;
  }
}

function mergeAtOnce(
  { plan, bytesPerGroup }: MergeTask,
  segments: readonly PartialSegment[],
  arena: Arena,
  outbox: RowOutbox,
  functions: FunctionRegistry,
  floor: RankFloor,
): { rowCount: number; groups: number } {
  const table = new GroupTable(plan, arena, functions);
  const reader = new SegmentReader(arena);
  // what is kept back is for sorting the result
  arena.kernels.setArenaLimit(arena.limitBytes - roomToFinalize(arena));
  const mostGroups = mostGroupsIn(segments, bytesPerGroup);
  const sieve = GroupSieve.open(arena, table, segments, sieveBy(plan, floor), mostGroups);
  if (sieve === null && mostGroups * 32 < arena.limitBytes / 2) table.reserve(mostGroups);
  const isMerged = sieve?.merge(reader) ?? reader.read(table, segments, (begin, end) => table.merge(begin, end));
  if (!isMerged) throw new MergeOverflow(table.groups);
  arena.kernels.setArenaLimit(arena.limitBytes);
  table.ensureOnlyGroup();
  const groups = table.groups;
  return { rowCount: finalizeGroups(plan, table, arena, outbox, functions, floor), groups };
}

/** About how many groups segments hold at most: a first size for the index, of which few groups use half or all. */
function mostGroupsIn(segments: readonly PartialSegment[], bytesPerGroup: number): number {
  return Math.ceil((segmentBytes(segments) / bytesPerGroup) * indexMargin);
}
