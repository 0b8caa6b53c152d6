/** The code cache of a bundle is used where it fits and passed over where it does not; the bundle means the same always. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const require = createRequire(import.meta.url);
const { cacheFile, loadScript } = require('../../dist/src/core/cached-script.cjs') as {
  cacheFile(file: string): string;
  loadScript(file: string): { readonly exports: unknown; readonly script: Script; readonly isCached: boolean };
};
const { saveCodeCache } = require('../../config/save-code-cache.cjs') as {
  saveCodeCache(file: string, script: Script): void;
};

/** A bundle with its cache. */
function cachedBundle(): string {
  const file = join(tempFolder(), 'bundle.cjs');
  writeFileSync(file, 'function answer() { return 41; }\nmodule.exports = { answer: answer(), file: __filename };\n');
  saveCodeCache(file, loadScript(file).script);
  return file;
}

function writeCache(file: string, bytes: Uint8Array): string {
  writeFileSync(cacheFile(file), bytes);
  return file;
}

describe('a bundle', () => {
  it('comes from its cache', () => {
    const made = cachedBundle();
    const file = join(tempFolder(), 'bundle.cjs');
    writeFileSync(file, readFileSync(made));
    writeCache(file, readFileSync(cacheFile(made)));
    expect(loadScript(file)).toMatchObject({ isCached: true, exports: { answer: 41, file } });
  });

  it('that was changed without changing its length is compiled', () => {
    const file = cachedBundle();
    writeFileSync(file, readFileSync(file, 'utf8').replace('41', '42'));
    expect(loadScript(file)).toMatchObject({ isCached: false, exports: { answer: 42 } });
  });

  it('with a cache that is cut or made by another version is compiled', () => {
    const file = cachedBundle();
    const source = readFileSync(file);
    const cache = readFileSync(cacheFile(file));
    // V8's version comes early in what it hands out, which begins at a multiple of 16
    const codeAt = Math.ceil((cache.indexOf('\n})', source.length) + 3) / 16) * 16;
    const other = cache.map((byte, at) => (at >= codeAt && at < codeAt + 24 ? byte ^ 1 : byte));
    const cut = [codeAt + 40, codeAt, source.length, 16, 5, 0].map((bytes) => cache.subarray(0, bytes));
    for (const bytes of [other, ...cut]) {
      const copy = join(tempFolder(), 'bundle.cjs'); // a name of its own: V8 remembers what it has compiled
      writeFileSync(copy, source);
      expect(loadScript(writeCache(copy, bytes))).toMatchObject({ isCached: false, exports: { answer: 41 } });
    }
  });

  it('is loaded part by part, each once, as they are required', () => {
    const folder = tempFolder();
    const first = join(folder, 'first.cjs');
    writeFileSync(first, "exports.name = 'first'; exports.second = () => require('./second.cjs');\n");
    writeFileSync(join(folder, 'second.cjs'), "exports.name = 'second of ' + require('./first.cjs').name;\n");
    const { exports } = loadScript(first) as { exports: { second(): { name: string } } };
    expect(exports.second().name).toBe('second of first');
    expect(exports.second()).toBe(exports.second());
  });

  it('imports modules, cached or not', async () => {
    const file = cachedBundle();
    writeFileSync(file, "module.exports = () => hostImport('node:path');\n");
    for (const isCached of [false, true]) {
      const loaded = loadScript(file);
      expect(loaded.isCached).toBe(isCached);
      expect(await (loaded.exports as () => Promise<unknown>)()).toHaveProperty('join');
      saveCodeCache(file, loaded.script);
    }
  });
});

it.each(['bundle/command.cjs', 'bundle/answer.cjs', 'bundle/rest.cjs', 'workers/scan-worker.cjs'])(
  'the build left a cache of %s that V8 takes',
  (bundle) => {
    const [scripts, file] = [
      require.resolve('../../dist/src/core/cached-script.cjs'),
      require.resolve(`../../dist/${bundle}`),
    ];
    // in a process of its own, because the flags of this one are not those of the command
    const look = `process.stdout.write(String(require(${JSON.stringify(scripts)}).compileScript(${JSON.stringify(file)}).isCached))`;
    expect(spawnSync(process.execPath, ['-e', look], { encoding: 'utf8' }).stdout).toBe('true');
  },
);
