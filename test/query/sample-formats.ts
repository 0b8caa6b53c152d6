/** Format descriptions to bind against, as the formats would give them. */
import type { SqlType } from '../../src/core/value.ts';
import type { ColumnSpec, FormatSpec } from '../../src/formats/format.ts';

function columns(given: Readonly<Record<string, SqlType>>): readonly ColumnSpec[] {
  return Object.entries(given).map(([name, type]) => ({ name, type }));
}

/** Closed, and its text is known to be text. */
export const combined: FormatSpec = {
  name: 'combined',
  open: false,
  records: 'lines',
  dialect: null,
  columns: columns({
    client: 'text',
    time: 'timestamp',
    method: 'text',
    path: 'text',
    status: 'integer',
    bytes: 'integer',
    ok: 'boolean',
    score: 'double',
  }),
};

/** Open: other keys than these may come. */
export const json: FormatSpec = {
  name: 'json',
  open: true,
  records: 'lines',
  dialect: null,
  columns: columns({ status: 'integer', ts: 'double', msg: 'text', 'id.orig_h': 'text', EventID: 'integer' }),
};

/** Closed, but its text may be numbers. */
export const csv: FormatSpec = {
  name: 'csv',
  open: false,
  records: 'quoted',
  dialect: { delimiter: ',', quote: '"', header: true },
  columns: columns({ a: 'text', A: 'text', Name: 'text', n: 'integer' }),
};
