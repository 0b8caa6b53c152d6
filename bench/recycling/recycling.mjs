// `npm run bench:recycling`: what replacing workers brings where a function leaks, and what it costs where nothing does.
//
//     npm run bench:recycling -- --only leak,cost --size 200MB --pairs 3 --join
//
// leak:  a function that keeps memory until the heap is full, with and without recycling, under the same cap
// cache: one that keeps memory up to 55 % of the cap and stays there: nothing dies, but the collector works on
// cost:  nothing leaks: the same question with workers replaced after 15 tasks, far more often than by default, and never, in turns
//
// Writes bench/runs/<date>-recycling/; `--join` adds to the record of the day, so that a long bench can be run in parts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { corpora } from '../corpora/table.mjs';
import { describeMachine } from '../machine.mjs';
import { frequentTasks, summaryOf } from './summary.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'leak,cache,cost' },
    size: { type: 'string', default: '200MB' },
    pairs: { type: 'string', default: '3' },
    times: { type: 'string', default: '1' },
    'cost-times': { type: 'string', default: '30' },
    file: { type: 'string' },
    join: { type: 'boolean', default: false },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);
const job = fileURLToPath(new URL('job.mjs', import.meta.url));
const cli = join(root, 'dist/src/cli/main.js');
const size = Number(/^(\d+)MB$/.exec(values.size)?.[1] ?? Number.NaN) * 1e6;
if (!(size > 0)) throw new Error(`Cannot read size "${values.size}": write it as in 200MB`);
mkdirSync(join(root, 'bench/data'), { recursive: true });
const file = values.file ?? (await corpora.combined({ size, seed: 1, distribution: 'realistic' })).path;

const records = [];
const only = values.only.split(',');
const heapOldMb = 64;
/** Per record; a worker meets its cap several times on the way. */
const leakBytes = 400;
const settings = { file, times: Number(values.times), heapOldMb, splitBytes: 4_000_000, memory: '1GiB' };

for (let pair = 0; pair < Number(values.pairs); pair++) {
  // in turns, and each first as often as the other
  const modes = pair % 2 === 0 ? ['recycling', 'none'] : ['none', 'recycling'];
  for (const name of ['leak', 'cache']) {
    if (!only.includes(name)) continue;
    const most = name === 'cache' ? { MILLRACE_LEAK_MOST_MIB: String(heapOldMb * 0.55) } : {};
    for (const mode of modes) runJob(name, mode, { MILLRACE_LEAK_BYTES: String(leakBytes), ...most });
  }
  if (only.includes('cost')) for (const mode of modes) runCost(mode === 'recycling' ? 'frequent' : mode);
}
write();

function runJob(name, mode, environment) {
  const request = { ...settings, recycling: mode === 'recycling', afterTasks: 0 };
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [job, JSON.stringify(request)], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 28,
    timeout: 170_000,
  });
  const died = status === 0 ? null : `${signal ?? `exit code ${status}`}: ${lastLine(String(stderr))}`;
  const result = died === null ? JSON.parse(String(stdout)) : { failure: died };
  records.push({ name, mode, ...result });
  const { failure, elapsedMs = 0, peakRssBytes = 0, recycles, retries } = result;
  const how = failure === null ? 'finished' : `FAILED (${failure.slice(0, 120)})`;
  say(
    `${name} ${mode}: ${how} in ${(elapsedMs / 1000).toFixed(1)} s, peak ${Math.round(peakRssBytes / 2 ** 20)} MiB, ${JSON.stringify({ recycles, retries })}`,
  );
}

/** The whole command, on many splits of 32 MiB: see how many a worker's life is by default in coordinator/plan-splits.ts. */
function runCost(mode) {
  const folder = mkdtempSync(join(tmpdir(), 'recycling-'));
  try {
    const stats = join(folder, 'stats.json');
    const files = Array.from({ length: Number(values['cost-times']) }, () => file);
    const extra = ['--recycle-after', mode === 'none' ? '0' : String(frequentTasks)];
    const sql = 'SELECT status, count(*) AS n, sum(bytes) AS b FROM logs GROUP BY 1';
    const args = [cli, 'query', sql, ...files, '--workers', '2', '--quiet', '--stats', stats, ...extra];
    const usage = join(folder, 'usage');
    const started = performance.now();
    const { status, stderr } = spawnSync('/usr/bin/time', [
      '-q',
      '-o',
      usage,
      '-f',
      '%U %S',
      process.execPath,
      ...args,
    ]);
    const elapsedMs = performance.now() - started;
    if (status !== 0) throw new Error(`The run failed: ${stderr}`);
    const { bytesRead, recycles, recycleMs } = JSON.parse(readFileSync(stats, 'utf8'));
    const [user, system] = readFileSync(usage, 'utf8').trim().split(' ').map(Number);
    const cpuMs = (user + system) * 1000;
    records.push({ name: 'cost', mode, elapsedMs, cpuMs, bytesRead, recycles, recycleMs });
    say(
      `cost ${mode}: ${(elapsedMs / 1000).toFixed(2)} s, ${(cpuMs / 1000).toFixed(2)} s of processor, ${JSON.stringify(recycles)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write() {
  const folder = join(root, 'bench/runs', `${new Date().toISOString().slice(0, 10)}-recycling`);
  mkdirSync(folder, { recursive: true });
  const raw = join(folder, 'raw.ndjson');
  const before =
    values.join && existsSync(raw)
      ? readFileSync(raw, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  const all = [...before, ...records];
  writeFileSync(raw, all.map((record) => `${JSON.stringify(record)}\n`).join(''));
  writeFileSync(
    join(folder, 'machine.json'),
    `${JSON.stringify({ ...describeMachine(), node: process.version }, null, 2)}\n`,
  );
  const options = {
    size: values.size,
    heapOldMb,
    heapYoungMb: 16,
    leakBytes,
    splitBytes: settings.splitBytes,
    workers: 2,
  };
  writeFileSync(join(folder, 'options.json'), `${JSON.stringify(options, null, 2)}\n`);
  writeFileSync(join(folder, 'summary.md'), summaryOf(all));
  say(`\n${summaryOf(all)}`);
}

function lastLine(text) {
  return (
    text
      .trim()
      .split('\n')
      .findLast((line) => /error|fatal/i.test(line)) ?? ''
  )
    .trim()
    .slice(0, 200);
}
