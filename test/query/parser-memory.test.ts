import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/query/parse.ts';
import { withSharedMemory } from '../../src/query/parser-memory.ts';

const { resolve } = createRequire(import.meta.url);
const parser = readFileSync(resolve('libpg-query/wasm/libpg-query.wasm'));
const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const customSection = [0, 3, 1, 0x78, 5];
/** (module (memory (export "m") <limits>)), behind a section that is of no concern. */
const module = (...limits: number[]) =>
  Uint8Array.from([...magic, ...customSection, 5, 1 + limits.length, 1, ...limits, 7, 5, 1, 1, 0x6d, 2, 0]);
const memoryOf = (bytes: Uint8Array<ArrayBuffer>) => {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (!(m instanceof WebAssembly.Memory)) throw new Error('no memory m');
  return m.buffer;
};

describe('a module with shared memory', () => {
  it('can share what it could not, and has as much of it', () => {
    const buffer = memoryOf(withSharedMemory(module(1, 3, 5)));
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(buffer.byteLength).toBe(3 * 65536);
  });

  it('is as it was where its memory has no limit, or it has none of its own', () => {
    expect(memoryOf(withSharedMemory(module(0, 3)))).toBeInstanceOf(ArrayBuffer);
    const empty = Uint8Array.from(magic);
    expect(withSharedMemory(empty)).toEqual(empty);
  });

  it('is the parser, changed in that one flag', () => {
    const changed = withSharedMemory(parser);
    const places = [...changed.keys()].filter((at) => changed[at] !== parser[at]);
    expect(places).toHaveLength(1);
    expect(WebAssembly.validate(changed)).toBe(true);
  });

  it('is what parses, and V8 does not count its memory', async () => {
    const before = process.memoryUsage().external;
    await parseQuery('SELECT count(*) FROM logs'); // loads the parser
    expect(process.memoryUsage().external - before).toBeLessThan(32 << 20);
  });
});

it('the memory grows for a query that needs more', async () => {
  const values = Array.from({ length: 600_000 }, (_, i) => i).join(', ');
  const query = await parseQuery(`SELECT count(*) FROM logs WHERE status IN (${values})`);
  expect(JSON.stringify(query, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).toContain('599999');
});
