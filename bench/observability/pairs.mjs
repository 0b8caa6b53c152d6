// What sampling, metrics and everything else that looks at a run cost while it goes on. The same question is answered on
// workers that sample nothing and that nobody looks at ("bare"), and in one of three other ways:
//
//   sampling    the workers as shipped, nobody looks
//   metrics     they are scraped once a second, by another process
//   everything  also --events, --report, and --watch ten times a second
//
//     node bench/observability/pairs.mjs --file access.log [--times 4] [--seconds 80] [--run DIR]   # again: more rounds
//     node bench/observability/pairs.mjs --summary DIR                                  # only writes the summary anew
//
// All are in one process, so that code is equally warm. A round is bare, other, bare: what is compared is the other with the
// mean of its neighbours, and the neighbours with one another, which shows what the method cannot tell apart.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openWorkerPool } from '../../dist/src/coordinator/pool.js';
import { prepareQuery } from '../../dist/src/coordinator/prepare-query.js';
import { describeMachine } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { observeByAll, observeByMetrics, startScraper } from './observers.mjs';
import { samplingShare } from './sampling-cost.mjs';
import { summarize } from './summary.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    times: { type: 'string', default: '4' }, // a run reads the file so often: what looking costs once is not what it costs
    seconds: { type: 'string', default: '80' },
    workers: { type: 'string', default: '2' },
    run: { type: 'string' },
    summary: { type: 'string' },
  },
});

const sql = 'SELECT status, count(*) AS hits, sum(bytes) AS bytes FROM logs GROUP BY status';
const ways = { sampling: async () => null, metrics: observeByMetrics, everything: observeByAll };
const runFolder =
  values.summary ?? values.run ?? join(root, 'bench/runs', `${new Date().toISOString().slice(0, 10)}-observability`);
const raw = join(runFolder, 'raw.ndjson');

if (values.summary === undefined) {
  if (values.file === undefined) throw new Error('Name a log of the combined format with --file');
  mkdirSync(runFolder, { recursive: true });
  await measure(values.file);
}
const sampling = readFileSync(join(runFolder, 'sampling.ndjson'), 'utf8').trim().split('\n').map(JSON.parse);
const machineRead = JSON.parse(readFileSync(join(runFolder, 'machine.json'), 'utf8'));
const summary = summarize(readRounds(), sampling, machineRead);
writeFileSync(join(runFolder, 'summary.md'), summary);
process.stdout.write(summary);

function readRounds() {
  return readFileSync(raw, 'utf8').trim().split('\n').map(JSON.parse);
}

/** Processor time of this thread, on which everything that looks at a run is done. Linux. */
function mainThreadSeconds() {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9;
}

async function measure(file) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-observability-'));
  const files = Array.from({ length: Number(values.times) }, (_, i) => join(folder, `${i}.log`));
  for (const name of files) symlinkSync(resolve(file), name);
  const options = { files, workers: Number(values.workers), memory: '2GiB' };
  const planned = await prepareQuery(sql, { ...options, startWorkers: false });
  // modules as they are, in both, so that one can be taken from under the other
  const workerFile = new URL('../../dist/workers/scan-worker.js', import.meta.url);
  const shipped = await openWorkerPool({ ...planned.run.pool, workerFile });
  const bareFile = new URL('./bare-worker.mjs', import.meta.url);
  const bare = await openWorkerPool({ ...planned.run.pool, workerFile: bareFile });
  const scraper = startScraper();
  const ask = async (pool, observe) => {
    const prepared = await prepareQuery(sql, { ...options, pool });
    const run = await prepared.start();
    const observers = await observe({ prepared, pool, run, folder, scraper });
    const before = process.cpuUsage();
    const mainBefore = mainThreadSeconds();
    const rows = [];
    for await (const block of run.rows) {
      observers?.rows(block);
      for (const row of block) rows.push(row.map(String).join());
    }
    const { user, system } = process.cpuUsage(before);
    const mainSeconds = mainThreadSeconds() - mainBefore;
    const { elapsedSeconds: seconds, bytesRead: bytes, ...rest } = await run.stats;
    const scrapes = (await observers?.end({ elapsedSeconds: seconds, bytesRead: bytes, ...rest })) ?? 0;
    await prepared.close();
    return {
      answer: rows.join(';'),
      figures: { seconds, cpuSeconds: (user + system) / 1e6, mainSeconds, bytes, scrapes },
    };
  };
  try {
    const machine = { ...describeMachine(), node: process.version, workers: options.workers };
    if (!existsSync(join(runFolder, 'machine.json'))) {
      writeFileSync(join(runFolder, 'machine.json'), `${JSON.stringify(machine, null, 2)}\n`);
    }
    for (const observe of [...Object.values(ways), ways.sampling]) {
      await ask(bare, ways.sampling); // warms up
      await ask(shipped, observe);
    }
    const until = performance.now() + Number(values.seconds) * 1000;
    for (let i = 0; performance.now() < until; i++) {
      const way = Object.keys(ways)[i % Object.keys(ways).length];
      const round = [await ask(bare, ways.sampling), await ask(shipped, ways[way]), await ask(bare, ways.sampling)];
      if (new Set(round.map(({ answer }) => answer)).size > 1) throw new Error('The answers differ');
      const [before, observed, after] = round.map(({ figures }) => figures);
      appendFileSync(raw, `${JSON.stringify({ way, before, observed, after })}\n`);
    }
    const speed = median(readRounds().map(({ before }) => before.bytes / before.seconds)) / options.workers;
    appendFileSync(
      join(runFolder, 'sampling.ndjson'),
      `${JSON.stringify({ bytesPerSecond: speed, share: samplingShare(speed) })}\n`,
    );
  } finally {
    scraper.close();
    await bare.close();
    await shipped.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
