// What the coordinator's thread costs: `scaling-model-child.mjs '{"sql": ..., "path": ...}'` prints
// `{ coordinatorMsPerSplit, coordinatorMsPerWorker }`. Both are processor time of the main thread alone, as Linux counts it, so
// neighbours do not count: the difference between many small splits and few large ones, and between few workers and more.
import { readFileSync } from 'node:fs';
import { openPool } from '../dist/src/index.js';
import { median } from './statistics.mjs';

const { sql, path } = JSON.parse(process.argv[2]);
const repeats = 5;

/** Milliseconds on a processor since the start of the thread. */
function threadCpuMs() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

async function ask(pool, split) {
  const before = threadCpuMs();
  const answer = await pool.query(sql, { files: [path], format: 'combined', split });
  for await (const _row of answer);
  const { splits } = await answer.stats;
  return { cpuMs: threadCpuMs() - before, splits };
}

async function costPerSplit() {
  const pool = await openPool({ workers: 1 });
  await ask(pool, '32MiB');
  const costs = [];
  for (let i = 0; i < repeats; i++) {
    const [large, small] = [await ask(pool, '32MiB'), await ask(pool, '4MiB')];
    costs.push((small.cpuMs - large.cpuMs) / (small.splits - large.splits));
  }
  await pool.close();
  return Math.max(0, median(costs));
}

async function openingCost(workers) {
  const before = threadCpuMs();
  const pool = await openPool({ workers });
  const cost = threadCpuMs() - before;
  await pool.close();
  return cost;
}

async function costPerWorker() {
  const costs = [];
  for (let i = 0; i < repeats; i++) costs.push(((await openingCost(6)) - (await openingCost(2))) / 4);
  return Math.max(0, median(costs));
}

const coordinatorMsPerSplit = await costPerSplit();
process.stdout.write(JSON.stringify({ coordinatorMsPerSplit, coordinatorMsPerWorker: await costPerWorker() }));
