/**
 * WebAssembly modules from machine code that the build left, already optimized. Otherwise V8 compiles them anew in every
 * process, runs its first and slow code until it has optimized, and takes a core from the scan for that.
 *
 * Node.js hands out no cache for WebAssembly as it does for scripts, so this asks V8 itself, by the functions of its
 * runtime that serve its own tests. A cache is optional and never wrong: it holds the module that its code was made of;
 * V8 refuses what another version, processor or set of flags has made; and the build leaves one only where a process of the
 * same Node.js has loaded it and worked (config/wasm-cache.mjs). Node.js 26 no longer has these functions, and compiles.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

interface Runtime {
  readonly serialize: (module: WebAssembly.Module) => unknown;
  readonly deserialize: (code: ArrayBuffer, bytes: Uint8Array) => unknown;
}

export interface CachedModule {
  readonly module: WebAssembly.Module;
  /** Reads what `cacheOf` was given beside the module into the beginning of `into`. Throws where it is no longer there. */
  readonly readData: (into: Uint8Array) => void;
}

interface CacheContent {
  readonly bytes: Buffer;
  readonly code: ArrayBuffer;
  readonly dataLength: number;
}

/** Three doubles: the lengths in bytes of the module, of the code and of the data, which follow and are all. */
const headerBytes = 24;
/** Room for the code of either; what is not written to takes no memory. */
const usualScratchBytes = 2 << 20;
let lastScratch: WeakRef<ArrayBuffer> | null = null;
let runtime: Runtime | null | undefined;

/** Beside `file`, one for each version of Node.js that it was built with. */
export function wasmCacheFile(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
}

/** Gives the module in a cache, null where there is none or V8 does not take it; `isRight` is asked of the module's bytes. */
export function loadCached(file: string, isRight: (bytes: Buffer) => boolean): CachedModule | null {
  const cache = readCache(file);
  if (cache === null || !isRight(cache.bytes)) return null;
  const module = withRuntime(({ deserialize }) => deserialize(cache.code, cache.bytes));
  if (!(module instanceof WebAssembly.Module)) return null;
  const dataAt = headerBytes + cache.bytes.length + cache.code.byteLength;
  return { module, readData: (into) => readFrom(file, dataAt, into.subarray(0, cache.dataLength)) };
}

/**
 * The cache's content: `bytes`, which V8 will be told that the module is of, then what it has made of that so far, which must be
 * optimized in part at least (V8 ends the process otherwise), then `data`. Null where this Node.js cannot tell.
 */
export function cacheOf(module: WebAssembly.Module, bytes: Uint8Array, data = new Uint8Array()): Buffer | null {
  const code = withRuntime(({ serialize }) => serialize(module));
  if (!(code instanceof ArrayBuffer)) return null;
  const header = Buffer.from(new Float64Array([bytes.length, code.byteLength, data.length]).buffer);
  return Buffer.concat([header, bytes, Buffer.from(code), data]);
}

/** All of `into`. */
function readFrom(file: string, offset: number, into: Uint8Array): void {
  const descriptor = openSync(file, 'r');
  try {
    for (let at = 0; at < into.length; ) {
      const read = readSync(descriptor, into, at, into.length - at, offset + at);
      if (read === 0) throw new Error(`${file} became shorter while it was read`);
      at += read;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The code of the next module is read into the same pages, because new ones cost more than reading. */
function scratchOf(bytes: number): ArrayBuffer {
  const known = lastScratch?.deref();
  if (known !== undefined && known.maxByteLength >= bytes) {
    known.resize(bytes);
    return known;
  }
  const scratch = new ArrayBuffer(bytes, { maxByteLength: Math.max(bytes, usualScratchBytes) });
  lastScratch = new WeakRef(scratch);
  return scratch;
}

/** Read into two buffers, because V8 wants the code as a whole one, and copying megabytes is what a start has no time for. */
function readCache(file: string): CacheContent | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null; // none was made for this version, or it cannot be read: slower, and nothing else
  }
  try {
    const header = Buffer.alloc(headerBytes);
    readSync(descriptor, header);
    const [length, codeLength, dataLength] = [header.readDoubleLE(), header.readDoubleLE(8), header.readDoubleLE(16)];
    const wanted = headerBytes + length + codeLength + dataLength;
    if (!(length > 0 && codeLength > 0 && dataLength >= 0 && fstatSync(descriptor).size === wanted)) return null;
    const bytes = Buffer.from(new ArrayBuffer(length));
    const code = scratchOf(codeLength);
    const isWhole = readSync(descriptor, bytes) === length && readSync(descriptor, new Uint8Array(code)) === codeLength;
    return isWhole ? { bytes, code, dataLength } : null;
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** A collection may drop the code of functions that are seldom called, and what they say can be parsed only while it is allowed. */
function withRuntime(use: (runtime: Runtime) => unknown): unknown {
  if (runtime === undefined) runtime = openRuntime();
  if (runtime === null) return null;
  try {
    return use(runtime);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    runtime = openRuntime();
    return runtime === null ? null : use(runtime);
  }
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
