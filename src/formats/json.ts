/**
 * JSON lines: one object per line. Columns are the top-level keys, and nested ones by dots; what the head did not show may be
 * asked for too. An object or a list is its JSON text.
 */
import type { SqlType } from '../core/value.ts';
import { refuseDialectOptions } from './dialect-options.ts';
import type { Format } from './format.ts';
import { type HeadLine, headLines, shareOf } from './head.ts';
import { isDateTime, isInteger, widerType } from './value-type.ts';

/** Enough for every sane log, and a bound for the others: keys that are data. */
const maxColumns = 4096;
const maxDepth = 16;

export const json: Format = {
  name: 'json',
  summary: 'JSON lines: one object per line; nested keys by dots, as in req.path',
  detect: (head) => shareOf(headLines(head), (line) => startsObject(line) && (line.isCut || isObject(line))),
  describe(head, options) {
    refuseDialectOptions('json', options);
    const types = new Map<string, SqlType | null>();
    for (const line of headLines(head)) {
      const record = line.isCut ? null : parseObject(line);
      if (record !== null) addKeys(types, '', record, 1);
    }
    const columns = [...types].map(([name, type]) => ({ name, type: type ?? 'text' }));
    return { name: 'json', columns, open: true, records: 'lines', dialect: null };
  },
  tokenizer: (_spec, needed) => ({
    type: 'json',
    paths: needed.map(({ name }) => ({ literal: name, path: name.split('.') })),
  }),
  samples: [
    {
      record:
        '{"time":"2024-05-01T10:00:00Z","status":200,"req":{"path":"/a","id.x":1},"ok":true,"ref":null,"ms":1.50}',
      fields: {
        time: '2024-05-01T10:00:00Z',
        status: '200',
        req: '{"path":"/a","id.x":1}',
        'req.path': '/a',
        'req.id.x': null,
        ok: 'true',
        ref: null,
        ms: '1.50',
        missing: null,
        'ok.x': null,
      },
    },
    // a key that holds dots wins over the path; the last of duplicates wins
    {
      record: ' { "a" : { "b" : 1 } , "a.b" : 2 , "c" : 1 , "c" : "\\u00e9\\ud83d\\ude00\\n\\ud800" } ',
      fields: { 'a.b': '2', a: '{ "b" : 1 }', c: 'é😀\n\ufffd' },
    },
    { record: '{"a":{"b":1},"a":{"c":2}}', fields: { 'a.b': null, 'a.c': '2' } },
    { record: '{"\\u0061":[1,{"b":2}],"":3}', fields: { a: '[1,{"b":2}]', '': '3', 'a.b': null } },
    { record: '{}', fields: { a: null } },
    { record: '[1]', fields: null },
    { record: '{"a":1', fields: null },
    { record: '{"a":01}', fields: null },
    { record: '{"a":1,}', fields: null },
    { record: '{"a":"\\x41"}', fields: null },
    { record: '{"a":nul}', fields: null },
    { record: '{"a":1} x', fields: null },
  ],
};

function startsObject({ bytes }: HeadLine): boolean {
  return Buffer.from(bytes.subarray(0, 100)).toString('latin1').trimStart().startsWith('{');
}

/** Asked of what starts as one: the errors that JSON.parse makes of other lines take longer than all else. */
function isObject({ bytes }: HeadLine): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Numbers that are not integers of 64 bits are told apart by their text, which JSON.parse does not keep. */
const fraction = '\u0000fraction';
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function parseObject({ bytes }: HeadLine): object | null {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const marked = text.replace(stringOrNumber, (token) =>
      token.startsWith('"') || isInteger(token) ? token : JSON.stringify(fraction),
    );
    const record: unknown = JSON.parse(marked);
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}

function addKeys(types: Map<string, SqlType | null>, prefix: string, record: object, depth: number): void {
  for (const [key, value] of Object.entries(record)) {
    const name = prefix + key;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < maxDepth) {
      addKeys(types, `${name}.`, value, depth + 1);
      continue;
    }
    const seen = types.get(name);
    if (seen === undefined && types.size >= maxColumns) continue;
    const type = typeOf(value);
    types.set(name, type === null ? (seen ?? null) : widerType(seen ?? null, type));
  }
}

function typeOf(value: unknown): SqlType | null {
  if (value === null) return null;
  if (value === fraction) return 'double';
  if (typeof value === 'number') return 'integer';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' && isDateTime(value) ? 'timestamp' : 'text';
}
