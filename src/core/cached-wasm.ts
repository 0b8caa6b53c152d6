/**
 * WebAssembly modules from machine code that the build left, already optimized. Otherwise V8 compiles them anew in every
 * process, runs its first and slow code until it has optimized, and takes a core from the scan for that.
 *
 * Node.js hands out no cache for WebAssembly as it does for scripts, so this asks V8 itself, by the functions of its
 * runtime that serve its own tests. A cache is optional and never wrong: it holds the module that it was made of and is
 * used only beside exactly that one; V8 refuses what another version, processor or set of flags has made; and the build
 * leaves one only where a process of the same Node.js has loaded it and worked (config/wasm-cache.mjs). Node.js 26 no
 * longer has these functions, and compiles.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

interface Runtime {
  readonly serialize: (module: WebAssembly.Module) => unknown;
  readonly deserialize: (code: ArrayBuffer, bytes: Uint8Array) => unknown;
}

let runtime: Runtime | null | undefined;

/** Beside `file`, one for each version of Node.js that it was built with. */
export function wasmCacheFile(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
}

/** Gives a module from the cache in `file`, where it fits; otherwise from `compile`. */
export function compileCached(
  bytes: Buffer<ArrayBuffer>,
  file: string,
  compile: (bytes: Buffer<ArrayBuffer>) => WebAssembly.Module = (bytes) => new WebAssembly.Module(bytes),
): WebAssembly.Module {
  return readCache(bytes, file) ?? compile(bytes);
}

/**
 * The cache's content: the module's bytes, then what V8 has made of them so far, which must be optimized in part at least (V8
 * ends the process otherwise). Null where this Node.js cannot tell.
 */
export function cacheOf(module: WebAssembly.Module, bytes: Uint8Array): Buffer | null {
  if (runtime === undefined) runtime = openRuntime();
  const code = runtime?.serialize(module);
  return code instanceof ArrayBuffer ? Buffer.concat([bytes, Buffer.from(code)]) : null;
}

function readCache(bytes: Buffer<ArrayBuffer>, file: string): WebAssembly.Module | null {
  let cache: Buffer;
  try {
    cache = readFileSync(file);
  } catch {
    return null; // none was made for this version, or it cannot be read: slower, and nothing else
  }
  if (!cache.subarray(0, bytes.length).equals(bytes)) return null;
  const code = new Uint8Array(cache.subarray(bytes.length)).buffer; // V8 wants a whole ArrayBuffer
  if (runtime === undefined) runtime = openRuntime();
  const module = runtime?.deserialize(code, bytes);
  return module instanceof WebAssembly.Module ? module : null;
}

/**
 * The syntax is allowed while the functions are parsed, which their first call makes V8 do, and no longer: a cache fits
 * only the flags it was made under, those of worker threads that are starting included.
 * Code from a cache relies on page faults for accesses beyond a memory's end, as it was compiled, so they must be on.
 */
function openRuntime(): Runtime | null {
  setFlagsFromString('--allow-natives-syntax');
  try {
    const make = (parameters: string, call: string) => {
      const body = `if (arguments.length === 0) return %IsWasmTrapHandlerEnabled(); return ${call};`;
      return new Function(parameters, body) as (...args: unknown[]) => unknown;
    };
    const serialize = make('module', '%SerializeWasmModule(module)');
    const deserialize = make('code, bytes', '%DeserializeWasmModule(code, bytes)');
    return serialize() === true && deserialize() === true ? { serialize, deserialize } : null;
  } catch {
    return null; // functions that are no more, or code from text that a flag of Node.js forbids
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
