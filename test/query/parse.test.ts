import { describe, expect, it } from 'vitest';
import { QueryError } from '../../src/core/errors.ts';
import { parseQuery, sourceOf } from '../../src/query/parse.ts';

async function failure(sql: string): Promise<QueryError> {
  try {
    await parseQuery(sql);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`Parsed: ${sql}`);
}

describe('FROM', () => {
  it.each([
    ["SELECT * FROM 'logs/*.log'", 'logs/*.log'],
    ["SELECT 'FROM ''x''' /* FROM 'y' */ -- FROM 'z'\nFROM 'it''s é.log' WHERE a = 'FROM'", "it's é.log"],
    [`SELECT * FROM '${'long/'.repeat(40)}a.log'`, `${'long/'.repeat(40)}a.log`],
    ['SELECT * FROM "a b.log"', 'a b.log'],
    ["SELECT extract(hour FROM time), a IS DISTINCT FROM 'b' FROM 'c.log'", 'c.log'],
    ["SELECT $$ FROM 'no' $$, E'\\' FROM ''no''' FROM 'yes'", 'yes'],
    ["SELECT 1 FROM 'a.log';", 'a.log'],
  ])('%s reads a file pattern', async (sql, glob) => {
    expect(sourceOf(await parseQuery(sql))).toMatchObject({ kind: 'glob', glob });
  });

  it.each(['SELECT 1', 'SELECT 1 FROM logs', 'SELECT 1 FROM LOGS AS l', 'SELECT 1;'])(
    '%s reads the table logs',
    async (sql) => {
      expect(sourceOf(await parseQuery(sql))).toEqual({ kind: 'logs' });
    },
  );
});

describe('nesting', () => {
  const nested = (open: string, value: string, close: string, levels: number) =>
    `SELECT ${open.repeat(levels)}${value}${close.repeat(levels)} FROM logs`;

  it.each([
    ['1 + ', '1', ''],
    ['NOT ', 'a', ''],
    ['coalesce(', 'a', ', 1)'],
    ['CASE WHEN a THEN 1 ELSE ', '2', ' END'],
    ['', 'a', '::text'],
  ])('of %s%s%s is read to 500 levels, and refused where it goes on', async (open, value, close) => {
    const ast = await parseQuery(nested(open, value, close, 499));
    expect(ast.items).toHaveLength(1);
    const { message, position } = await failure(nested(open, value, close, 500));
    expect(message).toMatch(/^Cannot parse query: nested too deeply at \d+: at most 500 levels are read$/);
    expect(position).toBeGreaterThan(0);
  });

  it.each([
    ["the grammar's stack", nested('(', '1', ')', 20_000)],
    ["the parser's stack", nested('1 + ', '1', '', 200_000)],
    ["the parser's stack, and once more", nested("'a' || ", "'b'", '', 200_000)],
  ])('that fills %s is the mistake of the query', async (_, sql) => {
    const { message } = await failure(sql);
    expect(message).toMatch(/^Cannot parse query: nested too deeply at \d+$/);
    expect((await parseQuery('SELECT 1 FROM logs')).items).toHaveLength(1);
  });

  it('is not what long lists have', async () => {
    const ast = await parseQuery(`SELECT a FROM logs WHERE ${'a = 1 OR '.repeat(5000)}a = 2`);
    expect(ast.where).toMatchObject({ kind: 'or' });
  });
});

describe('an excerpt', () => {
  it('of a long line is what stands around the mistake', async () => {
    const error = await failure(`SELECT ${'a, '.repeat(300)}FROM logs WHERE ${'b = 1 AND '.repeat(300)}true`);
    const [line = '', caret = ''] = error.excerpt().split('\n');
    expect(line).toHaveLength(406);
    expect(line).toMatch(/^\.\.\..*\.\.\.$/);
    expect(line.slice(caret.length - 1)).toMatch(/^FROM logs WHERE/);
  });

  it('of a short line is all of it', async () => {
    const error = await failure('SELECT a\nFROM FROM logs');
    expect(error.excerpt()).toBe('FROM FROM logs\n     ^');
  });
});

describe('syntax', () => {
  it('keeps the spelling of names, aliases and unnamed columns', async () => {
    const ast = await parseQuery('SELECT EventID, l."id.orig_h", count(*)  AS Hits, sum( x ) / 2 FROM logs l');
    expect(ast.items.map(({ alias, text }) => ({ alias, text }))).toEqual([
      { alias: null, text: 'EventID' },
      { alias: null, text: 'l."id.orig_h"' },
      { alias: 'Hits', text: 'count(*) AS Hits' },
      { alias: null, text: 'sum( x ) / 2' },
    ]);
    expect(ast.items[1]?.expr).toEqual({
      kind: 'name',
      parts: [
        { text: 'l', quoted: false },
        { text: 'id.orig_h', quoted: true },
      ],
      at: 16,
    });
  });

  it('reads try_cast and GROUP BY ALL at their places', async () => {
    const ast = await parseQuery('SELECT TRY_CAST(x AS int) FROM logs GROUP BY ALL ORDER BY 1');
    expect(ast.items[0]?.expr).toEqual({
      kind: 'cast',
      value: { kind: 'name', parts: [{ text: 'x', quoted: false }], at: 16 },
      to: 'integer',
      lenient: true,
      at: 7,
    });
    expect(ast.groupBy).toEqual({ kind: 'all', at: 45 });
  });

  it('counts positions in UTF-16 units', async () => {
    const ast = await parseQuery("SELECT 'é😀', b FROM 'ü.log'");
    expect(ast.items[1]?.at).toBe(14);
    expect(ast.from.source).toMatchObject({ at: 21 });
  });
});

describe('mistakes', () => {
  it.each([
    ['', 0, 'Cannot parse query: it is empty: write SELECT ... FROM ...'],
    ['-- nothing', 0, 'Cannot parse query: the query is empty at 0: write SELECT ... FROM ...'],
    ['select 1\0', 8, 'Cannot parse query: a NUL character at 8'],
    ['selct a', 0, 'Cannot parse query: syntax error at or near "selct" at 0: did you mean "SELECT"?'],
    [
      'select a, FORM b c',
      17,
      'Cannot parse query: syntax error at or near "c" at 17: did you mean "FROM" instead of "FORM"?',
    ],
    [
      "select 'é😀' FORM b c",
      18,
      'Cannot parse query: syntax error at or near "b" at 18: did you mean "FROM" instead of "FORM"?',
    ],
    [
      'select x from logs wher y = 1',
      24,
      'Cannot parse query: syntax error at or near "y" at 24: did you mean "WHERE" instead of "wher"?',
    ],
    ['select a from', 13, 'Cannot parse query: syntax error at end of input at 13'],
    ["select 'abc", 7, 'Cannot parse query: unterminated quoted string at or near "\'abc" at 7'],
    ['select', 0, 'Cannot parse query: nothing is selected at 0: write SELECT * or a list of columns'],
    [
      'select a from foo',
      14,
      `Cannot parse query: unknown table "foo" at 14: write FROM 'file.log', or FROM logs with the files as arguments`,
    ],
    ["select a from ''", 14, 'Cannot parse query: the file name is empty at 14'],
    ["select a from 'x' join 'y' on true", 14, 'Cannot parse query: joins are not supported at 14'],
    [
      "select a from 'x', 'y'",
      19,
      'Cannot parse query: several tables are not supported at 19: write one pattern, or FROM logs',
    ],
    ['select (select 1)', 7, 'Cannot parse query: subqueries are not supported at 7'],
    ['with a as (select 1) select 1', 0, 'Cannot parse query: WITH is not supported at 0'],
    ['select 1 union select 2', 9, 'Cannot parse query: UNION is not supported at 9'],
    ['select rank() over () from logs', 7, 'Cannot parse query: window functions are not supported at 7'],
    ['delete from logs', 0, 'Cannot parse query: DELETE is not supported at 0: write SELECT'],
    ['select 1; select 2', 10, 'Cannot parse query: several statements are not supported at 10'],
    ["select a ~ 'x'", 9, 'Cannot parse query: operator "~" is not supported at 9'],
    [
      "select a -> 'b'",
      9,
      'Cannot parse query: operator "->" is not supported at 9: write the key after a dot, like req.path',
    ],
    ['select a::vachar', 10, 'Cannot parse query: unknown type "vachar" at 10: did you mean "varchar"?'],
    ['select a::varchar(3)', 10, 'Cannot parse query: a length or precision of type "varchar" is not supported at 10'],
    [
      'select distinct on (a) b',
      20,
      'Cannot parse query: DISTINCT ON is not supported at 20: write GROUP BY with min or max',
    ],
    ['select a[1]', 7, 'Cannot parse query: subscripts are not supported at 7'],
    [
      'select now_ from logs group by grouping sets (a)',
      31,
      'Cannot parse query: grouping sets are not supported at 31',
    ],
    ['select a from logs for update', 0, 'Cannot parse query: FOR UPDATE and the like are not supported at 0'],
    [
      "select * from read_csv('a')",
      14,
      "Cannot parse query: table functions are not supported at 14: write FROM 'file.log'",
    ],
    ['select $1', 7, 'Cannot parse query: parameters are not supported at 7'],
    [
      'select current_date',
      7,
      `Cannot parse query: the current time and user are not supported at 7: write the time as text, like '2026-10-01 12:00:00'`,
    ],
  ])('%j is refused with its position', async (sql, position, message) => {
    const error = await failure(sql);
    expect(error.message).toBe(message);
    expect(error.position).toBe(position);
  });
});
