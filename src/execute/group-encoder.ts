/**
 * Finished groups as encoded sort keys and result rows, many at a time: the JavaScript side of workers/kernels/encode-groups.ts. For
 * plans whose ORDER BY and outputs are keys and aggregates that the kernel knows, nothing computed of them.
 */
import type { StateKind } from '../aggregates/aggregate.ts';
import type { SqlType } from '../core/value.ts';
import type { Expr, Plan } from '../query/plan.ts';
import { type Arena, ArenaFullError } from './arena.ts';
import { type GroupTable, groupsPerPage, typeNumber } from './group-table.ts';
import { ascending, type ColumnOrder } from './row-codec.ts';

/** Of keys and of rows: what does not fit comes next. */
const roomBytes = 1 << 17;
const termBytes = 16;

const encodedKey = 0;
const textKey = 1;
const integerKey = 2;
const keyPart = 3;

/** By aggregate and kind of its state: how the kernel makes a value of it. */
const finished: Readonly<Record<string, Partial<Record<StateKind, number>>>> = {
  count: { count: 4, countValid: 4, distinct: 4 },
  sum: { sumInteger: 5, sumDouble: 6 },
  avg: { sumInteger: 7, sumDouble: 8 },
  min: { minInteger: 9, minDouble: 10 },
  max: { maxInteger: 9, maxDouble: 10 },
};
const partTypes: readonly SqlType[] = ['integer', 'timestamp', 'double', 'text', 'boolean'];

interface Term {
  readonly kind: number;
  /** Where the state stands in a group's row; of a part of the key its number. */
  readonly place: number;
  readonly order: ColumnOrder;
}

interface Encoded {
  readonly terms: number;
  readonly count: number;
  readonly out: number;
  readonly spans: number;
}

export class GroupEncoder {
  readonly #arena: Arena;
  readonly #table: GroupTable;
  readonly #parts: number;
  readonly #keys: Encoded;
  readonly #rows: Encoded;

  /** Null where the plan asks for more, or the arena has no room. */
  static create(plan: Plan, table: GroupTable, arena: Arena): GroupEncoder | null {
    const order = plan.orderBy.map((term) => termOf(plan, table, term.expr, term));
    const outputs = plan.outputs.map(({ expr }) => termOf(plan, table, expr, ascending));
    const isKnown = (terms: readonly (Term | null)[]): terms is readonly Term[] => !terms.includes(null);
    if (!isKnown(order) || !isKnown(outputs)) return null;
    try {
      return new GroupEncoder(plan, table, arena, [...order, ...keyTerms(table)], outputs);
    } catch (error) {
      if (error instanceof ArenaFullError) return null;
      throw error;
    }
  }

  private constructor(plan: Plan, table: GroupTable, arena: Arena, keys: readonly Term[], rows: readonly Term[]) {
    this.#arena = arena;
    this.#table = table;
    this.#parts = arena.alloc(Math.max(1, plan.keys.length) * 4);
    arena.u32.set(
      plan.keys.map(({ type }) => typeNumber(type)),
      this.#parts / 4,
    );
    this.#keys = this.#place(keys);
    this.#rows = this.#place(rows);
  }

  /** u64 spans by the groups' places in the page, until the next call. */
  get keySpans(): number {
    return this.#keys.spans;
  }

  get rowSpans(): number {
    return this.#rows.spans;
  }

  /** Encodes of the groups [from, n) of a page as many as there is room for; where it stopped: at `from` where a group is not for the kernel. */
  encode(page: number, from: number, n: number): number {
    const reached = this.#encode(this.#keys, page, from, n);
    return reached === from ? from : this.#encode(this.#rows, page, from, reached);
  }

  #encode({ terms, count, out, spans }: Encoded, page: number, from: number, n: number): number {
    return this.#table.encode(terms, count, this.#parts, page, from, n, out, out + roomBytes, spans);
  }

  #place(terms: readonly Term[]): Encoded {
    const arena = this.#arena;
    const address = arena.alloc(Math.max(1, terms.length) * termBytes);
    terms.forEach(({ kind, place, order }, i) => {
      const bits = (order.descending ? 1 : 0) | (order.nullsFirst ? 2 : 0);
      arena.u32.set([kind, place, bits, 0], (address + i * termBytes) / 4);
    });
    const spans = arena.alloc(groupsPerPage * 8);
    return { terms: address, count: terms.length, out: arena.alloc(roomBytes), spans };
  }
}

/** The whole key, behind the terms of ORDER BY, so that no two groups tie. */
function keyTerms(table: GroupTable): Term[] {
  const kinds = { none: [], integer: [integerKey], text: [textKey], encoded: [encodedKey] };
  return kinds[table.keyMode].map((kind) => ({ kind, place: 0, order: ascending }));
}

function termOf(plan: Plan, table: GroupTable, expr: Expr, order: ColumnOrder): Term | null {
  if (expr.kind === 'key') {
    if (!partTypes.includes(expr.type)) return null;
    if (table.keyMode === 'text') return { kind: textKey, place: 0, order };
    if (table.keyMode === 'integer') return { kind: integerKey, place: 0, order };
    if (!plan.keys.every(({ type }) => partTypes.includes(type))) return null;
    return { kind: keyPart, place: expr.index, order };
  }
  if (expr.kind !== 'aggregate' || expr.type === 'boolean') return null;
  const [state, ...others] = table.states.filter(({ call }) => call === expr.index);
  if (state === undefined || others.length > 0) return null;
  const kind = finished[plan.aggregates[expr.index]?.name ?? '']?.[state.spec.kind];
  return kind === undefined ? null : { kind, place: state.offset, order };
}
