/**
 * The states of users' aggregates in one group table: JavaScript values, one per group and aggregate, known to the table's
 * rows by handles. A written state is its structured clone.
 *
 * Invariant: a state lives in pages of bounded length, because one array or map that grows without end can abort the whole
 * process instead of the worker (nodejs/node#47224).
 */
import { deserialize, serialize } from 'node:v8';
import { UsageError } from '../core/errors.ts';
import type { Value } from '../core/value.ts';
import { EvaluationFailure } from '../query/evaluation-failure.ts';
import type { UserAggregateMethods } from '../query/functions/registry.ts';
import type { Arena } from './arena.ts';
import { ByteWriter } from './byte-writer.ts';
import { RecordFailure } from './record-failure.ts';
import type { Vector } from './vector.ts';
import { vectorReader } from './vectorize/rows.ts';

const pageStates = 1 << 12;

/** The records that feed a state: rows [0, rows) of a batch. */
export interface StateFeed {
  /** Address of the u32 row address of each record's group. */
  readonly groupRows: number;
  readonly args: readonly Vector[];
  /** Only records for which it is TRUE count (FILTER). */
  readonly condition: Vector | null;
  readonly rows: number;
}

export class ExternalStates {
  readonly #aggregate: UserAggregateMethods;
  readonly #arena: Arena;
  /** Number of the state in its table, and its offset in a row. */
  readonly #state: number;
  readonly #offset: number;
  #pages: unknown[][] = [];
  #count = 0;
  #written: WrittenStates | null = null;

  constructor(aggregate: UserAggregateMethods, arena: Arena, state: number, offset: number) {
    this.#aggregate = aggregate;
    this.#arena = arena;
    this.#state = state;
    this.#offset = offset;
  }

  get count(): number {
    return this.#count;
  }

  /** Throws RecordFailure, after which the states are of no use. */
  update({ groupRows, args, condition, rows }: StateFeed): void {
    const arena = this.#arena;
    const readers = args.map((vector) => vectorReader(arena, vector));
    const skipsNull = this.#aggregate.strict;
    for (let row = 0; row < rows; row++) {
      if (condition !== null && !isTrue(arena, condition, row)) continue;
      const values: Value[] = readers.map((read) => read(row));
      if (skipsNull && values.includes(null)) continue;
      const at = ((arena.u32[groupRows / 4 + row] ?? 0) + this.#offset) / 4;
      const handle = arena.u32[at] ?? 0;
      try {
        const before = handle === 0 ? this.#aggregate.init() : this.#get(handle);
        const after = this.#aggregate.update(before, values);
        if (handle === 0) {
          arena.u32[at] = this.#add(after);
          arena.u32[at + 1] = this.#state;
        } else if (after !== before) {
          this.#set(handle, after);
        }
      } catch (error) {
        if (error instanceof EvaluationFailure) throw new RecordFailure(row, error.detail);
        throw error;
      }
    }
  }

  /** Length of a state's bytes. */
  measure(handle: number): number {
    const { begins, ends } = this.#write(handle);
    return (ends[handle] ?? 0) - (begins[handle] ?? 0);
  }

  /** A state's bytes; a view, valid until the next is measured. */
  bytes(handle: number): Uint8Array {
    const { writer, begins, ends } = this.#write(handle);
    return writer.view().subarray(begins[handle], ends[handle]);
  }

  /** Folds a written state into the one of the handle (0: none yet); its handle. Throws UsageError. */
  merge(handle: number, bytes: Uint8Array): number {
    const other: unknown = deserialize(bytes.slice()); // typed arrays in it are views of what it is read from
    if (handle === 0) return this.#add(other);
    this.#set(
      handle,
      orUsageError(() => this.#aggregate.merge(this.#get(handle), other)),
    );
    return handle;
  }

  /** The state of the group in the row. */
  read(at: number): unknown {
    const handle = this.#arena.u32[at / 4] ?? 0;
    return handle === 0 ? orUsageError(() => this.#aggregate.init()) : this.#get(handle);
  }

  clear(): void {
    this.#pages = [];
    this.#count = 0;
    this.#written = null;
  }

  #get(handle: number): unknown {
    const index = handle - 1;
    return this.#pages[Math.floor(index / pageStates)]?.[index % pageStates];
  }

  #set(handle: number, state: unknown): void {
    const index = handle - 1;
    const page = this.#pages[Math.floor(index / pageStates)];
    if (page !== undefined) page[index % pageStates] = state;
  }

  #add(state: unknown): number {
    const index = this.#count++;
    if (index % pageStates === 0) this.#pages.push([]);
    this.#pages.at(-1)?.push(state);
    return index + 1;
  }

  #write(handle: number): WrittenStates {
    this.#written ??= {
      writer: new ByteWriter(1 << 14),
      begins: new Float64Array(this.#count + 1),
      ends: new Float64Array(this.#count + 1),
    };
    const { writer, begins, ends } = this.#written;
    if (ends[handle] === 0) {
      begins[handle] = writer.length;
      writer.append(this.#serialize(handle));
      ends[handle] = writer.length;
    }
    return this.#written;
  }

  #serialize(handle: number): Uint8Array {
    try {
      return serialize(this.#get(handle));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `Cannot write a state of "${this.#aggregate.name}": ${problem}: keep functions and the like out of states`,
        { cause: error },
      );
    }
  }
}

/** States as bytes, one behind the other, while their table is written; by handle where each begins and ends (0: not yet). */
interface WrittenStates {
  readonly writer: ByteWriter;
  readonly begins: Float64Array;
  readonly ends: Float64Array;
}

function isTrue(arena: Arena, condition: Vector, row: number): boolean {
  return arena.u8[condition.flags + row] === 0 && arena.u8[condition.data + row] !== 0;
}

/** Between records there is nothing to reject: what a method cannot do here fails the question. */
function orUsageError<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof EvaluationFailure)) throw error;
    throw new UsageError(`Cannot finish an aggregate: ${error.detail}`, { cause: error });
  }
}
