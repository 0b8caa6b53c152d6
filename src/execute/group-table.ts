/**
 * The hash aggregate of one plan, in the arena: the JavaScript side of workers/kernels/group-table.ts.
 *
 * A group is known by the address of its row, which never moves until the table is cleared.
 */
import { type StateSpec, stateKinds } from '../aggregates/aggregate.ts';
import type { SqlType } from '../core/value.ts';
import { builtIns, type FunctionRegistry } from '../query/functions/registry.ts';
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { ExternalStates } from './external-states.ts';
import { createPartial, partitionCount } from './partial.ts';
import type { SpilledPartial } from './partial-outbox.ts';
import type { SpillWriter } from './spill.ts';

/** How group keys are held: not at all, as i64, as the bytes of a text, or as encoded rows (several keys, doubles). */
export type KeyMode = 'none' | 'integer' | 'text' | 'encoded';

export function keyModeOf(plan: Plan): KeyMode {
  const [first, ...others] = plan.keys;
  if (first === undefined) return 'none';
  if (others.length > 0) return 'encoded';
  if (first.type === 'integer' || first.type === 'timestamp') return 'integer';
  return first.type === 'text' ? 'text' : 'encoded';
}

/** Number of a type in workers/kernels/states/value-hash.ts. */
export function typeNumber(type: SqlType): number {
  if (type === 'double') return 1;
  if (type === 'text') return 2;
  return type === 'boolean' ? 3 : 0;
}

const nullKey = 0xffffffff;
/** Groups whose rows are handed out together. */
export const groupsPerPage = 2048;
/** Of a spilled partial so much stands in memory at a time. */
const rangeBytes = 1 << 20;

/** A state of the plan: the j-th of aggregate `call`. */
export interface PlannedState {
  readonly call: number;
  readonly spec: StateSpec;
  readonly offset: number;
}

export class GroupTable {
  readonly keyMode: KeyMode;
  readonly states: readonly PlannedState[];
  readonly #arena: Arena;
  readonly #table: number;
  readonly #page: number;
  readonly #keyOffset: number;
  readonly #sizes: number;
  /** By state: those of users' aggregates, which live in the JavaScript heap. */
  readonly #external: readonly (ExternalStates | null)[];
  #ranks = 0;
  #range: Uint8Array | null = null;

  /** Throws ArenaFullError. */
  constructor(plan: Plan, arena: Arena, functions: FunctionRegistry = builtIns) {
    this.#arena = arena;
    this.keyMode = keyModeOf(plan);
    const planned = plan.aggregates.flatMap((aggregate, call) =>
      aggregate.states.map((spec) => ({ call, spec, type: aggregate.args[spec.arg]?.type ?? 'integer' })),
    );
    const bytes = Math.max(16, planned.length * 4);
    const kinds = arena.alloc(bytes);
    const types = arena.alloc(bytes);
    planned.forEach(({ spec, type }, i) => {
      arena.u32[kinds / 4 + i] = stateKinds.indexOf(spec.kind);
      arena.u32[types / 4 + i] = spec.kind === 'external' ? i : typeNumber(type);
    });
    const mode = this.keyMode === 'none' ? 0 : this.keyMode === 'integer' ? 1 : 2;
    this.#table = arena.kernels.createGroupTable(mode, planned.length, kinds, types) >>> 0;
    arena.free(kinds, bytes);
    arena.free(types, bytes);
    if (this.#table === 0) throw new ArenaFullError('Cannot create a group table: the arena is full');
    this.states = planned.map(({ call, spec }, i) => ({
      call,
      spec,
      offset: arena.kernels.stateOffset(this.#table, i),
    }));
    this.#external = this.states.map(({ call, spec, offset }, i) => {
      if (spec.kind !== 'external') return null;
      const methods = functions.userAggregate(plan.aggregates[call]?.name ?? '');
      if (methods === null) throw new Error('Cannot group by a user aggregate here: its module is not loaded');
      return new ExternalStates(methods, arena, i, offset);
    });
    if (this.#external.some((states) => states !== null)) {
      arena.external = {
        measure: (state, handle) => this.#externalAt(state).measure(handle),
        emit: () => undefined, // nothing is written but by takePartial
        merge: (state, handle, bytes) => this.#externalAt(state).merge(handle, bytes),
      };
    }
    this.#keyOffset = arena.kernels.keyOffset(this.#table);
    this.#page = arena.alloc(groupsPerPage * 4);
    this.#sizes = arena.alloc(partitionCount * 4);
  }

  /** For kernels that work on the table themselves. */
  get address(): number {
    return this.#table;
  }

  get groups(): number {
    return this.#arena.kernels.groupCount(this.#table) >>> 0;
  }

  /** Finds or adds the groups of n keys; `data` and `flags` as the key mode wants them. False when the arena is full. */
  find(data: number, flags: number, n: number, rows: number): boolean {
    const { kernels } = this.#arena;
    if (this.keyMode === 'none') return n === 0 ? true : kernels.groupAll(this.#table, n, rows) >>> 0 === n;
    const done =
      this.keyMode === 'integer'
        ? kernels.groupIntegers(this.#table, data, flags, n, rows)
        : kernels.groupSpans(this.#table, data, flags, n, rows);
    return done >>> 0 === n;
  }

  /**
   * Adds a group for each of n keys without looking for one that is there: cheaper where there is none, and the merge folds
   * what belongs together. Not between calls of `find`. False when the arena is full.
   */
  append(data: number, flags: number, n: number, rows: number): boolean {
    const { kernels } = this.#arena;
    const append = this.keyMode === 'integer' ? kernels.appendIntegers : kernels.appendSpans;
    return append(this.#table, data, flags, n, rows) >>> 0 === n;
  }

  /** Without keys there is one group even where no record matched. */
  ensureOnlyGroup(): void {
    if (this.keyMode === 'none' && this.groups === 0) this.#arena.kernels.groupAll(this.#table, 1, this.#page);
  }

  /** Feeds records [from, n) to a state; how far it came. */
  update(state: number, rows: number, data: number, flags: number, from: number, n: number): number {
    return this.#arena.kernels.updateGroups(this.#table, state, rows, data, flags, from, n) >>> 0;
  }

  /** Feeds the same values to the states of min and of max, which are never fed apart. */
  updateExtremes(
    least: number,
    greatest: number,
    rows: number,
    data: number,
    flags: number,
    from: number,
    n: number,
  ): number {
    return this.#arena.kernels.updateExtremes(this.#table, least, greatest, rows, data, flags, from, n) >>> 0;
  }

  /** The states of a user's aggregate; null for a state in the arena. */
  externalStates(state: number): ExternalStates | null {
    return this.#external[state] ?? null;
  }

  #externalAt(state: number): ExternalStates {
    const states = this.#external[state] ?? null;
    if (states === null) throw new Error(`Cannot find the values of state ${state}`);
    return states;
  }

  /** Cuts partials by the six bits of the hash that come after so many; only while the table is empty. */
  cutAfter(bits: number): void {
    this.#arena.kernels.setPartitionShift(this.#table, bits);
  }

  /** Bytes of each partition, if the groups were serialized now. */
  measure(): number[] {
    const arena = this.#arena;
    arena.kernels.measureGroups(this.#table, this.#sizes);
    return Array.from(arena.u32.subarray(this.#sizes / 4, this.#sizes / 4 + partitionCount));
  }

  /** Serializes all groups and clears the table. */
  takePartial(): Uint8Array {
    const { partial, begins } = createPartial(this.groups, this.measure());
    this.#write(partial, begins, 0, partitionCount);
    this.clear();
    return partial;
  }

  /** Serializes all groups into a file and clears the table; no more than a few partitions stand in memory twice. */
  spillPartial(writer: SpillWriter): SpilledPartial {
    const sizes = this.measure();
    const { groups } = this;
    const begins: number[] = [];
    for (let from = 0; from < partitionCount; ) {
      const first = sizes[from] ?? 0;
      let to = from + 1;
      if (first > rangeBytes) {
        begins.push(writer.length);
        this.#stream(writer, from);
      } else {
        let bytes = first;
        for (; to < partitionCount && bytes + (sizes[to] ?? 0) <= rangeBytes; to++) bytes += sizes[to] ?? 0;
        this.#spillRange(writer, sizes, from, to, begins);
      }
      from = to;
    }
    begins.push(writer.length);
    this.clear();
    return { path: writer.path, begins, groups };
  }

  #spillRange(writer: SpillWriter, sizes: readonly number[], from: number, to: number, begins: number[]): void {
    this.#range ??= new Uint8Array(rangeBytes);
    const at: number[] = [];
    let end = 0;
    for (let p = from; p < to; p++) {
      at[p] = end;
      end += sizes[p] ?? 0;
    }
    this.#write(this.#range, at, from, to);
    end = 0;
    for (let p = from; p < to; p++) {
      begins.push(writer.length);
      writer.write(this.#range.subarray(end, end + (sizes[p] ?? 0)));
      writer.cut();
      end += sizes[p] ?? 0;
    }
  }

  /** The pieces of one partition come in order. */
  #stream(writer: SpillWriter, partition: number): void {
    this.#emit(partition, partition + 1, (_, bytes) => writer.write(bytes));
    writer.cut();
  }

  /** Partitions [from, to) into a buffer; `begins[p]`: where partition p goes on. */
  #write(into: Uint8Array, begins: number[], from: number, to: number): void {
    this.#emit(from, to, (partition, bytes) => {
      const at = begins[partition] ?? 0;
      into.set(bytes, at);
      begins[partition] = at + bytes.length;
    });
  }

  /** Serializes the groups of partitions [from, to), piece by piece. */
  #emit(from: number, to: number, append: (partition: number, bytes: Uint8Array) => void): void {
    const arena = this.#arena;
    arena.onEmit = (partition, address, length) => append(partition, arena.u8.subarray(address, address + length));
    if (arena.external !== null) {
      const emit = (partition: number, state: number, handle: number) =>
        append(partition, this.#externalAt(state).bytes(handle));
      arena.external = { ...arena.external, emit };
    }
    arena.kernels.writeGroups(this.#table, from, to);
  }

  /** Where the last whole record of [begin, end) ends. */
  whole(begin: number, end: number): number {
    return this.#arena.kernels.wholeGroups(this.#table, begin, end) >>> 0;
  }

  /** Emits the records of [begin, end) by partition, through `emit`, without grouping them; where the last whole one ends. */
  route(begin: number, end: number, emit: (partition: number, bytes: Uint8Array) => void): number {
    const arena = this.#arena;
    arena.onEmit = (partition, address, length) => emit(partition, arena.u8.subarray(address, address + length));
    const reached = arena.kernels.routeGroups(this.#table, begin, end) >>> 0;
    arena.kernels.flushPartitions();
    return reached;
  }

  /** Forgets the values in sets and keeps their number (states/merge-pass.ts); false when the arena is full. */
  settle(): boolean {
    return this.#arena.kernels.settleSets(this.#table) !== 0;
  }

  /** Folds serialized groups in, which stand at [begin, end) of the arena; false when it is full: the table is of no use then. */
  merge(begin: number, end: number): boolean {
    return this.#arena.kernels.mergeGroups(this.#table, begin, end) >>> 0 === end;
  }

  clear(): void {
    for (const states of this.#external) states?.clear();
    if (this.#arena.kernels.clearGroupTable(this.#table) === 0) {
      throw new ArenaFullError('Cannot clear a group table: the arena is full');
    }
  }

  /** Row addresses of all groups, in pages. */
  *rows(): Generator<Uint32Array> {
    for (const { address, count } of this.pages()) yield this.#arena.u32.slice(address / 4, address / 4 + count);
  }

  /** The same as u32 in the arena, each page valid until the next is asked for. */
  *pages(): Generator<{ readonly address: number; readonly count: number }> {
    const { kernels } = this.#arena;
    const address = this.#page;
    kernels.walkGroups(this.#table);
    for (;;) {
      const count = kernels.nextGroups(this.#table, address, groupsPerPage);
      if (count === 0) return;
      yield { address, count };
    }
  }

  /** Encodes terms of the groups [from, n) of a page (group-encoder.ts); where it stopped. */
  encode(
    terms: number,
    count: number,
    parts: number,
    page: number,
    from: number,
    n: number,
    out: number,
    outEnd: number,
    spans: number,
  ): number {
    return this.#arena.kernels.encodeGroups(this.#table, terms, count, parts, page, from, n, out, outEnd, spans) >>> 0;
  }

  /** Makes room in the index for so many groups, so that it need not grow step by step. */
  reserve(groups: number): void {
    this.#arena.kernels.reserveGroups(this.#table, groups);
  }

  /**
   * Rows of the groups that may be among the best by one state, in pages: all whose rank is not below the bar, which is
   * asked for before each page; at the bar itself only those whose key comes before that of its row (0: any key). `kind`:
   * what the state is read as; `sign` -1 ranks the smallest first. The first page comes from `first` groups, each after it from
   * twice as many as the one before, up to groupsPerPage: without a bar every group may be among the best.
   */
  *ranked(
    state: number,
    kind: 'count' | 'sum',
    sign: 1 | -1,
    whenNull: number,
    first: number,
    bar: () => { readonly rank: number; readonly row: number },
  ): Generator<{ readonly rows: Uint32Array; readonly ranks: Float64Array }> {
    const arena = this.#arena;
    arena.kernels.walkGroups(this.#table);
    this.#ranks ||= arena.alloc(groupsPerPage * 8);
    for (let more = true, looked = first; more; looked *= 2) {
      const { rank, row } = bar();
      const answer =
        arena.kernels.rankGroups(
          this.#table,
          state,
          kind === 'count' ? 0 : 1,
          sign,
          whenNull,
          rank,
          row,
          this.#page,
          this.#ranks,
          Math.min(looked, groupsPerPage),
        ) >>> 0;
      more = answer >= 0x80000000;
      const count = answer & 0x7fffffff;
      if (count === 0) continue;
      yield {
        rows: arena.u32.subarray(this.#page / 4, this.#page / 4 + count),
        ranks: arena.f64.subarray(this.#ranks / 8, this.#ranks / 8 + count),
      };
    }
  }

  /** Key bytes of a group, a view into the arena; null for the NULL key (and where there are no keys). */
  key(row: number): Uint8Array | null {
    const length = this.#arena.u32[row / 4 + 1] ?? nullKey;
    const at = row + this.#keyOffset;
    return length === nullKey ? null : this.#arena.u8.subarray(at, at + length);
  }

  /** Order of two groups by their keys, NULLs last. */
  compare(a: number, b: number): number {
    return this.#arena.kernels.compareGroups(this.#table, a, b);
  }
}
