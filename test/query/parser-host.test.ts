/** The parser with its host inside answers as the package does, whose loader gives it another. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hasSqlDetails, parse as parseByPackage } from 'libpg-query';
import { describe, expect, it } from 'vitest';
import { withHost } from '../../src/query/parser-host.ts';
import { openParser, type ParseOutcome, parserBytes } from '../../src/query/parser-module.ts';

const { resolve } = createRequire(import.meta.url);
const original = new Uint8Array(readFileSync(resolve('libpg-query/wasm/libpg-query.wasm')));
const parse = openParser(new WebAssembly.Module(parserBytes()));

async function asThePackage(sql: string): Promise<ParseOutcome> {
  try {
    return { type: 'tree', tree: await parseByPackage(sql) };
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    return { type: 'error', message: error.message, position: error.sqlDetails?.cursorPosition ?? 0 };
  }
}

describe('the parser with its host inside', () => {
  it('imports nothing, and exports what it did', () => {
    const module = new WebAssembly.Module(parserBytes());
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    expect(WebAssembly.Module.exports(module)).toEqual(WebAssembly.Module.exports(new WebAssembly.Module(original)));
  });

  it.each([
    "SELECT status, count(*) AS \"c\", p99(bytes) FROM 'a*.log' WHERE x LIKE '%é\u{1f600}%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    'WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT * FROM t, LATERAL (VALUES (1)) v',
    'CREATE TABLE t (a int PRIMARY KEY, b text COLLATE "C" CHECK (b > $1)) PARTITION BY RANGE (a)',
    "SELECT 12345678901234567890, 1e400, 0x1F, 1_000, B'01', X'1f', U&'\\0041', E'\\x41', $$a$$",
    'SELECT 1; SELECT 2;',
    '-- nothing but a comment',
    'SELECT status, FROM logs',
    'SELECT (1',
    "SELECT 'unfinished",
    'SELECT "unfinished',
    'SELECT /* unfinished',
    "SELECT E'\\u00'",
    "SELECT U&'\\zzzz'",
    'SELECT 0x, 1_, "" FROM',
    'SELECT a FROM b WHERE é ==== 1',
    `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)}`,
    `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
    `SELECT ${'- '.repeat(3000)}1`,
  ])('answers as the package does: %s', async (sql) => {
    const outcome = parse(sql);
    expect(outcome).toEqual(await asThePackage(sql));
    expect(parse(sql)).toEqual(outcome);
  });

  it('goes on after a hundred mistakes in a row', async () => {
    for (let i = 0; i < 100; i++) expect(parse(`SELECT ${i} FROM FROM`).type).toBe('error');
    expect(parse('SELECT 1')).toEqual(await asThePackage('SELECT 1'));
  });
});

describe('a module that is not as the pinned version is', () => {
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [1, 4, 1, 0x60, 0, 0];
  /** Of functions without parameters, and a memory. */
  const imports = (...all: number[][]) => [2, all.flat().length + 1, all.length, ...all.flat()];
  const exports = [7, 1, 0];
  const called = (name: string, kind = 0) => [1, 0x61, 1, name.charCodeAt(0), kind, 0];

  it.each([
    ['has no section 1', [...magic, ...imports(called('p')), ...exports]],
    ['has no section 2', [...magic, ...types, ...exports]],
    ['a type is not that of a function', [...magic, 1, 4, 1, 0x5f, 0, 0, ...imports(called('p')), ...exports]],
    ['it imports more than functions', [...magic, ...types, ...imports(called('p', 3)), ...exports]],
    ['it does not export R', [...magic, ...types, ...imports(called('a')), ...exports]],
  ])('is not completed: %s', (what, module) => {
    expect(() => withHost(Uint8Array.from(module))).toThrow(new RegExp(`^Cannot complete the parser: .*${what}`));
  });
});
