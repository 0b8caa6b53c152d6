/**
 * PostgreSQL's parser: libpg-query's WebAssembly, instantiated here instead of by the package's own loader, which compiles in
 * the background: its optimizing threads then hold up the event loop right after the first query, by 0.2 s on a quiet
 * machine and more than a second on a busy one. Compiled in one go and lazily, the parser is ready in 15 to 30 ms.
 *
 * The package's version is pinned, because the names below are not its public interface; test/query/parse.test.ts
 * fails loudly where they change.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ParseResult } from 'libpg-query';

export type ParseOutcome =
  | { readonly type: 'tree'; readonly tree: ParseResult }
  /** `position` in characters (code points) from 0. */
  | { readonly type: 'error'; readonly message: string; readonly position: number };

export type Parser = (sql: string) => ParseOutcome;

/** What emscripten's module offers, as far as parsing takes. */
interface ParserModule {
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, capacity: number): void;
  UTF8ToString(address: number): string;
  getValue(address: number, type: 'i32'): number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _wasm_parse_query_raw(sql: number): number;
  _wasm_free_parse_result(result: number): void;
}

type Instantiate = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => void;

type CreateModule = (overrides: { readonly instantiateWasm: Instantiate }) => Promise<ParserModule>;

let loading: Promise<Parser> | null = null; // one parser per process: it has no state of its own between queries

/** Loads the parser once. */
export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  const require = createRequire(import.meta.url);
  const bytes = await readFile(require.resolve('libpg-query/wasm/libpg-query.wasm'));
  // the package's types describe its loader only; this is the module that its loader creates
  const create = require('libpg-query/wasm/libpg-query.js') as CreateModule;
  const compiled = new WebAssembly.Module(bytes);
  const module = await create({
    instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports)),
  });
  return (sql) => parse(module, sql);
}

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
