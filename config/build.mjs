// Builds dist/: workers/kernels to dist/workers/kernels.wasm with asc, TypeScript to JavaScript with tsc, bundles of what has
// to start fast with Rolldown, and V8's caches of what it compiles. Skips a step whose inputs are older than its output. A
// step that fails does not stop the next ones, so that all that is wrong is said at once; the build fails at its end.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Newest modification time, in ms, among the files below the given paths. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const stat = statSync(root + path);
    if (stat.isDirectory())
      latest = Math.max(latest, newest(readdirSync(root + path).map((name) => `${path}/${name}`)));
    else latest = Math.max(latest, stat.mtimeMs);
  }
  return latest;
}

/** Gives 'fresh' (nothing to do), 'built' or 'failed'. */
function step(name, inputs, output, command, args) {
  if (existsSync(root + output) && statSync(root + output).mtimeMs > newest(inputs)) return 'fresh';
  const started = Date.now();
  const run = spawnSync(process.execPath, [root + command, ...args], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) {
    const how = run.error?.message ?? (run.signal === null ? `exit code ${run.status}` : `ended by ${run.signal}`);
    process.stderr.write(`FAILED to build ${name}: ${command} (${how})\n`);
    return 'failed';
  }
  if (!existsSync(root + output)) writeFileSync(root + output, '');
  utimesSync(root + output, new Date(), new Date());
  process.stderr.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  return 'built';
}

mkdirSync(`${root}dist/workers`, { recursive: true });
const wasm = 'dist/workers/kernels.wasm';
const kernels = step(
  'kernels',
  ['workers/kernels', 'config/build.mjs'],
  wasm,
  'node_modules/assemblyscript/bin/asc.js',
  [
    'workers/kernels/index.ts',
    '--outFile',
    wasm,
    '--enable',
    'simd',
    '--enable',
    'bulk-memory',
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '1',
    '--importTable',
    '--use', // no way out of WebAssembly for what never happens: it traps
    'abort=',
  ],
);
const sources = ['src', 'workers', 'tsconfig.json', 'package.json'];
const javascript = step('javascript', sources, 'dist/.tsc', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
// tsc writes over the bundles' entries, also where it finds errors
if (javascript !== 'fresh') rmSync(`${root}dist/.bundles`, { force: true });
const bundles = step('bundles', [...sources, 'config/bundle.mjs'], 'dist/.bundles', 'config/bundle.mjs', []);
/** A cache for the version of Node.js that builds. */
function cacheStep(name, script, others = []) {
  const mark = `dist/.${name.replace(' ', '-')}-${process.version}`;
  if (bundles !== 'fresh') rmSync(root + mark, { force: true });
  return bundles === 'failed'
    ? 'skipped'
    : step(name, ['dist/.bundles', wasm, script, ...others, 'node_modules/libpg-query/package.json'], mark, script, []);
}

const codeCache = cacheStep('code cache', 'config/code-cache.mjs', [
  'config/code-cache-command.cjs',
  'config/code-cache-worker.cjs',
  'config/save-code-cache.cjs',
]);
const wasmCache = cacheStep('wasm cache', 'config/wasm-cache.mjs');

const failed = Object.entries({ kernels, javascript, bundles, codeCache, wasmCache }).flatMap(([name, how]) =>
  how === 'failed' ? name : [],
);
if (failed.length > 0) {
  process.stderr.write(`BUILD FAILED: ${failed.join(', ')}: what dist/ holds of that may be old\n`);
  process.exit(1);
}
