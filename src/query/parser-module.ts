/**
 * PostgreSQL's parser: libpg-query's WebAssembly, instantiated here instead of by the package's own loader.
 *
 * The grammar is one huge function, and one long query is enough for V8 to optimize it in the background: 0.3 s of CPU
 * that no later query earns back, for which the event loop or the process's exit then waits. So this one module is
 * compiled with an endless budget before optimizing, unless the build has left it optimized. The flag is V8's and the
 * process's, but a module takes its budget when it is created: it is set and reset around one synchronous call, and the
 * engine's kernels are optimized as ever.
 *
 * The package's version is pinned, because the names below are not its public interface; test/query/parse.test.ts
 * fails loudly where they change.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ParseResult } from 'libpg-query';
import type { ParserModule } from 'libpg-query/wasm/libpg-query.js';
import { loadCached, wasmCacheFile } from '../core/cached-wasm.ts';
import { memoryOf, withSharedMemory } from './parser-memory.ts';

export type ParseOutcome =
  | { readonly type: 'tree'; readonly tree: ParseResult }
  /** `position` in characters (code points) from 0. */
  | { readonly type: 'error'; readonly message: string; readonly position: number };

export type Parser = (sql: string) => Promise<ParseOutcome>;

let loading: Promise<Parser> | null = null; // one parser per process: it has no state of its own between queries

/** Loads the parser once. */
export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

/** Lies beside the command's bundle, which holds the module's JavaScript of the same build. */
const cacheFile = wasmCacheFile(join(import.meta.dirname, '../../bundle/libpg-query.wasm'));

async function load(): Promise<Parser> {
  const part = await openPart();
  const whole = () => open(compileWithoutOptimizing(), () => undefined);
  let module = part ?? (await whole());
  let isPart = part !== null;
  return async (sql) => {
    try {
      return parse(module, sql);
    } catch (error) {
      // the cache holds what usual queries run: all else traps there (parser-parts.ts), and leaves the memory as it was just then
      if (!(isPart && error instanceof WebAssembly.RuntimeError)) throw error;
    }
    module = await whole();
    isPart = false;
    return parse(module, sql);
  };
}

/** Null where the build has left none, or where it goes away just now. */
async function openPart(): Promise<ParserModule | null> {
  const cached = loadCached(cacheFile, () => true);
  if (cached === null) return null;
  return open(cached.module, cached.readData).catch(() => null);
}

async function open(compiled: WebAssembly.Module, fill: (memory: Uint8Array) => void): Promise<ParserModule> {
  const { default: createModule } = await import('libpg-query/wasm/libpg-query.js');
  return createModule({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(compiled, imports);
      fill(memoryOf(instance));
      return done(instance);
    },
  });
}

function compileWithoutOptimizing(): WebAssembly.Module {
  const { resolve } = createRequire(import.meta.url);
  const bytes = withSharedMemory(readFileSync(resolve('libpg-query/wasm/libpg-query.wasm')));
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${defaultTieringBudget}`);
  }
}

/** V8's default: Node 20 has the smaller one. It only says when code is optimized, so that being off costs little. */
const defaultTieringBudget = Number.parseInt(process.versions.node, 10) < 22 ? 1_800_000 : 13_000_000;

/** Layout of the result: address of the tree as JSON, of captured stderr, of the error or 0. */
function parse(module: ParserModule, sql: string): ParseOutcome {
  const bytes = module.lengthBytesUTF8(sql) + 1;
  const text = module._malloc(bytes);
  module.stringToUTF8(sql, text, bytes);
  const result = module._wasm_parse_query_raw(text);
  try {
    if (result === 0) throw new Error('Cannot parse query: the parser is out of memory');
    const error = module.getValue(result + 8, 'i32');
    if (error !== 0) return readError(module, error);
    // the JSON follows libpg-query's own description of PostgreSQL's parse tree
    const tree = JSON.parse(module.UTF8ToString(module.getValue(result, 'i32'))) as ParseResult;
    return { type: 'tree', tree };
  } finally {
    module._free(text);
    if (result !== 0) module._wasm_free_parse_result(result);
  }
}

/** Layout of an error: message, function, file, line, cursor position from 1 (0 where unknown). */
function readError(module: ParserModule, error: number): ParseOutcome {
  const message = module.UTF8ToString(module.getValue(error, 'i32'));
  return { type: 'error', message, position: Math.max(0, module.getValue(error + 16, 'i32') - 1) };
}
