// Makes V8's code caches of the bundles that start often (src/core/cached-script.cts reads them), for the version of
// Node.js that runs this: each bundle does what it is for, on small files, and then V8 hands out what it has compiled.
// Without them, or under another version, everything works and starts some 30 ms later.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planRun } from '../dist/src/coordinator/plan-run.js';
import { openWorkerPool } from '../dist/src/coordinator/pool.js';
import { prepareQuery } from '../dist/src/coordinator/prepare-query.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-code-cache-'));
/** One sample for each family of formats, with questions that between them take the usual ways through a worker. */
const samples = {
  'sample.log': {
    text: (i) =>
      `10.0.0.${i % 9} - - [05/Mar/2025:10:0${i % 10}:00 +0000] "GET /p/${i} HTTP/1.1" ${200 + (i % 3)} ${i}\n`,
    questions: [
      'SELECT status, count(*), sum(bytes), p99(bytes) FROM logs GROUP BY status ORDER BY 2 DESC LIMIT 5',
      "SELECT date_trunc('hour', time) AS hour, count(*), p99(bytes) FROM logs GROUP BY hour ORDER BY hour",
      "SELECT approx_count_distinct(client) FROM logs WHERE path LIKE '%7%' AND status >= 200",
      "SELECT path, client FROM logs WHERE path LIKE '%7%' AND status >= 200",
    ],
  },
  'many.log': {
    lines: 80_000, // more groups than are merged by one thread
    text: (i) => `10.0.0.9 - - [05/Mar/2025:10:00:00 +0000] "GET /p/${i} HTTP/1.1" 200 ${i}\n`,
    questions: [
      'SELECT path, count(*) AS hits FROM logs GROUP BY path ORDER BY hits DESC, path LIMIT 10',
      'SELECT path, count(*), min(bytes), avg(bytes), p99(bytes) FROM logs GROUP BY path ORDER BY path',
    ],
  },
  'sample.csv': {
    text: (i) => (i === 0 ? 'name,size\n' : `n${i % 7},${i}.5\n`),
    questions: ['SELECT name, min(size), avg(size), max(size) FROM logs GROUP BY name'],
  },
  'sample.jsonl': {
    text: (i) => `{"service":"s${i % 5}","ms":${i}}\n`,
    questions: ['SELECT service, count(*), sum(ms) FROM logs GROUP BY service'],
  },
};

try {
  removeCaches(); // each run adds to what it finds
  for (const [name, { text, lines = 3000 }] of Object.entries(samples)) {
    writeFileSync(join(folder, name), Array.from({ length: lines }, (_, i) => text(i)).join(''));
  }
  await cacheWorker();
  cacheCommand();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Those of the version that runs this. */
function removeCaches() {
  const { cacheFile } = createRequire(import.meta.url)('../dist/src/core/cached-script.cjs');
  for (const place of ['bundle', 'workers']) {
    const folder = fileURLToPath(new URL(`../dist/${place}`, import.meta.url));
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.cjs')) rmSync(cacheFile(join(folder, name)), { force: true });
    }
  }
}

async function cacheWorker() {
  const { pool: options } = planRun([], 'groups', { workers: 1 }, () => true);
  const pool = await openWorkerPool({ ...options, workerFile: new URL('code-cache-worker.cjs', import.meta.url) });
  try {
    for (const [name, { questions }] of Object.entries(samples)) {
      for (const sql of questions) {
        const prepared = await prepareQuery(sql, { files: [join(folder, name)], pool });
        const run = await prepared.start();
        for await (const _ of run.rows);
      }
    }
  } finally {
    await pool.close();
  }
}

/** Each run begins with what the ones before it have left, and adds to it. */
function cacheCommand() {
  const harness = fileURLToPath(new URL('code-cache-command.cjs', import.meta.url));
  const observed = ['--metrics-textfile', join(folder, 'metrics'), '--report', join(folder, 'report')];
  for (const [name, { questions }] of Object.entries(samples)) {
    for (const [i, sql] of questions.entries()) {
      const flags = name === 'sample.log' && i === 0 ? observed : ['--output', 'csv'];
      const args = ['query', sql, join(folder, name), ...flags];
      const run = spawnSync(process.execPath, [harness, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
      if (run.status !== 0) throw new Error(`Cannot make the command's code cache: ${run.stderr}`);
    }
  }
}
