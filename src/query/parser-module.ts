/**
 * PostgreSQL's parser: libpg-query's WebAssembly, instantiated here instead of by the package's own loader (parser-host.ts).
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
import { loadCached, wasmCacheFile } from '../core/cached-wasm.ts';
import { withHost } from './parser-host.ts';
import { withSharedMemory } from './parser-memory.ts';

export type ParseOutcome =
  | { readonly type: 'tree'; readonly tree: ParseResult }
  /** `position` in characters (code points) from 0. */
  | { readonly type: 'error'; readonly message: string; readonly position: number };

export type Parser = (sql: string) => ParseOutcome;

let parser: Parser | null = null; // one per process: it has no state of its own between queries

/** Loads the parser once. */
export function loadParser(): Parser {
  parser ??= load();
  return parser;
}

/** Lies beside the command's bundle. */
const cacheFile = wasmCacheFile(join(import.meta.dirname, '../../bundle/libpg-query.wasm'));

function load(): Parser {
  let part = openPart();
  let whole: Parser | null = null;
  return (sql) => {
    try {
      if (part !== null) return part(sql);
    } catch (error) {
      part = null; // who knows what is in its memory
      // the cache holds what usual queries run: all else traps there (parser-parts.ts)
      if (!(error instanceof WebAssembly.RuntimeError)) return tooDeep(error);
    }
    whole ??= openParser(compileWithoutOptimizing());
    try {
      return whole(sql);
    } catch (error) {
      whole = null;
      return tooDeep(error);
    }
  };
}

/** PostgreSQL's words. */
export const stackExceeded = 'stack depth limit exceeded';

/** V8's stack is full before PostgreSQL takes its own for full. Throws what is anything else. */
function tooDeep(error: unknown): ParseOutcome {
  if (error instanceof RangeError) return { type: 'error', message: stackExceeded, position: 0 };
  throw error;
}

/** Null where the build has left none, or where it goes away just now. */
function openPart(): Parser | null {
  try {
    const cached = loadCached(cacheFile, () => true);
    return cached === null ? null : openParser(cached.module, cached.readData);
  } catch {
    return null;
  }
}

/** The exports, by the names that the linker gave. */
interface ParserExports {
  /** The memory. */
  readonly z: WebAssembly.Memory;
  /** Makes everything ready. */
  A(): void;
  /** malloc and free. */
  C(bytes: number): number;
  E(address: number): void;
  /** Parses a text that ends with a zero, and gives the result's address; frees a result. */
  F(text: number): number;
  G(result: number): void;
}

/** `fill`: writes the tables into memory, where they are not in the module. */
export function openParser(module: WebAssembly.Module, fill: (memory: Uint8Array) => void = () => undefined): Parser {
  const exports = new WebAssembly.Instance(module).exports as unknown as ParserExports;
  fill(new Uint8Array(exports.z.buffer));
  exports.A();
  return (sql) => parse(exports, sql);
}

/** The module as it is compiled here. */
export function parserBytes(): Uint8Array<ArrayBuffer> {
  const { resolve } = createRequire(import.meta.url);
  return withHost(withSharedMemory(readFileSync(resolve('libpg-query/wasm/libpg-query.wasm'))));
}

function compileWithoutOptimizing(): WebAssembly.Module {
  const bytes = parserBytes();
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${defaultTieringBudget}`);
  }
}

/** V8's default: Node 20 has the smaller one. It only says when code is optimized, so that being off costs little. */
const defaultTieringBudget = Number.parseInt(process.versions.node, 10) < 22 ? 1_800_000 : 13_000_000;

const outOfMemory = 'Cannot parse query: the parser is out of memory';

/** Layout of the result: address of the tree as JSON, of captured stderr, of the error or 0. */
function parse({ z, C: malloc, E: free, F: parseText, G: freeResult }: ParserExports, sql: string): ParseOutcome {
  const length = Buffer.byteLength(sql);
  const text = malloc(length + 1);
  if (text === 0) throw new Error(outOfMemory);
  const before = Buffer.from(z.buffer);
  before.write(sql, text);
  before[text + length] = 0;
  const result = parseText(text);
  try {
    if (result === 0) throw new Error(outOfMemory);
    const memory = Buffer.from(z.buffer); // it may have grown
    const error = memory.readInt32LE(result + 8);
    if (error !== 0) return readError(memory, error);
    // the JSON follows libpg-query's own description of PostgreSQL's parse tree
    const tree = JSON.parse(textAt(memory, memory.readInt32LE(result))) as ParseResult;
    return { type: 'tree', tree };
  } finally {
    free(text);
    if (result !== 0) freeResult(result);
  }
}

/** Layout of an error: message, function, file, line, cursor position from 1 (0 where unknown). */
function readError(memory: Buffer, error: number): ParseOutcome {
  const message = textAt(memory, memory.readInt32LE(error));
  return { type: 'error', message, position: Math.max(0, memory.readInt32LE(error + 16) - 1) };
}

/** Ends with a zero. */
function textAt(memory: Buffer, address: number): string {
  return memory.toString('utf8', address, memory.indexOf(0, address));
}
