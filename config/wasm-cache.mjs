// Makes V8's optimized machine code of the WebAssembly modules (src/core/cached-wasm.ts reads it), for the version of Node.js
// that runs this: of the kernels whole, of PostgreSQL's parser what usual queries run. Each step has a process of its own,
// because V8 ends the process where it does not like what it is asked; a cache counts only once another process has loaded it
// and worked. Where a Node.js cannot do this, there are no such caches, and everything works and starts some 60 ms later.
import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { cacheOf, loadCached, wasmCacheFile } from '../dist/src/core/cached-wasm.js';
import { openParser, parserBytes } from '../dist/src/query/parser-module.js';
import { frameOf, tablesOf } from '../dist/src/query/parser-parts.js';

const self = fileURLToPath(import.meta.url);
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const modules = {
  kernels: {
    read: () => readFileSync(file('../dist/workers/kernels.wasm')),
    frame: (bytes) => bytes,
    data: () => new Uint8Array(),
    cache: file('../dist/workers/kernels.wasm'),
    // all at once
    flags: ['--no-liftoff', '--no-wasm-dynamic-tiering', '--no-wasm-lazy-compilation'],
    use(module) {
      const memory = new WebAssembly.Memory({ initial: 16, maximum: 16 });
      const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
      const env = { memory, table, host: () => 0 };
      const { arenaInit, alloc } = new WebAssembly.Instance(module, { env }).exports;
      arenaInit(1 << 20);
      if (alloc(64) === 0) throw new Error('The kernels do not work');
    },
  },
  parser: {
    read: parserBytes,
    frame: frameOf,
    data: tablesOf,
    cache: file('../dist/bundle/libpg-query.wasm'),
    // each function when it is first called
    flags: ['--no-liftoff', '--no-wasm-dynamic-tiering'],
    use(module, fill) {
      const parse = openParser(module, fill);
      for (const sql of [...queries, ...wrongQueries]) {
        if ((parse(sql).type === 'error') !== wrongQueries.includes(sql)) {
          throw new Error(`Parsed or not, against expectation: ${sql}`);
        }
      }
    },
  },
};

/** Between them they take the ways through the grammar that questions of logs take. */
const queries = [
  'SELECT status, count(*), sum(bytes) FROM logs GROUP BY status',
  `SELECT path, count(DISTINCT client) AS "c", p99(bytes) / 2.5 FROM logs WHERE path LIKE '%a%' AND NOT (status >= 500 OR a IN
    (1, 2)) AND b IS NOT NULL AND c BETWEEN -1 AND +1 GROUP BY 1, path HAVING count(*) > 1 ORDER BY 2 DESC, path ASC NULLS LAST LIMIT 10`,
  "SELECT date_trunc('hour', time) h, CAST(x AS double precision), x::int, CASE WHEN a = 1 THEN 'b' ELSE NULL END FROM logs l ORDER BY h",
  "SELECT count(*) FILTER (WHERE a ~ 'b'), time + INTERVAL '1 hour', extract(hour FROM time), a || b FROM logs WHERE t >= TIMESTAMP '2025-01-01' LIMIT 5 OFFSET 2",
  'SELECT * FROM logs WHERE a ILIKE $$x$$ OR coalesce(a, b) <> lower(c) OR true',
  // so many that lists and texts outgrow their first room
  `SELECT ${Array.from({ length: 40 }, (_, i) => `max(a + ${i}) FILTER (WHERE b NOT IN (${i}, -2, 'c', NULL)) AS "n${i}"`).join(', ')} FROM logs`,
];

/** What is said of a mistake is no reason to load the rest either. */
const wrongQueries = ['SELECT status, FROM logs', "SELECT 'unfinished FROM logs", 'SELECT * FROM logs WHERE'];

function make({ read, frame, data, cache, flags, use }) {
  const bytes = read();
  for (const flag of flags) setFlagsFromString(flag);
  const module = new WebAssembly.Module(bytes);
  use(module);
  for (const flag of flags) setFlagsFromString(flag.replace('--no-', '--'));
  const content = cacheOf(module, frame(bytes), data(bytes));
  if (content !== null) writeFileSync(`${wasmCacheFile(cache)}.new`, content);
}

function check({ read, frame, cache, use }) {
  const cached = loadCached(`${wasmCacheFile(cache)}.new`, (bytes) => bytes.equals(frame(read())));
  if (cached === null) throw new Error('V8 does not take its own cache');
  use(cached.module, cached.readData);
}

const [step, name] = process.argv.slice(2);
if (step === 'make') make(modules[name]);
else if (step === 'check') check(modules[name]);
else {
  for (const [name, { cache }] of Object.entries(modules)) {
    const target = wasmCacheFile(cache);
    const works = ['make', 'check'].every((step) => spawnSync(process.execPath, [self, step, name]).status === 0);
    if (works) renameSync(`${target}.new`, target);
    else {
      for (const path of [target, `${target}.new`]) rmSync(path, { force: true });
      process.stderr.write(`no cache of the ${name}: Node.js ${process.version} compiles them when it starts\n`);
    }
  }
}
