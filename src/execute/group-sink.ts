/**
 * Matched records into groups. Where nearly every record is a group of its own, looking for its group only costs: then every
 * record leaves as one, and the merge, partition by partition, does the grouping.
 * When the arena is full the groups so far leave as a partial and grouping goes on in an empty
 * table: states merge apart from each other, so a flush may fall between two aggregates of one batch.
 */
import { getHeapStatistics } from 'node:v8';
import { builtIns, type FunctionRegistry } from '../query/functions/registry.ts';
import type { Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import type { ExternalStates } from './external-states.ts';
import { GroupTable, type KeyMode } from './group-table.ts';
import type { ResultLimits } from './messages.ts';
import { PartialOutbox } from './partial-outbox.ts';
import { RowEncoder } from './row-encoder.ts';
import type { Sink, SinkResult } from './sink.ts';
import { pairExtremes, type StateInput } from './state-inputs.ts';
import type { Vector } from './vector.ts';

/** Groups whose rows and index stay in the second-level cache. */
const nearGroups = 1 << 14;
/** Groups with long keys, or large states, leave the caches sooner: when they take so much of the arena. */
const nearBytes = 8 << 20;
/** With fewer records per group than this, grouping here saves the merge too little. */
const leastRecordsPerGroup = 2;
/** Records that leave together where they are not grouped. */
const appendedRecords = 1 << 15;
/** After so many times that, it is tried once more whether grouping pays. */
const appendedTimes = 16;

/** A state in the JavaScript heap, which reads all arguments of its call. */
interface ExternalInput {
  readonly states: ExternalStates;
  readonly firstArg: number;
  readonly args: number;
  readonly condition: number;
}

/** How the sink works on a batch, for what does it in its place (batch-loop/batch-loop.ts). Addresses are the arena's. */
export interface GroupingParts {
  readonly table: number;
  readonly keyMode: KeyMode;
  readonly keyCount: number;
  readonly inputs: readonly StateInput[];
  /** Room for a row number per record each: their groups, and those that FILTER leaves. */
  readonly rows: number;
  readonly filteredRows: number;
  /** Room for a flag per record. */
  readonly filteredFlags: number;
}

/** How long batches can go on without the sink looking at its table. */
export interface GroupingBounds {
  readonly groups: number;
  readonly bytes: number;
  /** Which are counted from here. */
  readonly emptyBytes: number;
  /** Groups are added without being looked for. */
  readonly appending: boolean;
}

/** States in the JavaScript heap leave as a partial where they may be what fills it; fewer are not worth it. */
const externalHeapShare = 0.5;
const leastExternalStates = 1024;

export class GroupSink implements Sink {
  readonly exprs;
  readonly satisfied = false;
  readonly #arena: Arena;
  readonly #table: GroupTable;
  readonly #keyCount: number;
  readonly #encoder: RowEncoder | null;
  readonly #inputs: readonly StateInput[];
  readonly #externals: readonly ExternalInput[];
  readonly #conditions: readonly number[];
  readonly #rows: number;
  readonly #filteredRows: number;
  readonly #filteredFlags: number;
  readonly #outbox: PartialOutbox;
  /** Records since the table was empty. */
  #records = 0;
  /** At how many groups, or bytes, the ratio of records to groups is looked at next. */
  #reviewAt = nearGroups;
  #reviewAtBytes = nearBytes;
  /** Bytes of the arena in use while the table is empty. */
  #emptyBytes: number;
  /** How many more times records leave without being grouped. */
  #appending = 0;

  /** Throws ArenaFullError. */
  constructor(plan: Plan, arena: Arena, results: ResultLimits, functions: FunctionRegistry = builtIns) {
    this.#arena = arena;
    this.#outbox = new PartialOutbox(results.resultBytes, results.spill);
    this.#table = new GroupTable(plan, arena, functions);
    this.#keyCount = plan.keys.length;
    this.#encoder = this.#table.keyMode === 'encoded' ? new RowEncoder(arena, plan.keys.length) : null;
    const exprs = [...plan.keys];
    const conditions: number[] = [];
    const placed = plan.aggregates.map((call) => {
      const firstArg = exprs.length;
      exprs.push(...call.args);
      const condition = call.filter === null ? -1 : exprs.push(call.filter) - 1;
      for (let arg = firstArg; arg < firstArg + call.args.length; arg++) conditions[arg] = condition;
      return { firstArg, condition };
    });
    this.exprs = exprs;
    this.#conditions = conditions;
    const inputs = this.#table.states.flatMap(({ call, spec }, state) => {
      const place = placed[call] ?? { firstArg: 0, condition: -1 };
      if (spec.kind === 'external') return [];
      const value = spec.arg < 0 ? -1 : place.firstArg + spec.arg;
      return [{ state, kind: spec.kind, value, condition: place.condition }];
    });
    this.#inputs = pairExtremes(inputs, exprs);
    this.#externals = this.#table.states.flatMap(({ call }, state) => {
      const place = placed[call] ?? { firstArg: 0, condition: -1 };
      const states = this.#table.externalStates(state);
      const args = plan.aggregates[call]?.args.length ?? 0;
      return states === null ? [] : [{ ...place, states, args }];
    });
    const { batchRows } = arena;
    this.#rows = arena.alloc(batchRows * 4);
    this.#filteredRows = arena.alloc(batchRows * 4);
    this.#filteredFlags = arena.alloc(batchRows);
    this.#emptyBytes = this.#usedBytes();
  }

  conditionOf(expr: number): number {
    return this.#conditions[expr] ?? -1;
  }

  add(vectors: readonly Vector[], rows: number): void {
    this.#review();
    this.#records += rows;
    this.#find(vectors, rows);
    if (this.#externals.length > 0) this.#updateExternals(vectors, rows);
    for (const input of this.#inputs) this.#updateFrom(input, vectors, 0, rows);
  }

  #updateFrom(input: StateInput, vectors: readonly Vector[], begin: number, rows: number): void {
    let stuck = false;
    for (let from = begin; from < rows; ) {
      const reached = this.#update(input, vectors, from, rows);
      if (reached >= rows) break;
      if (stuck && reached === from) {
        throw new ArenaFullError('Cannot update a group: one batch fills the arena: raise --worker-arena or --memory');
      }
      stuck = reached === from;
      this.flush();
      this.#find(vectors, rows);
      from = reached;
    }
  }

  /** Null where part of the work is JavaScript's. */
  get parts(): GroupingParts | null {
    if (this.#externals.length > 0) return null;
    return {
      table: this.#table.address,
      keyMode: this.#table.keyMode,
      keyCount: this.#keyCount,
      inputs: this.#inputs,
      rows: this.#rows,
      filteredRows: this.#filteredRows,
      filteredFlags: this.#filteredFlags,
    };
  }

  get bounds(): GroupingBounds {
    const appending = this.#appending > 0;
    return {
      groups: appending ? appendedRecords : this.#reviewAt,
      bytes: appending ? nearBytes : this.#reviewAtBytes,
      emptyBytes: this.#emptyBytes,
      appending,
    };
  }

  /** What is in use now is not the table's, which is empty. */
  noteEmpty(): void {
    this.#emptyBytes = this.#usedBytes();
  }

  /** So many records were grouped in its place. */
  noteGrouped(records: number): void {
    this.#records += records;
  }

  /** Feeds what is left of a batch whose groups are found: the given input from a record on, and all behind it. */
  goOn(vectors: readonly Vector[], rows: number, input: number, from: number): void {
    this.#inputs.slice(input).forEach((next, i) => {
      this.#updateFrom(next, vectors, i === 0 ? from : 0, rows);
    });
  }

  finish(): SinkResult {
    this.flush();
    return { ...this.#outbox.finish(), rows: [], runs: [], rowCount: 0 };
  }

  close(): void {
    this.#outbox.close();
  }

  /** Gives up on a table that grows without gathering; one that gathers is looked at again when it has doubled. */
  #review(): void {
    const { groups } = this.#table;
    const bytes = this.#usedBytes() - this.#emptyBytes;
    if (this.#appending > 0) {
      if (groups < appendedRecords && bytes < nearBytes) return;
      this.#appending--;
      this.flush();
    } else if (groups >= this.#reviewAt || bytes >= this.#reviewAtBytes) {
      if (this.#records >= leastRecordsPerGroup * groups) {
        this.#reviewAt = Math.max(this.#reviewAt, groups * 2);
        this.#reviewAtBytes = Math.max(this.#reviewAtBytes, bytes * 2);
      } else {
        this.flush();
        this.#appending = appendedTimes;
      }
    }
  }

  #usedBytes(): number {
    return this.#arena.kernels.arenaUsed() >>> 0;
  }

  /** Rows of n keys, found or appended; false when the arena is full. */
  #place(data: number, flags: number, n: number): boolean {
    const table = this.#table;
    return this.#appending > 0 ? table.append(data, flags, n, this.#rows) : table.find(data, flags, n, this.#rows);
  }

  /** Row address of every record's group. */
  #find(vectors: readonly Vector[], rows: number): void {
    const [first] = vectors;
    const data = this.#encoder === null ? (first?.data ?? 0) : 0;
    const flags = first?.flags ?? 0;
    for (let flushed = false; ; ) {
      if (this.#encoder === null) {
        if (this.#place(data, flags, rows)) return;
      } else {
        this.#encoder.encode(vectors.slice(0, this.#keyCount), rows);
        if (this.#place(this.#encoder.spans, this.#noFlags(rows), rows)) return;
      }
      if (flushed) {
        throw new ArenaFullError('Cannot group a batch: its keys fill the arena: raise --worker-arena or --memory');
      }
      this.flush();
      flushed = true;
    }
  }

  /** Encoded keys are never NULL: their NULLs are inside. */
  #noFlags(rows: number): number {
    this.#arena.u8.fill(0, this.#filteredFlags, this.#filteredFlags + rows);
    return this.#filteredFlags;
  }

  #update(input: StateInput, vectors: readonly Vector[], from: number, rows: number): number {
    const { kernels } = this.#arena;
    const value = vectors[input.value];
    const condition = vectors[input.condition];
    if (condition === undefined) return this.#feed(input, value?.data ?? 0, value?.flags ?? 0, from, rows);
    if (value === undefined) {
      // count(*) FILTER: only the rows of records that pass
      const passed = kernels.selectTrue(condition.data, condition.flags, rows, this.#filteredRows) >>> 0;
      kernels.gather4(this.#rows, this.#filteredRows, passed, this.#filteredRows);
      this.#table.update(input.state, this.#filteredRows, 0, 0, 0, passed);
      return rows;
    }
    kernels.filterFlags(value.flags, condition.data, condition.flags, rows, this.#filteredFlags);
    return this.#feed(input, value.data, this.#filteredFlags, from, rows);
  }

  #feed({ state, greatest }: StateInput, data: number, flags: number, from: number, rows: number): number {
    return greatest < 0
      ? this.#table.update(state, this.#rows, data, flags, from, rows)
      : this.#table.updateExtremes(state, greatest, this.#rows, data, flags, from, rows);
  }

  /** First of all states, while the rows of their groups stay where they are. Throws RecordFailure. */
  #updateExternals(vectors: readonly Vector[], rows: number): void {
    if (this.#externals.some(({ states }) => states.count >= leastExternalStates)) {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
      if (used > limit * externalHeapShare) {
        this.flush();
        this.#find(vectors, rows);
      }
    }
    for (const { states, firstArg, args, condition } of this.#externals) {
      states.update({
        groupRows: this.#rows,
        args: vectors.slice(firstArg, firstArg + args),
        condition: vectors[condition] ?? null,
        rows,
      });
    }
  }

  flush(): void {
    this.#outbox.take(this.#table);
    this.#records = 0;
    this.#reviewAt = nearGroups;
    this.#reviewAtBytes = nearBytes;
    this.#emptyBytes = this.#usedBytes();
  }
}
