/**
 * A compiled list of expressions: steps in order, each filling one vector from earlier ones. Equal subexpressions share
 * their vector. All memory is taken while compiling, so that running takes none but text.
 */
import type { SqlType } from '../../core/value.ts';
import type { FunctionRegistry } from '../../query/functions/registry.ts';
import type { Expr } from '../../query/plan.ts';
import type { Arena } from '../arena.ts';
import type { Kernels } from '../kernels.ts';
import type { TextScratch } from '../text-scratch.ts';
import type { Vector } from '../vector.ts';
import type { ColumnStorage } from '../vectorize.ts';
import { compileCall, runsByRow } from './calls.ts';
import { compileCast } from './casts.ts';
import { compileCase, compileCoalesce } from './choices.ts';
import { compileColumn } from './columns.ts';
import { compileIn } from './in-list.ts';
import { compileLike } from './like.ts';
import { compileLiteral } from './literals.ts';
import { compileIsNull, compileLogical, compileNot } from './logic.ts';

/** A vector while its program runs: a text column without selection stands where the tokenizer put it. */
export interface Slot extends Vector {
  data: number;
  /** Its number in the program. */
  readonly id: number;
}

export type Step = (rows: number, selection: number) => void;

interface Block {
  readonly address: number;
  readonly bytes: number;
}

const paddingBytes = 64;

export class Program {
  readonly columns: readonly ColumnStorage[];
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly scratch: TextScratch;
  readonly functions: FunctionRegistry;
  /** Flags of a vector that is valid everywhere; never written to. */
  readonly allValid: number;
  /** Row numbers that a kernel hands back, u32; read before the next step. */
  readonly rowList: number;
  /** One u32: where a kernel writes text, in and out. */
  readonly cursor: number;
  readonly #blocks: Block[] = [];
  readonly #steps: Step[] = [];
  #slotCount = 0;
  #guard = 0;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #compiled = new Map<string, Slot>();

  constructor(columns: readonly ColumnStorage[], arena: Arena, scratch: TextScratch, functions: FunctionRegistry) {
    this.columns = columns;
    this.arena = arena;
    this.kernels = arena.kernels;
    this.scratch = scratch;
    this.functions = functions;
    const { batchRows } = arena;
    this.allValid = this.alloc(batchRows);
    this.kernels.fill1(this.allValid, batchRows, 0);
    this.rowList = this.alloc(4 * (batchRows + 1)); // kernels may write one entry past what they count
    this.cursor = this.alloc(4);
  }

  run(rows: number, selection: number): void {
    const { batchRows } = this.arena;
    if (rows > batchRows) throw new Error(`Cannot run ${rows} rows: a batch holds ${batchRows}`);
    for (const step of this.#steps) step(rows, selection);
  }

  /** The vector that holds the expression's values after a run. */
  compile(expr: Expr): Slot {
    // what a guard changes cannot be shared with rows outside it
    const guard = this.#guard !== 0 && runsByRow(expr) ? `${this.#guard} ` : '';
    return this.once(guard + keyOf(expr), () => this.#compileNew(expr));
  }

  /** As compile, for use in the rows that are open (a u8 per row at the address; 0: all rows); see guards.ts. */
  compileFor(open: number, expr: Expr): Slot {
    const before = this.#guard;
    this.#guard = open;
    try {
      return this.compile(expr);
    } finally {
      this.#guard = before;
    }
  }

  /** Open rows of what is being compiled; 0: all. */
  get guard(): number {
    return this.#guard;
  }

  /** Compiles what the key names unless it is there already. */
  once(key: string, make: () => Slot): Slot {
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const slot = make();
    this.#compiled.set(key, slot);
    return slot;
  }

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** A vector with flags of its own, or with the given ones. */
  slot(type: SqlType, flags = this.alloc(this.arena.batchRows)): Slot {
    return this.slotAt(type, this.alloc(this.arena.batchRows * (type === 'boolean' ? 1 : 8)), flags);
  }

  /** A vector over memory that is there already. */
  slotAt(type: SqlType, data: number, flags: number): Slot {
    return { type, data, flags, id: this.#slotCount++ };
  }

  /** Memory until `close`. */
  alloc(bytes: number): number {
    const address = this.arena.alloc(bytes);
    this.#blocks.push({ address, bytes });
    return address;
  }

  /** Constant bytes, padded so that kernels may read on behind them. */
  place(bytes: Uint8Array): number {
    const address = this.alloc(bytes.length + paddingBytes);
    this.arena.u8.set(bytes, address);
    this.arena.u8.fill(0, address + bytes.length, address + bytes.length + paddingBytes);
    return address;
  }

  /**
   * Flags of a strict operation on the arguments: the leftmost failure, else NULL where one is NULL. `owned`: the caller
   * will write failures of its own into them; otherwise an argument's flags may be shared.
   */
  strictFlags(args: readonly Slot[], owned: boolean): number {
    const sources = [...new Set(args.map((arg) => arg.flags))].filter((flags) => flags !== this.allValid);
    const [first, second, ...rest] = sources;
    const { kernels } = this;
    if (!owned && first === undefined) return this.allValid;
    if (!owned && first !== undefined && second === undefined) return first;
    const out = this.alloc(this.arena.batchRows);
    if (first === undefined) this.add((rows) => kernels.fill1(out, rows, 0));
    else if (second === undefined) this.add((rows) => kernels.copyFlags(first, rows, out));
    else this.add((rows) => kernels.combineFlags(first, second, rows, out));
    for (const other of rest) this.add((rows) => kernels.combineFlags(out, other, rows, out));
    return out;
  }

  /** The arena's memory for reading and writing strings; not to be kept across an allocation. */
  get bytes(): Buffer {
    const { buffer } = this.arena.u8;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }

  close(): void {
    for (const block of this.#blocks.splice(0)) this.arena.free(block.address, block.bytes);
    this.#steps.length = 0;
    this.#compiled.clear();
  }

  #compileNew(expr: Expr): Slot {
    switch (expr.kind) {
      case 'literal':
        return compileLiteral(this, expr.type, expr.value);
      case 'column':
        return compileColumn(this, expr.column, expr.type);
      case 'call':
        return compileCall(this, expr);
      case 'and':
      case 'or':
        return compileLogical(this, expr);
      case 'not':
        return compileNot(this, expr);
      case 'isNull':
        return compileIsNull(this, expr);
      case 'in':
        return compileIn(this, expr);
      case 'like':
        return compileLike(this, expr);
      case 'case':
        return compileCase(this, expr);
      case 'coalesce':
        return compileCoalesce(this, expr);
      case 'cast':
        return compileCast(this, expr);
      case 'key':
      case 'aggregate':
        throw new Error(`Cannot vectorize a ${expr.kind}: it has no value before grouping`);
      default:
        return unreachable(expr);
    }
  }
}

/** The same for equal expressions wherever they stand in the query. */
function keyOf(expr: Expr): string {
  return JSON.stringify(expr, (name, value: unknown) => {
    if (name === 'at') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return Object.is(value, -0) ? '-0' : value;
  });
}

function unreachable(expr: never): never {
  throw new Error(`Cannot vectorize ${JSON.stringify(expr)}`);
}
