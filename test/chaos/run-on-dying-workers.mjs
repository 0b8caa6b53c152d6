// One question on workers that die as told: `node run-on-dying-workers.mjs '{"3":"exit"}' SQL FILE`. Rows as JSON lines.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openWorkerPool } from '../../dist/src/coordinator/pool.js';
import { prepareQuery } from '../../dist/src/coordinator/prepare-query.js';
import { defaultRecyclePolicy } from '../../dist/src/coordinator/recycle-policy.js';

const [deaths, sql, file] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'dying-'));
const workerFile = join(folder, 'worker.mjs');
const fixture = new URL('./dying-worker.mjs', import.meta.url);
writeFileSync(workerFile, `import { dyingWorker } from '${fixture}';\nexport default dyingWorker(${deaths});\n`);
try {
  const pool = await openWorkerPool({
    ...{
      workers: 2,
      spare: true,
      heapOldMb: 48,
      heapYoungMb: 16,
      arenaLimitBytes: 64 * 1024 * 1024,
      deadlineMs: 60_000,
    },
    recycle: { ...defaultRecyclePolicy, afterTasks: 5 },
    workerFile: pathToFileURL(workerFile),
  });
  const query = await prepareQuery(sql, { files: [file], split: 256_000, pool, memory: '2GiB' });
  const run = await query.start();
  for await (const block of run.rows) {
    for (const row of block) process.stdout.write(`${JSON.stringify(row.map(String))}\n`);
  }
  process.stderr.write(`retries ${(await run.stats).retries}\n`);
  await query.close();
  await pool.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
