import { describe, expect, it } from 'vitest';
import { loadParser, type Parser, parserBytes } from '../../src/query/parser-module.ts';
import { frameOf, tablesOf } from '../../src/query/parser-parts.ts';

const parser = parserBytes();
const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const memory = [5, 3, 1, 0, 1, 7, 5, 1, 1, 0x6d, 2, 0];
/** (module (memory (export "m") 1) (data ...)), whose segments are given. */
const withData = (count: number, ...segments: number[]) =>
  Uint8Array.from([...magic, ...memory, 11, segments.length + 1, count, ...segments]);

describe('the frame of a module', () => {
  const whole = new WebAssembly.Module(parser);
  const frame = new WebAssembly.Module(frameOf(parser));

  it('has its exports, and is a tenth of it', () => {
    expect(WebAssembly.Module.exports(frame)).toEqual(WebAssembly.Module.exports(whole));
    expect(frameOf(parser).length).toBeLessThan(parser.length / 10);
  });

  it('traps where a function is called', () => {
    const module = Uint8Array.from([
      ...[...magic, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0],
      ...[7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x41, 7, 0x0b],
    ]);
    const call = (bytes: Uint8Array<ArrayBuffer>) => {
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
      return typeof f === 'function' ? f() : 'no function';
    };
    expect(call(module)).toBe(7);
    expect(() => call(frameOf(module))).toThrow(WebAssembly.RuntimeError);
  });
});

describe('the tables of a module', () => {
  it('are what an instance finds in its memory', () => {
    const module = withData(2, 0, 0x41, 0x84, 1, 0x0b, 2, 9, 8, 0, 0x41, 3, 0x0b, 1, 7);
    const { m } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
    if (!(m instanceof WebAssembly.Memory)) throw new Error('no memory m');
    const tables = tablesOf(module);
    expect(tables).toHaveLength(134);
    expect(tables).toEqual(new Uint8Array(m.buffer, 0, 134));
    expect(new Uint8Array(m.buffer, 134).some((byte) => byte !== 0)).toBe(false);
  });

  it('are none where there is no data', () => {
    expect(tablesOf(Uint8Array.from([...magic, ...memory]))).toEqual(new Uint8Array());
  });

  it.each([
    ['passive', withData(1, 1, 1, 9)],
    ['of a numbered memory', withData(1, 2, 0, 0x41, 3, 0x0b, 1, 7)],
    ['at a place that is a variable', withData(1, 0, 0x23, 0, 0x0b, 1, 7)],
    ['at a negative place', withData(1, 0, 0x41, 0x7f, 0x0b, 1, 7)],
    ['at a sum', withData(1, 0, 0x41, 3, 0x41, 4, 0x6a, 0x0b, 1, 7)],
  ])('are not guessed: a segment %s', (_, module) => {
    expect(() => tablesOf(module)).toThrow('Cannot read a data segment');
  });
});

describe('the parser that the build left', () => {
  /** From a module of its own each time, so that what one query has loaded is of no use to the next. */
  const built = async (): Promise<Parser> => {
    const url = new URL(`../../dist/src/query/parser-module.js?${Math.random()}`, import.meta.url);
    const { loadParser: load } = (await import(url.href)) as { loadParser: () => Parser };
    return load();
  };

  it.each([
    ['a usual query, which it holds', 'SELECT status, count(*) FROM logs GROUP BY status'],
    [
      'recursion',
      'WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t CROSS JOIN LATERAL (VALUES (1)) v',
    ],
    ['a statement', 'CREATE TABLE t (a int PRIMARY KEY, b text COLLATE "C" CHECK (b > $1)) PARTITION BY RANGE (a)'],
    ['constants', `SELECT xmlelement(name a), x'1F', B'01', U&'\\0041', E'\\x41', ARRAY[[1]], a[1:2], ROW(1).* FROM t`],
    ['a window', 'SELECT f() OVER (w ROWS 1 PRECEDING) FROM t WINDOW w AS ()'],
    ['an open parenthesis', 'SELECT (1'],
    ['a wrong escape', "SELECT E'\\u00'"],
    ['wrong numbers', 'SELECT 0x, 1_, "" FROM'],
    ['nothing', ''],
    ['500 parentheses', `SELECT ${'('.repeat(500)}1${')'.repeat(500)} FROM logs`],
    ['5,000 columns', `SELECT ${Array.from({ length: 5000 }, (_, i) => `c${i}`)} FROM "é\u{1f600}"`],
  ])('gives what the whole one gives: %s', async (_, sql) => {
    const parse = await built();
    const outcome = parse(sql);
    expect(outcome).toEqual(loadParser()(sql));
    expect(parse(sql)).toEqual(outcome); // and once more, by the module that took over
  });
});
