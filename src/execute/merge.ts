/**
 * Folds partial aggregates into one table: in the coordinator while groups are few, partition by partition on the pool when
 * they are many. The same kernels, so the same answer.
 */
import { open } from 'node:fs/promises';
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { finalizeGroups } from './finalize.ts';
import { FunctionLoader } from './function-loader.ts';
import { GroupTable } from './group-table.ts';
import type { MergeOutcome, MergeTask, PartialSegment } from './messages.ts';
import { partialBody } from './partial.ts';

/** A key of 12 bytes, as clients have, its length and one count. */
const leastGroupBytes = 24;

export class PartialMerger {
  readonly #plan: Plan;
  readonly #arena: Arena;
  readonly #table: GroupTable;

  constructor(plan: Plan, arena: Arena) {
    this.#plan = plan;
    this.#arena = arena;
    this.#table = new GroupTable(plan, arena);
  }

  get groups(): number {
    return this.#table.groups;
  }

  /**
   * Folds a partial in. Throws ArenaFullError before anything of it is taken where it might not fit: take what is here
   * (`takePartial`) and keep the partial apart.
   */
  add(partial: Uint8Array): void {
    const body = partialBody(partial);
    if (this.groups > 0 && this.#arena.kernels.arenaFree() >>> 0 < body.length * 8 + (4 << 20)) {
      throw new ArenaFullError(
        `Cannot merge ${body.length} bytes: the arena's limit is ${this.#arena.limitBytes} bytes`,
      );
    }
    mergeBytes(this.#table, this.#arena, body);
  }

  /** Serializes all groups and clears the table. */
  takePartial(): Uint8Array {
    return this.#table.takePartial();
  }

  finish(): Uint8Array {
    this.#table.ensureOnlyGroup();
    return finalizeGroups(this.#plan, this.#table, this.#arena).block;
  }
}

/** Merges and finalizes one partition. Throws ArenaFullError where it does not fit. */
export async function mergePartition(
  task: MergeTask,
  arena: Arena,
  loader: FunctionLoader = new FunctionLoader(),
): Promise<MergeOutcome> {
  const started = performance.now();
  const functions = await loader.load(task.plan.modules);
  const table = new GroupTable(task.plan, arena, functions);
  table.reserve(mostGroupsIn(task.segments));
  for (const segment of task.segments) mergeBytes(table, arena, await readSegment(segment));
  table.ensureOnlyGroup();
  const { block, rowCount } = finalizeGroups(task.plan, table, arena, functions);
  return { type: 'merge', rows: [block], rowCount, groups: table.groups, elapsedMs: performance.now() - started };
}

/** Groups that segments can hold at most: a first size for the index, of which few groups use half or all. */
function mostGroupsIn(segments: readonly PartialSegment[]): number {
  const bytes = segments.reduce(
    (sum, segment) => sum + (segment.type === 'bytes' ? segment.bytes.length : segment.length),
    0,
  );
  return Math.floor(bytes / leastGroupBytes);
}

/** Copies serialized groups into the arena and folds them in. */
function mergeBytes(table: GroupTable, arena: Arena, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const window = arena.alloc(bytes.length);
  try {
    arena.u8.set(bytes, window);
    if (table.merge(window, window + bytes.length) !== window + bytes.length) {
      throw new ArenaFullError(`Cannot merge ${bytes.length} bytes of groups: the arena is full`);
    }
  } finally {
    arena.free(window, bytes.length);
  }
}

async function readSegment(segment: PartialSegment): Promise<Uint8Array> {
  if (segment.type === 'bytes') return segment.bytes;
  const file = await open(segment.path, 'r');
  try {
    const bytes = new Uint8Array(segment.length);
    let filled = 0;
    while (filled < segment.length) {
      const { bytesRead } = await file.read(bytes, filled, segment.length - filled, segment.offset + filled);
      if (bytesRead === 0) throw new Error(`Spill file ${segment.path} ends at ${segment.offset + filled}`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
