/**
 * Finished groups -> result rows in the final order: HAVING, ORDER BY, then the group keys, cut to what LIMIT can need.
 *
 * The sort key of a row is the encoded ORDER BY terms followed by the group's own key bytes, so no two groups tie and the
 * order never depends on where or when a group was found.
 */
import type { Aggregate } from '../aggregates/aggregate.ts';
import { UsageError } from '../core/errors.ts';
import type { SqlType, Value } from '../core/value.ts';
import { type Environment, evaluate } from '../query/evaluate.ts';
import { EvaluationFailure } from '../query/evaluation-failure.ts';
import { builtIns, type FunctionRegistry } from '../query/functions/registry.ts';
import type { Expr, OrderTerm, Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import { GroupEncoder } from './group-encoder.ts';
import type { GroupTable } from './group-table.ts';
import { ascending, encodeBytes, encodeValue, RowDecoder } from './row-codec.ts';
import type { RowOutbox } from './row-outbox.ts';
import { rowsWanted, type SortedRow, sortedBlock } from './rows.ts';
import { Sorter } from './sorter.ts';
import { ArenaStateReader } from './state-reader.ts';
import { type RankFloor, topCandidates } from './top-candidates.ts';

/** Above so many wanted rows they are sorted in the arena. */
const mostInHeap = 4096;
/** The same where all are wanted: there kernels make rows of them. */
const mostOfAll = 64;

/** Of an arena, so much must be free when groups are finalized: result rows are sorted in it. */
export function roomToFinalize(arena: Arena): number {
  return Math.max(3 << 20, Math.floor(arena.limitBytes / 8));
}

/**
 * Adds the result rows to the outbox in sorted runs, at most limit + offset of them in all; how many. `floor`: of other tables
 * whose rows go the same way. Throws ArenaFullError.
 */
export function finalizeGroups(
  plan: Plan,
  table: GroupTable,
  arena: Arena,
  outbox: RowOutbox,
  functions: FunctionRegistry = builtIns,
  floor?: RankFloor,
): number {
  const group = new GroupEnvironment(plan, table, arena, functions);
  const wanted = rowsWanted(plan);
  const areFew = wanted < table.groups ? wanted <= mostInHeap : table.groups <= mostOfAll;
  return areFew ? finalizeBest(plan, table, group, outbox, floor) : finalizeAll(plan, table, arena, group, outbox);
}

/** All groups as rows, through the arena. */
function finalizeAll(plan: Plan, table: GroupTable, arena: Arena, group: GroupEnvironment, outbox: RowOutbox): number {
  const wanted = rowsWanted(plan);
  const sorter = new Sorter(arena, wanted);
  const encoder = GroupEncoder.create(plan, table, arena);
  const [keys, rows] = [new ByteWriter(), new ByteWriter()];
  let rowCount = 0;
  const leave = () => {
    rowCount += Math.min(wanted, sorter.rows);
    sorter.flush(outbox);
  };
  /** Calls `add` until it has come to `end`, and makes room between. */
  const addTo = (end: number, add: () => number) => {
    if (add() === end) return;
    if (!sorter.prune() || sorter.rows * 2 > wanted) leave();
    if (add() !== end) throw new ArenaFullError('Cannot sort a result row: the arena is full');
  };
  for (const { address, count: all } of table.pages()) {
    const count = plan.having === null ? all : keepThoseThatHave(plan, group, arena, address, all);
    for (let from = 0; from < count; ) {
      const reached = encoder?.encode(address, from, count) ?? from;
      if (encoder !== null && reached > from) {
        let added = from;
        addTo(reached, () => {
          added = sorter.addSpans(encoder.keySpans, encoder.rowSpans, added, reached);
          return added;
        });
        from = reached;
      } else {
        group.moveTo(arena.u32[address / 4 + from] ?? 0);
        encodeSortKey(plan, group, keys);
        encodeOutputs(plan, group, rows);
        addTo(1, () => (sorter.add(keys.view(), rows.view()) ? 1 : 0));
        from++;
      }
    }
  }
  sorter.prune();
  leave();
  return rowCount;
}

/** Moves the groups of a page for which HAVING holds to its front; how many. */
function keepThoseThatHave(plan: Plan, group: GroupEnvironment, arena: Arena, page: number, count: number): number {
  if (plan.having === null) return count;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const row = arena.u32[page / 4 + i] ?? 0;
    group.moveTo(row);
    if (compute(plan.having, group, plan) !== true) continue;
    arena.u32[page / 4 + kept] = row;
    kept++;
  }
  return kept;
}

/** The best groups, of which there are few. */
function finalizeBest(
  plan: Plan,
  table: GroupTable,
  group: GroupEnvironment,
  outbox: RowOutbox,
  floor?: RankFloor,
): number {
  const wanted = rowsWanted(plan);
  const keys = new ByteWriter();
  const rows = new ByteWriter();
  const found: (SortedRow & { readonly group: number })[] = [];
  for (const page of topCandidates(plan, table, floor)) {
    for (const row of page) {
      group.moveTo(row);
      if (plan.having !== null && compute(plan.having, group, plan) !== true) continue;
      encodeSortKey(plan, group, keys);
      found.push({ key: keys.finish(), row: empty, group: row });
    }
    if (found.length >= 2 * wanted + mostInHeap) keepFirst(found, wanted);
  }
  keepFirst(found, wanted);
  const sorted = found.map(({ key, group: row }) => {
    group.moveTo(row);
    encodeOutputs(plan, group, rows);
    return { key, row: rows.finish() };
  });
  outbox.add(sortedBlock(sorted));
  return sorted.length;
}

function encodeSortKey(plan: Plan, group: GroupEnvironment, keys: ByteWriter): void {
  keys.clear();
  for (const term of plan.orderBy) {
    if (!group.encodeKeyTerm(keys, term)) encodeValue(keys, compute(term.expr, group, plan), term.expr.type, term);
  }
  group.encodeKey(keys);
}

function encodeOutputs(plan: Plan, group: GroupEnvironment, rows: ByteWriter): void {
  rows.clear();
  for (const { expr, type } of plan.outputs) {
    if (expr.kind === 'key' && group.encodeTextKey(rows)) continue;
    encodeValue(rows, compute(expr, group, plan), type, ascending);
  }
}

const empty = new Uint8Array(0);

function keepFirst(rows: { readonly key: Uint8Array }[], count: number): void {
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  if (rows.length > count) rows.length = count;
}

/** After grouping there is no record to reject: what cannot be computed is the query's mistake. */
function compute(expr: Expr, env: Environment, plan: Plan): Value {
  try {
    return evaluate(expr, env);
  } catch (error) {
    if (!(error instanceof EvaluationFailure)) throw error;
    throw new UsageError(`Cannot compute the result at ${expr.at} of "${plan.sql}": ${error.detail}`);
  }
}

/** An aggregate of the plan, with readers of its states and where these are in a group's row. */
interface FinishedCall {
  readonly aggregate: Aggregate;
  readonly name: string;
  readonly params: readonly number[];
  readonly type: SqlType;
  readonly readers: readonly ArenaStateReader[];
  readonly offsets: readonly number[];
}

/** The keys and aggregates of one group at a time. */
class GroupEnvironment implements Environment {
  readonly functions: FunctionRegistry;
  readonly #plan: Plan;
  readonly #table: GroupTable;
  readonly #calls: readonly FinishedCall[];
  #row = 0;
  #keys: Value[] | null = null;

  constructor(plan: Plan, table: GroupTable, arena: Arena, functions: FunctionRegistry) {
    this.functions = functions;
    this.#plan = plan;
    this.#table = table;
    this.#calls = plan.aggregates.map(({ name, params, type }, call) => {
      const states = table.states.flatMap(({ call: owner, spec, offset }, state) =>
        owner === call ? [{ reader: new ArenaStateReader(arena, spec.kind, table.externalStates(state)), offset }] : [],
      );
      return {
        aggregate: aggregateOf(functions, name),
        name,
        params,
        type,
        readers: states.map(({ reader }) => reader),
        offsets: states.map(({ offset }) => offset),
      };
    });
  }

  moveTo(row: number): void {
    this.#row = row;
    this.#keys = null;
  }

  column(): Value {
    throw new Error('A finished group has no columns');
  }

  key(index: number): Value {
    this.#keys ??= this.#decodeKeys();
    return this.#keys[index] ?? null;
  }

  aggregate(index: number): Value {
    const call = this.#calls[index];
    if (call === undefined) throw new Error(`The plan has no aggregate ${index}`);
    const { aggregate, readers, offsets } = call;
    for (let i = 0; i < readers.length; i++) readers[i]?.moveTo(this.#row + (offsets[i] ?? 0));
    const value = aggregate.finalize(readers, call.params, call.type);
    // values are finite everywhere else, and JSON has no infinity
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw new EvaluationFailure(9, `${call.name} is outside the range of doubles`);
    }
    return value;
  }

  /** Appends the group's key bytes in sorting order. */
  encodeKey(writer: ByteWriter): void {
    switch (this.#table.keyMode) {
      case 'none':
        return;
      case 'integer':
        encodeValue(writer, this.key(0), 'integer', ascending);
        return;
      case 'text':
        if (!this.encodeTextKey(writer)) encodeValue(writer, null, 'text', ascending);
        return;
      case 'encoded': {
        const key = this.#table.key(this.#row);
        if (key !== null) writer.append(key);
      }
    }
  }

  /** The group's only key as its bytes are, which need not be UTF-8; false: it is no text, or NULL. */
  encodeTextKey(writer: ByteWriter): boolean {
    const key = this.#table.keyMode === 'text' ? this.#table.key(this.#row) : null;
    if (key === null) return false;
    encodeBytes(writer, key);
    return true;
  }

  /** A text key sorts by its bytes, also where they are not UTF-8; false: the term is something else. */
  encodeKeyTerm(writer: ByteWriter, term: OrderTerm): boolean {
    if (term.expr.kind !== 'key') return false;
    const begin = writer.length + 1; // behind the tag
    if (!this.encodeTextKey(writer)) return false;
    if (term.descending) writer.invert(begin);
    return true;
  }

  #decodeKeys(): Value[] {
    const key = this.#table.key(this.#row);
    if (key === null) return [null];
    const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
    switch (this.#table.keyMode) {
      case 'none':
        return [];
      case 'integer':
        return [bytes.readBigInt64LE(0)];
      case 'text':
        return [bytes.toString('utf8')];
      case 'encoded':
        return (
          new RowDecoder(
            key,
            this.#plan.keys.map((expr) => expr.type),
            'narrow',
          ).next() ?? []
        );
    }
  }
}

function aggregateOf(functions: FunctionRegistry, name: string): Aggregate {
  const named = functions.aggregateByName(name);
  if (named === null) throw new Error(`The plan names an unknown aggregate "${name}"`);
  return named.aggregate;
}
