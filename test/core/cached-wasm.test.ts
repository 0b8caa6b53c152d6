import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheOf, loadCached, wasmCacheFile } from '../../src/core/cached-wasm.ts';
import { parserBytes } from '../../src/query/parser-module.ts';
import { frameOf, tablesOf } from '../../src/query/parser-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-wasm-cache-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** (module (func (export "f") (result i32) i32.const <answer>)), compiled. */
const wasm = (answer: number) =>
  Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x41, answer, 0x0b],
  ]);
const answerOf = (module: WebAssembly.Module) => {
  const { f } = new WebAssembly.Instance(module).exports;
  if (typeof f !== 'function') throw new Error('no function f');
  return f();
};

const load = (bytes: Buffer, file: string) => loadCached(file, (cached) => cached.equals(bytes));

/** V8 hands out optimized code only. */
function optimized(bytes: Buffer<ArrayBuffer>): WebAssembly.Module {
  const flags = ['liftoff', 'wasm-lazy-compilation', 'wasm-dynamic-tiering'];
  for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  const module = new WebAssembly.Module(bytes);
  for (const flag of flags) setFlagsFromString(`--${flag}`);
  return module;
}

/** Node.js 26 has no such functions. */
const canCache = Number.parseInt(process.versions.node, 10) < 26;

describe('a cache of WebAssembly', () => {
  it.runIf(canCache)('gives the module that it was made of', () => {
    const bytes = wasm(42);
    const content = cacheOf(optimized(bytes), bytes);
    if (content === null) throw new Error('nothing was cached');
    const file = join(folder, 'good');
    writeFileSync(file, content);
    const cached = load(bytes, file);
    if (cached === null) throw new Error('the cache was not taken');
    expect(answerOf(cached.module)).toBe(42);
  });

  it.runIf(canCache)('gives what was kept beside the module, and leaves what stands behind it as it is', () => {
    const bytes = wasm(42);
    const file = join(folder, 'data');
    writeFileSync(file, cacheOf(optimized(bytes), bytes, Buffer.from('tables')) ?? '');
    const into = Buffer.from('____________');
    load(bytes, file)?.readData(into);
    expect(into.toString()).toBe('tables______');
  });

  it.runIf(canCache)('is passed over where it belongs to another module, is damaged or not there', () => {
    const bytes = wasm(42);
    const content = cacheOf(optimized(bytes), bytes, Buffer.from('tables')) ?? Buffer.alloc(0);
    const codeAt = 24 + bytes.length;
    const wrong = {
      damaged: Buffer.concat([content.subarray(0, codeAt), Buffer.from(content.subarray(codeAt)).fill(1, 0, 16)]),
      cut: content.subarray(0, codeAt),
      'cut in its data': content.subarray(0, -1),
      grown: Buffer.concat([content, Buffer.from('s')]),
      short: content.subarray(0, 11),
      empty: Buffer.alloc(0),
      long: Buffer.concat([Buffer.from(new Float64Array([1e15, 1, 0]).buffer), bytes]),
      none: null,
    };
    for (const [name, data] of Object.entries(wrong)) {
      const file = join(folder, name);
      if (data !== null) writeFileSync(file, data);
      expect(load(bytes, file), name).toBeNull();
    }
    const file = join(folder, 'other');
    writeFileSync(file, content);
    expect(load(wasm(43), file)).toBeNull();
    expect(load(bytes, file)).not.toBeNull();
  });

  it('leaves the syntax that it uses forbidden to others', () => {
    cacheOf(optimized(wasm(1)), wasm(1));
    expect(() => new Function('return %IsWasmTrapHandlerEnabled()')).toThrow(SyntaxError);
  });

  it.runIf(canCache)('is there for the kernels and for the parser, and is used, where the build left one', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const kernels = readFileSync(`${root}dist/workers/kernels.wasm`);
    const parser = parserBytes();
    const tables = tablesOf(parser);
    for (const [bytes, data, beside] of [
      [kernels, Buffer.alloc(0), 'dist/workers/kernels.wasm'],
      [Buffer.from(frameOf(parser)), Buffer.from(tables), 'dist/bundle/libpg-query.wasm'],
    ] as const) {
      const file = wasmCacheFile(root + beside);
      expect(existsSync(file), file).toBe(true);
      const cached = load(bytes, file);
      if (cached === null) throw new Error(`${file} was not taken`);
      const read = Buffer.alloc(data.length);
      cached.readData(read);
      expect(read.equals(data)).toBe(true);
    }
  });

  it('is asked for again after a collection has dropped the functions that ask', () => {
    const built = new URL('../../dist/', import.meta.url);
    const script = `
      const { loadCached, wasmCacheFile } = await import('${new URL('src/core/cached-wasm.js', built).href}');
      const file = wasmCacheFile('${fileURLToPath(new URL('workers/kernels.wasm', built))}');
      for (let i = 0; i < 3; i++) {
        loadCached(file, () => true);
        gc();
      }
      console.log('asked');`;
    const flags = ['--stress-flush-code', '--expose-gc', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'asked\n', stderr: '' });
  });

  it.each([['--disallow-code-generation-from-strings'], ['--no-liftoff'], ['--max-old-space-size=300']])(
    'gives way to compiling under node %s',
    (flag) => {
      const command = fileURLToPath(new URL('../../dist/src/cli/millrace.cjs', import.meta.url));
      const log = join(folder, 'a.log');
      writeFileSync(log, '1.1.1.1 - - [05/Mar/2025:10:00:00 +0000] "GET / HTTP/1.1" 200 7\n');
      const args = [flag, command, 'query', '-q', 'SELECT status, sum(bytes) AS b FROM logs GROUP BY status', log];
      const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(run).toMatchObject({ status: 0, stdout: 'status,b\n200,7\n', stderr: '' });
    },
  );
});
