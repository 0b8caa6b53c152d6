/**
 * CSV and TSV. What the user does not say about the dialect is sniffed from the head: delimiter, header, types.
 *
 * The reading rules are the kernel's (workers/kernels/tokenizers/csv.ts). A row with more or fewer fields than the first row is
 * malformed. The header of each file is the first record, dropped by the scan; its fields only count in the first file.
 */
import { UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { SqlType } from '../core/value.ts';
import { headRows } from './csv-head.ts';
import type { ColumnSpec, Dialect, Format, FormatOptions, FormatSpec } from './format.ts';
import { typeOfText, widerType } from './value-type.ts';

const csvDelimiters = [',', ';', '|'] as const;
const tab = '\t';
const defaultQuote = '"';
/** Of the head's rows, so many must have as many fields as the first. */
const enough = 0.9;

export const csv = delimitedFormat({
  name: 'csv',
  summary: 'Comma-separated values with quotes; delimiter, header and types are sniffed',
  delimiters: csvDelimiters,
  samples: [
    { record: 'a,b,c', fields: { c1: 'a', c2: 'b', c3: 'c' } },
    { record: '"a,1","say ""hi""","two\nlines"', fields: { c1: 'a,1', c2: 'say "hi"', c3: 'two\nlines' } },
    // an empty field is NULL, a quoted one is empty; quotes inside a field are text
    { record: ',"",5"2', fields: { c1: null, c2: '', c3: '5"2' } },
    { record: ' "a" ,é,', fields: { c1: ' "a" ', c2: 'é', c3: null } },
    { record: 'a,b', fields: null },
    { record: 'a,b,c,d', fields: null },
    { record: '"a"x,b,c', fields: null },
    { record: 'a,b,"c', fields: null },
  ],
});

export const tsv = delimitedFormat({
  name: 'tsv',
  summary: 'Tab-separated values; with quotes where the head shows quoted fields',
  delimiters: [tab],
  samples: [
    { record: 'a\tb\tc', fields: { c1: 'a', c2: 'b', c3: 'c' } },
    { record: 'a, b\t\t5"', fields: { c1: 'a, b', c2: null, c3: '5"' } },
    { record: 'a\tb', fields: null },
  ],
});

interface DelimitedFormat {
  readonly name: string;
  readonly summary: string;
  /** Sniffed in this order. */
  readonly delimiters: readonly string[];
  readonly samples: Format['samples'];
}

function delimitedFormat({ name, summary, delimiters, samples }: DelimitedFormat): Format {
  return {
    name,
    summary,
    samples,
    sampleOptions: {
      header: false,
      columns: ['c1', 'c2', 'c3'].map((column) => ({ name: column, type: 'text' as const })),
    },
    detect: (head) => Math.max(...delimiters.map((delimiter) => shareOfRows(headRows(head, delimiter, defaultQuote)))),
    describe: (head, options) => describe(name, delimiters, head, options),
    tokenizer: (spec, needed) => ({
      type: 'csv',
      dialect: spec.dialect ?? { delimiter: delimiters[0] ?? ',', quote: defaultQuote, header: true },
      fieldCount: spec.columns.length,
      outputs: needed.map((column) => spec.columns.findIndex((candidate) => candidate.name === column.name)),
    }),
  };
}

/** Share of rows with as many fields as the first; 0 where that is one, or where there are too few rows to tell. */
function shareOfRows(rows: readonly string[][]): number {
  const fieldCount = rows[0]?.length ?? 0;
  if (fieldCount < 2 || rows.length < 2) return 0;
  const share = rows.filter((row) => row.length === fieldCount).length / rows.length;
  return share >= enough ? share : 0;
}

function describe(name: string, delimiters: readonly string[], head: Uint8Array, options: FormatOptions): FormatSpec {
  const delimiter = oneByte('--delimiter', options.delimiter) ?? sniffDelimiter(name, delimiters, head);
  if (delimiter === '\n' || delimiter === '\r' || delimiter === '') {
    throw new UsageError(`Cannot use --delimiter "${printable(delimiter)}": it must be one character, and no line end`);
  }
  const quote = oneByte('--quote', options.quote) ?? sniffQuote(delimiter, head);
  if (quote === delimiter)
    throw new UsageError(`Cannot use "${printable(quote)}" as delimiter and as quote: name another`);
  const rows = headRows(head, delimiter, quote);
  const header = options.header ?? looksLikeHeader(rows, options.columns !== undefined);
  const dialect: Dialect = { delimiter, quote, header };
  const columns = columnsOf(rows, header, options.columns);
  return { name, columns, open: false, records: quote === '' ? 'lines' : 'quoted', dialect };
}

/** A user's one-byte character, with `\t` and `tab` for the tab. */
function oneByte(flag: string, said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  if (said === '\\t' || said.toLowerCase() === 'tab') return tab;
  if (Buffer.byteLength(said) > 1) {
    throw new UsageError(`Cannot use ${flag} "${printable(said)}": it must be one ASCII character`);
  }
  return said;
}

/** The delimiter that cuts the head most evenly, into most fields where several do. */
function sniffDelimiter(name: string, delimiters: readonly string[], head: Uint8Array): string {
  const candidates = name === 'csv' ? [...delimiters, tab] : delimiters;
  const [first = ','] = candidates;
  if (candidates.length === 1) return first;
  let best = first;
  let bestScore = 0;
  for (const delimiter of candidates) {
    const rows = headRows(head, delimiter, defaultQuote);
    const fieldCount = rows[0]?.length ?? 0;
    // a lone row still tells its delimiter, but any evidence of more rows is better
    const score =
      shareOfRows(rows) * 1000 +
      Math.min(fieldCount, 999) * Number(fieldCount > 1 && (rows.length < 2 || shareOfRows(rows) > 0));
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Tab-separated files of many tools have no quoting, and lone quotes in their texts: only what the head shows is believed. */
function sniffQuote(delimiter: string, head: Uint8Array): string {
  if (delimiter !== tab) return defaultQuote;
  const text = Buffer.from(head.subarray(0, 1 << 16)).toString('latin1');
  return /(^|[\t\n])"([^"]|"")*"[\t\r\n]/.test(text) ? defaultQuote : '';
}

/** No header where a column's first field is a number or a time like those below it, or has nothing to be compared with. */
function looksLikeHeader(rows: readonly string[][], hasNames: boolean): boolean {
  const [first = [], ...rest] = rows;
  if (rest.length === 0) return !hasNames && first.every((field) => typeOfText(field) === 'text');
  return !first.some((field, index) => {
    const type = field === '' ? 'text' : typeOfText(field);
    const below = typeBelow(rest, index);
    return (
      type !== 'text' && type !== 'boolean' && below !== null && below !== 'text' && widerType(below, type) !== 'text'
    );
  });
}

function typeBelow(rows: readonly string[][], index: number): SqlType | null {
  let type: SqlType | null = null;
  for (const row of rows) {
    const field = row[index] ?? '';
    if (field !== '') type = widerType(type, typeOfText(field));
  }
  return type;
}

function columnsOf(rows: readonly string[][], header: boolean, said: FormatOptions['columns']): ColumnSpec[] {
  const fieldCount = rows[0]?.length ?? said?.length ?? 0;
  if (said !== undefined && rows.length > 0 && !rows.some((row) => row.length === said.length)) {
    throw new UsageError(
      `Cannot use --columns: it names ${said.length}, but the first record has ${fieldCount} fields: name all of them`,
    );
  }
  const names =
    said?.map(({ name }) => name) ??
    uniqueNames(Array.from({ length: fieldCount }, (_, i) => (header ? (rows[0]?.[i] ?? '') : '')));
  const data = header ? rows.slice(1) : rows;
  return names.map((name, index) => ({ name, type: said?.[index]?.type ?? typeBelow(data, index) ?? 'text' }));
}

/** Empty names become `c2` by their place, repeated ones `name_2`. */
function uniqueNames(fields: readonly string[]): string[] {
  const taken = new Set<string>();
  return fields.map((field, index) => {
    const wanted = field.trim() || `c${index + 1}`;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  });
}
