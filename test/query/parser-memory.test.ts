import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/query/parse.ts';
import { withLessMemory } from '../../src/query/parser-memory.ts';

const { resolve } = createRequire(import.meta.url);
const parser = readFileSync(resolve('libpg-query/wasm/libpg-query.wasm'));
const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const customSection = [0, 3, 1, 0x78, 5];
/** (module (memory (export "m") <limits>)), behind a section that is of no concern. */
const module = (...limits: number[]) =>
  Uint8Array.from([...magic, ...customSection, 5, 1 + limits.length, 1, ...limits, 7, 5, 1, 1, 0x6d, 2, 0]);
const pagesOf = (bytes: Uint8Array<ArrayBuffer>) => {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (!(m instanceof WebAssembly.Memory)) throw new Error('no memory m');
  return m.buffer.byteLength / 65536;
};

describe('a module with less memory', () => {
  it.each([
    ['2048 pages in two bytes', [0, 0x80, 0x10], 640],
    ['2048 pages and a maximum', [1, 0x80, 0x10, 0x80, 0x20], 640],
    ['2048 pages in three bytes', [0, 0x80, 0x90, 0], 640],
    ['640 pages', [0, 0x80, 5], 640],
    ['one page', [0, 1], 1],
  ])('begins with no more than 640 pages, where it had %s', (_, limits, pages) => {
    expect(pagesOf(withLessMemory(module(...limits)))).toBe(pages);
  });

  it('is as it was where it has none of its own', () => {
    const empty = Uint8Array.from(magic);
    expect(withLessMemory(empty)).toEqual(empty);
  });

  it('is the parser, changed in that one number', () => {
    const changed = withLessMemory(parser);
    const places = [...changed.keys()].filter((at) => changed[at] !== parser[at]);
    expect(places).toHaveLength(1);
    expect(WebAssembly.validate(changed)).toBe(true);
  });
});

it('the memory grows for a query that needs more', async () => {
  const values = Array.from({ length: 150_000 }, (_, i) => i).join(', ');
  const query = await parseQuery(`SELECT count(*) FROM logs WHERE status IN (${values})`);
  expect(JSON.stringify(query, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).toContain('149999');
});
