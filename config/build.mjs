// Builds dist/: TypeScript to JavaScript with tsc, workers/kernels to dist/workers/kernels.wasm with asc.
// Skips a step whose inputs are older than its output.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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

function step(name, inputs, output, command, args) {
  if (existsSync(root + output) && statSync(root + output).mtimeMs > newest(inputs)) return;
  const started = Date.now();
  const run = spawnSync(process.execPath, [`${root}node_modules/${command}`, ...args], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
  if (!existsSync(root + output)) writeFileSync(root + output, '');
  utimesSync(root + output, new Date(), new Date());
  process.stderr.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

mkdirSync(`${root}dist/workers`, { recursive: true });
step('kernels', ['workers/kernels', 'config/build.mjs'], 'dist/workers/kernels.wasm', 'assemblyscript/bin/asc.js', [
  'workers/kernels/index.ts',
  '--outFile',
  'dist/workers/kernels.wasm',
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
]);
step('javascript', ['src', 'workers', 'tsconfig.json', 'package.json'], 'dist/.tsc', 'typescript/bin/tsc', [
  '-p',
  'tsconfig.json',
]);
