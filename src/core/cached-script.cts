/**
 * Loads one of the build's bundles as Node.js loads a CommonJS file, but from V8's code cache where the build left one
 * that fits: compiling takes longer than running most questions on a small file.
 *
 * A cache is optional and never wrong: it holds the source that it was made of and is used only beside exactly that one,
 * and V8 refuses what another version, processor or set of flags has made. Nothing is written here (config/code-cache.mjs).
 * A bundle of the size and the time that its cache was made of is that one; only another is read and compared.
 */
const fs: typeof import('node:fs') = require('node:fs');
const vm: typeof import('node:vm') = require('node:vm');
const path: typeof import('node:path') = require('node:path');
const { isAscii }: typeof import('node:buffer') = require('node:buffer');

const opening = Buffer.from('(function (exports, require, module, __filename, __dirname, hostImport) { ');
const closing = Buffer.from('\n})');

/** V8 copies data that begins elsewhere. */
const alignment = 16;
/** Two doubles: the bundle's length in bytes, and when it was written, in milliseconds with their fractions. */
const headerBytes = 16;
/** Room for any of the bundles; what is not written to takes no memory. */
const usualScratchBytes = 1 << 20;
let lastScratch: WeakRef<Buffer> | null = null;

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
  const cached = compileCached(file);
  if (cached !== null) return cached;
  return { script: new vm.Script(stringOf(textOf(fs.readFileSync(file))), { filename: file }), isCached: false };
}

function compileCached(file: string): Omit<LoadedScript, 'exports'> | null {
  let descriptor: number;
  try {
    descriptor = fs.openSync(cacheFile(file), 'r');
  } catch {
    return null; // none was made for this version, or it cannot be read: slower, and nothing else
  }
  try {
    const cacheBytes = fs.fstatSync(descriptor).size;
    const { size, mtimeMs } = fs.statSync(file);
    const textEnd = headerBytes + opening.length + size + closing.length;
    const codeAt = codeOffset(size);
    const codeBytes = cacheBytes - codeAt;
    if (codeBytes <= 0) return null;
    const scratch = scratchOf(Math.max(textEnd, codeBytes));
    const read = (bytes: number, from: number) => fs.readSync(descriptor, scratch, 0, bytes, from) === bytes;
    if (!read(textEnd, 0) || scratch.readDoubleLE() !== size) return null;
    const text = scratch.subarray(headerBytes, textEnd);
    // archives keep no fractions of a second
    if (scratch.readDoubleLE(8) !== mtimeMs && !text.equals(textOf(fs.readFileSync(file)))) return null;
    const code = stringOf(text);
    if (!read(codeBytes, codeAt)) return null;
    const script = new vm.Script(code, { filename: file, cachedData: scratch.subarray(0, codeBytes) });
    return { script, isCached: script.cachedDataRejected === false };
  } catch {
    return null;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** The text and the code are read into the same pages, one after the other, and those of the next bundle too: new ones cost more than reading. */
function scratchOf(bytes: number): Buffer {
  const known = lastScratch?.deref();
  if (known !== undefined && known.length >= bytes) return known;
  const scratch = Buffer.allocUnsafeSlow(Math.max(bytes, usualScratchBytes));
  lastScratch = new WeakRef(scratch);
  return scratch;
}

function stringOf(text: Buffer): string {
  return text.toString(isAscii(text) ? 'latin1' : 'utf8'); // the same, and the first is ten times as fast
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

function textOf(source: Buffer): Buffer {
  return Buffer.concat([opening, source, closing]);
}

/** Beside the bundle, one for each version of Node.js that it was built with. */
function cacheFile(file: string): string {
  return `${file}.${process.version}-${process.platform}-${process.arch}.cache`;
}

/** The content of `file`'s cache: what tells the bundle, the text that V8 is given of it, then what V8 made of that. */
function cacheOf(file: string, code: Buffer): Buffer {
  const text = textOf(fs.readFileSync(file));
  const { size, mtimeMs } = fs.statSync(file);
  const header = Buffer.alloc(headerBytes);
  header.writeDoubleLE(size);
  header.writeDoubleLE(mtimeMs, 8);
  return Buffer.concat([header, text, Buffer.alloc(codeOffset(size) - headerBytes - text.length), code]);
}

function codeOffset(size: number): number {
  return Math.ceil((headerBytes + opening.length + size + closing.length) / alignment) * alignment;
}

module.exports = { loadScript, loadedScripts, compileScript, cacheFile, cacheOf };
