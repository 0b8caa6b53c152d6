import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { FormatOptions } from '../../src/formats/format.ts';
import { formatByName } from '../../src/formats/table.ts';
import { realData } from '../support/tokenize.ts';

const described = (format: string, head: string, options: FormatOptions = {}) => {
  const spec = formatByName(format).describe(Buffer.from(head), options);
  return { ...spec, columns: spec.columns.map(({ name, type }) => `${name}:${type}`).join(' ') };
};

describe('access logs', () => {
  it('have fixed columns', () => {
    expect(described('combined', '')).toEqual({
      name: 'combined',
      columns:
        'client:text ident:text user:text time:timestamp request:text method:text path:text protocol:text status:integer bytes:integer referrer:text user_agent:text',
      open: false,
      records: 'lines',
      dialect: null,
    });
    expect(described('common', '').columns).toMatch(/bytes:integer$/);
  });

  it('take no dialect', () => {
    expect(() => described('combined', '', { delimiter: ';' })).toThrow(
      new UsageError('Cannot use --delimiter with format "combined": only csv and tsv take it'),
    );
    expect(() => described('json', '', { header: false })).toThrow(
      new UsageError('Cannot use --no-header with format "json": only csv and tsv take it'),
    );
  });
});

describe('JSON lines', () => {
  it('show their keys and types', () => {
    const head = [
      '{"i":1,"d":1,"t":"2024-01-02T03:04:05Z","b":true,"n":null,"m":1,"o":{"x":"a","y":{"z":1.0}},"l":[1],"big":12345678901234567890}',
      'noise',
      '{"i":null,"d":2e3,"t":"2024-01-02 03:04:05.678+02:00","b":false,"n":null,"m":"x","o":{"x":null},"late":"2024-01-02","s":"1"}',
      '{"i":-5,"d":1,"o":"mixed"}',
      '{"cut":1',
    ].join('\n');
    expect(described('json', head)).toEqual({
      name: 'json',
      columns:
        'i:integer d:double t:timestamp b:boolean n:text m:text o.x:text o.y.z:double l:text big:double late:text s:text o:text',
      open: true,
      records: 'lines',
      dialect: null,
    });
  });

  it('are bounded in columns', () => {
    const lines = Array.from({ length: 10 }, (_, line) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`k${line * 600 + i}`, i]))),
    );
    expect(formatByName('json').describe(Buffer.from(lines.join('\n')), {}).columns.length).toBe(4096);
  });
});

describe('CSV', () => {
  const dialect = (delimiter: string, header: boolean, quote = '"') => ({ delimiter, quote, header });

  it('has its delimiter, header and types sniffed', () => {
    expect(
      described(
        'csv',
        'name,n,x,at,day,ok,zip,none\nä,1,1.5,2024-01-02T03:04,2024-01-02,true,08123,\n"b,c",-2,3,2024-01-02 03:04:05Z,,false,1,\n',
      ),
    ).toEqual({
      name: 'csv',
      columns: 'name:text n:integer x:double at:timestamp day:text ok:boolean zip:text none:text',
      open: false,
      records: 'quoted',
      dialect: dialect(',', true),
    });
  });

  it.each([
    ['a;b\n1,5;2\n', dialect(';', true), 'a:text b:integer'],
    ['a|b|c\n1|2|3\n', dialect('|', true), 'a:integer b:integer c:integer'],
    ['a\tb\n1\t2,3\n', dialect('\t', true, ''), 'a:integer b:text'],
    ['Hamburg;12.0\nOslo;-3.5\n', dialect(';', false), 'c1:text c2:double'],
    ['2024-01-02 03:04:05,x\n2024-01-02 03:04:06,y\n', dialect(',', false), 'c1:timestamp c2:text'],
    ['2019,2020\n1,2\n', dialect(',', false), 'c1:integer c2:integer'],
    ['a,b', dialect(',', true), 'a:text b:text'],
    ['a,b\n1,2', dialect(',', true), 'a:integer b:integer'],
    ['a,b\n1,2\n3,x', dialect(',', true), 'a:integer b:integer'],
    ['name\nx\n', dialect(',', true), 'name:text'],
    ['\ufeffa,a, b ,,a_2\n1,2,3,4,5\n', dialect(',', true), 'a:integer a_2:integer b:integer c4:integer a_2_2:integer'],
    ['a,b\n1,2\n"x"y,2\n3,4\n', dialect(',', true), 'a:integer b:integer'],
    ['', dialect(',', true), ''],
  ])('%j', (head, wanted, columns) => {
    const spec = described('csv', head);
    expect([spec.dialect, spec.columns]).toEqual([wanted, columns]);
  });

  it('is what the user says it is', () => {
    expect(described('csv', '1,2\n3,4\n', { header: true }).columns).toBe('1:integer 2:integer');
    expect(described('csv', 'a,b\n3,4\n', { header: false }).columns).toBe('c1:text c2:text');
    const columns = [
      { name: 'x', type: null },
      { name: 'y', type: 'text' as const },
    ];
    expect(described('csv', '1,2\n3,4\n', { header: false, columns }).columns).toBe('x:integer y:text');
    expect(described('csv', '1\t2\n', { delimiter: '\\t', quote: "'", header: false })).toMatchObject({
      dialect: { delimiter: '\t', quote: "'" },
      records: 'quoted',
    });
    expect(described('csv', 'a,b\n', { quote: '' })).toMatchObject({
      dialect: dialect(',', true, ''),
      records: 'lines',
    });
    expect(described('tsv', 'a\tb\n"x\ty"\tz\n').dialect).toEqual(dialect('\t', true));
  });

  it.each([
    [
      { columns: [{ name: 'x', type: null }] },
      'Cannot use --columns: it names 1, but the first record has 2 fields: name all of them',
    ],
    [{ delimiter: '::' }, 'Cannot use --delimiter "::": it must be one ASCII character'],
    [{ delimiter: '' }, 'Cannot use --delimiter "": it must be one character, and no line end'],
    [{ quote: 'é' }, 'Cannot use --quote "é": it must be one ASCII character'],
    [{ quote: ',', delimiter: ',' }, 'Cannot use "," as delimiter and as quote: name another'],
  ])('refuses %j', (options, message) => {
    expect(() => described('csv', 'a,b\n1,2\n', options)).toThrow(new UsageError(message));
  });

  it('takes a quote that is never closed in its stride', () => {
    const started = Date.now();
    described('csv', `a,b\n1,"${'x,y\n'.repeat(1_000_000)}`);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('describes real files', ({ skip }) => {
    const head = realData('csv/duckdb-real/lineitem_sample.csv');
    if (head === null) return skip('no ../shared/data/csv/duckdb-real');
    const { columns, dialect: sniffed } = formatByName('csv').describe(head, {});
    expect(sniffed).toEqual(dialect('|', false));
    expect(columns.length).toBeGreaterThan(10);
  });
});
