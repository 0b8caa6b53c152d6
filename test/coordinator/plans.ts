/** Plans over access logs, written out, so that the coordinator's tests do not depend on the parser. */
import { combined } from '../../src/formats/combined.ts';
import type { AggregateCall, Expr, Plan } from '../../src/query/plan.ts';

const at = 0;
const integer = 'integer';

export function column(index: number, type: Expr['type'] = integer): Expr {
  return { kind: 'column', type, column: index, at } as Expr; // `type` is one of the column's own
}

/** `-- exit: 3` and the like, for the workers of the tests. */
const base = {
  format: combined.describe(new Uint8Array(0), {}),
  filter: null,
  keys: [],
  aggregates: [],
  having: null,
  orderBy: [],
  limit: null,
  offset: 0,
} as const;

const count: AggregateCall = {
  name: 'count',
  distinct: false,
  args: [],
  params: [],
  filter: null,
  type: integer,
  states: [{ kind: 'count', arg: -1 }],
};

const sum: AggregateCall = {
  name: 'sum',
  distinct: false,
  args: [column(1)],
  params: [],
  filter: null,
  type: integer,
  states: [{ kind: 'sumInteger', arg: 0 }],
};

/** SELECT key, count(*), sum(bytes) FROM logs GROUP BY key */
export function grouped(key: string, type: 'integer' | 'text', changes: Partial<Plan> = {}): Plan {
  return {
    ...base,
    sql: '',
    shape: 'grouped',
    columns: [
      { name: key, source: 'field' },
      { name: 'bytes', source: 'field' },
    ],
    keys: [column(0, type)],
    aggregates: [count, sum],
    outputs: [
      { name: key, type, expr: { kind: 'key', type, index: 0, at } },
      { name: 'count', type: integer, expr: { kind: 'aggregate', type: integer, index: 0, at } },
      { name: 'sum', type: integer, expr: { kind: 'aggregate', type: integer, index: 1, at } },
    ],
    ...changes,
  };
}

/** SELECT path, bytes FROM logs */
export function selected(changes: Partial<Plan> = {}): Plan {
  return {
    ...base,
    sql: '',
    shape: 'rows',
    columns: [
      { name: 'path', source: 'field' },
      { name: 'bytes', source: 'field' },
    ],
    outputs: [
      { name: 'path', type: 'text', expr: column(0, 'text') },
      { name: 'bytes', type: integer, expr: column(1) },
    ],
    ...changes,
  };
}
