/**
 * Loads one of the build's bundles as Node.js loads a CommonJS file, but from V8's code cache where the build left one
 * that fits: compiling takes longer than running most questions on a small file.
 *
 * A cache is optional and never wrong: it holds the source that it was made of and is used only beside exactly that one,
 * and V8 refuses what another version, processor or set of flags has made. Nothing is written here (config/code-cache.mjs).
 */
const fs: typeof import('node:fs') = require('node:fs');
const vm: typeof import('node:vm') = require('node:vm');
const path: typeof import('node:path') = require('node:path');
const { isAscii }: typeof import('node:buffer') = require('node:buffer');

const opening = Buffer.from('(function (exports, require, module, __filename, __dirname, hostImport) { ');
const closing = Buffer.from('\n})');

/** V8 copies data that begins elsewhere. */
const alignment = 16;

interface LoadedScript {
  /** The bundle's module.exports. */
  readonly exports: unknown;
  readonly script: import('node:vm').Script;
  /** Whether it came from the cache. */
  readonly isCached: boolean;
}

/** By their files: a bundle in several parts is loaded part by part, as they are required. */
const loadedScripts = new Map<string, LoadedScript>();

function loadScript(file: string): LoadedScript {
  const loaded = { exports: {}, ...compileScript(file) };
  loadedScripts.set(file, loaded);
  const run: (...args: readonly unknown[]) => void = loaded.script.runInThisContext();
  run.call(loaded.exports, loaded.exports, requireFrom(file), loaded, file, path.dirname(file), hostImport);
  return loaded;
}

/** A function of what Node.js gives to CommonJS files, not called yet. */
function compileScript(file: string): Omit<LoadedScript, 'exports'> {
  const source = fs.readFileSync(file);
  const cachedData = readCache(file, source);
  const whole = Buffer.concat([opening, source, closing]);
  const code = whole.toString(isAscii(whole) ? 'latin1' : 'utf8'); // the same, and the first is ten times as fast
  const script = new vm.Script(code, { filename: file, ...(cachedData === null ? {} : { cachedData }) });
  return { script, isCached: cachedData !== null && script.cachedDataRejected === false };
}

/** What is beside the file is a part of its bundle; packages are the same wherever in dist/ they are asked for. */
function requireFrom(file: string): (id: string) => unknown {
  return (id) => {
    if (!/^\.\.?\//.test(id)) return require(id);
    const part = path.join(path.dirname(file), id);
    if (!/^\.\/[\w-]+\.cjs$/.test(id)) return require(part);
    return (loadedScripts.get(part) ?? loadScript(part)).exports;
  };
}

/** In place of import(): code that comes from a cache cannot call that. */
function hostImport(specifier: string): Promise<unknown> {
  return import(specifier);
}

/** Beside the bundle, one for each version of Node.js that it was built with. */
function cacheFile(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
}

/** A cache's content: the source it was made of, then what V8 made of it. */
function cacheOf(source: Buffer, code: Buffer): Buffer {
  return Buffer.concat([source, Buffer.alloc(codeOffset(source) - source.length), code]);
}

function codeOffset(source: Buffer): number {
  return Math.ceil(source.length / alignment) * alignment;
}

function readCache(file: string, source: Buffer): Buffer | null {
  let cache: Buffer;
  try {
    cache = fs.readFileSync(cacheFile(file));
  } catch {
    return null; // none was made for this version, or it cannot be read: slower, and nothing else
  }
  return cache.subarray(0, source.length).equals(source) ? cache.subarray(codeOffset(source)) : null;
}

module.exports = { loadScript, loadedScripts, compileScript, cacheFile, cacheOf };
