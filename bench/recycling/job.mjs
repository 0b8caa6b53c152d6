// One long job in a process of its own: `node job.mjs '{"file": ..., "recycling": true, ...}'` prints what it came to as JSON.
import { openWorkerPool } from '../../dist/src/coordinator/pool.js';
import { prepareQuery } from '../../dist/src/coordinator/prepare-query.js';
import { defaultRecyclePolicy } from '../../dist/src/coordinator/recycle-policy.js';

const { file, times, recycling, afterTasks, heapOldMb, splitBytes, memory } = JSON.parse(process.argv[2]);
const never = { heapShare: Number.POSITIVE_INFINITY, arenaShare: Number.POSITIVE_INFINITY };
const pool = await openWorkerPool({
  ...{ workers: 2, spare: recycling, heapOldMb, heapYoungMb: 16, arenaLimitBytes: 64 * 2 ** 20, deadlineMs: 120_000 },
  recycle: { ...defaultRecyclePolicy, afterTasks, ...(recycling ? {} : never) },
  ...(recycling ? {} : { workerFile: new URL('unwatched-worker.mjs', import.meta.url) }),
});
const files = Array.from({ length: times }, () => file);
const functions = [new URL('leaking.mjs', import.meta.url).pathname];
const sql = 'SELECT leaking(path) AS section, count(*) AS n FROM logs GROUP BY 1';
const query = await prepareQuery(sql, { files, split: splitBytes, pool, memory, functions });
const run = await query.start();
const splitMs = [];
const track = [];
const started = performance.now();
run.events.on('splitDone', ({ elapsedMs }) => splitMs.push(elapsedMs));
const sample = () => {
  const { records } = run.progress();
  track.push({
    ms: Math.round(performance.now() - started),
    rssBytes: process.memoryUsage.rss(),
    records: records.read,
  });
};
const timer = setInterval(sample, 250);
let [failure, rows] = [null, 0];
try {
  for await (const block of run.rows) rows += block.length;
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
}
clearInterval(timer);
sample();
const elapsedMs = performance.now() - started;
const stats = failure === null ? await run.stats : null;
await query.close();
await pool.close();
const peaks = { peakRssBytes: Math.max(...track.map(({ rssBytes }) => rssBytes)) };
const { recycles = {}, recycleMs = 0, retries = 0, quarantined = 0, memory: { perWorker = [] } = {} } = stats ?? {};
const gcSeconds = perWorker.reduce((sum, worker) => sum + worker.gcSeconds, 0);
const { user, system } = process.cpuUsage();
const result = { failure, rows, elapsedMs, cpuMs: (user + system) / 1000, records: track.at(-1).records };
process.stdout.write(
  JSON.stringify({ ...result, recycles, recycleMs, retries, quarantined, gcSeconds, ...peaks, splitMs, track }),
);
process.exit(0);
