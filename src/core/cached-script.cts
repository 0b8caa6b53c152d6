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
const Module: typeof import('node:module') = require('node:module');

interface LoadedScript {
  /** The bundle's module.exports. */
  readonly exports: unknown;
  readonly script: import('node:vm').Script;
  /** Whether it came from the cache. */
  readonly isCached: boolean;
}

function loadScript(file: string): LoadedScript {
  const source = fs.readFileSync(file);
  const cachedData = readCache(file, source);
  const text = source.toString(isAscii(source) ? 'latin1' : 'utf8'); // the same, and the first is ten times as fast
  const code = `(function (exports, require, module, __filename, __dirname, hostImport) { ${text}\n})`;
  const script = new vm.Script(code, { filename: file, ...(cachedData === null ? {} : { cachedData }) });
  const loaded: { exports: unknown } = { exports: {} };
  const run: (...args: readonly unknown[]) => void = script.runInThisContext();
  run.call(loaded.exports, loaded.exports, Module.createRequire(file), loaded, file, path.dirname(file), hostImport);
  return { exports: loaded.exports, script, isCached: cachedData !== null && script.cachedDataRejected === false };
}

/** In place of import(): code that comes from a cache cannot call that. */
function hostImport(specifier: string): Promise<unknown> {
  return import(specifier);
}

/** Beside the bundle, one for each version of Node.js that it was built with. */
function cacheFile(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
}

/** The source it was made of, then what V8 made of it. */
function readCache(file: string, source: Buffer): Buffer | null {
  let cache: Buffer;
  try {
    cache = fs.readFileSync(cacheFile(file));
  } catch {
    return null; // none was made for this version, or it cannot be read: slower, and nothing else
  }
  return cache.subarray(0, source.length).equals(source) ? cache.subarray(source.length) : null;
}

module.exports = { loadScript, cacheFile };
