import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { afterAll, describe, expect, it } from 'vitest';
import { cacheOf, compileCached, wasmCacheFile } from '../../src/core/cached-wasm.ts';

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
    const module = compileCached(bytes, file, () => {
      throw new Error('compiled');
    });
    expect(answerOf(module)).toBe(42);
  });

  it('is passed over where it belongs to another module, is damaged or not there', () => {
    const bytes = wasm(42);
    const content = cacheOf(optimized(bytes), bytes) ?? bytes;
    const other = wasm(43);
    const damaged = Buffer.concat([bytes, Buffer.from(content.subarray(bytes.length)).fill(1, 0, 16)]);
    for (const [name, data] of Object.entries({ content, other, damaged, empty: Buffer.alloc(0), bytes })) {
      const file = join(folder, name);
      writeFileSync(file, data);
      expect(answerOf(compileCached(other, file)), name).toBe(43);
      if (name !== 'content') expect(answerOf(compileCached(bytes, file)), name).toBe(42);
    }
    expect(answerOf(compileCached(bytes, join(folder, 'none')))).toBe(42);
  });

  it('leaves the syntax that it uses forbidden to others', () => {
    cacheOf(optimized(wasm(1)), wasm(1));
    expect(() => new Function('return %IsWasmTrapHandlerEnabled()')).toThrow(SyntaxError);
  });

  it.runIf(canCache)('is there for the kernels and for the parser, and is used, where the build left one', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    for (const [wasmFile, beside] of [
      ['dist/workers/kernels.wasm', 'dist/workers/kernels.wasm'],
      ['node_modules/libpg-query/wasm/libpg-query.wasm', 'dist/bundle/libpg-query.wasm'],
    ] as const) {
      const file = wasmCacheFile(root + beside);
      expect(existsSync(file), file).toBe(true);
      const refuse = () => {
        throw new Error('compiled');
      };
      expect(compileCached(readFileSync(root + wasmFile), file, refuse)).toBeInstanceOf(WebAssembly.Module);
    }
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
