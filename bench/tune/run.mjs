// `npm run bench:tune`: is the setting that `millrace tune` recommends within 10 % of the best of a full grid, and is the peak that it
// foretells within 15 % of the true one? Three jobs: few groups, many groups, a function that keeps memory.
//
// For each job: tune on a part of the input; every cell of the grid once on all of it; then the best cells, the recommendation and the
// defaults several times in turns, whose medians count. Writes bench/runs/<date>-tune/. What was measured is kept as it comes, so a
// run that was stopped (--max-seconds) goes on where it was.
//
//     npm run bench:tune -- --only few-groups --size 300MB --max-seconds 80
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { corpora } from '../corpora/table.mjs';
import { describeMachine } from '../machine.mjs';
import { parseSize } from '../options.mjs';
import { flagsOf, gridOf, jobs } from './jobs.mjs';
import { runQuery, runTune } from './measure.mjs';
import { summarize } from './summary.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    size: { type: 'string', default: '1GB' },
    target: { type: 'string', default: 'time' },
    turns: { type: 'string', default: '3' },
    'tune-seconds': { type: 'string', default: '60' },
    'max-seconds': { type: 'string', default: 'Infinity' },
    folder: { type: 'string' },
    note: { type: 'string' },
  },
});

const contenders = 3;
const startedAtMs = performance.now();
const folder = values.folder ?? join(root, 'bench/runs', `${new Date().toISOString().slice(0, 10)}-tune`);
const rawFile = join(folder, 'raw.ndjson');
mkdirSync(folder, { recursive: true });
const records = existsSync(rawFile)
  ? readFileSync(rawFile, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
const say = (text) => process.stderr.write(`${text}\n`);

let isStopped = false;
for (const job of jobs.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))) {
  await measureJob(job);
}
const note = values.note === undefined ? {} : { note: values.note };
const machine = { ...describeMachine(), node: process.version, ...note };
writeFileSync(join(folder, 'machine.json'), `${JSON.stringify(machine, null, 2)}\n`);
const { text, misses } = summarize(records, jobs, machine);
writeFileSync(join(folder, 'summary.md'), text);
say(isStopped ? `stopped after ${values['max-seconds']} s: run again to go on` : `\n${text}`);
if (!isStopped && misses > 0) process.exitCode = 1;

async function measureJob(job) {
  const corpus = await corpora[job.corpus]({
    size: parseSize(values.size),
    seed: 1,
    distribution: 'realistic',
    onProgress: () => undefined,
  });
  await once({ job: job.name, step: 'warm-up' }, () => runQuery(job, corpus.path, []));
  const tuning = await once({ job: job.name, step: 'tune', target: values.target }, async () => {
    const sampleBytes = parseSize(values.size) * job.sampleShare;
    const maxSeconds = Number(values['tune-seconds']);
    const { ms, told } = await runTune(job, corpus.path, {
      target: values.target,
      sampleBytes,
      maxSeconds,
    });
    const { recommendation, sample, noise, ended, trials, skipped, settings } = told;
    return {
      ms,
      input: told.input,
      sample,
      noise,
      ended,
      trials: trials.length,
      skipped,
      settings,
      recommendation,
    };
  });
  if (tuning === null) return;
  for (const cell of gridOf(job))
    await once({ job: job.name, step: 'grid', cell }, () => runQuery(job, corpus.path, flagsOf(cell)));
  const cells = records.filter(
    (record) => record.job === job.name && record.step === 'grid' && record.ms !== undefined,
  );
  const best = [...cells].sort((a, b) => a.ms - b.ms).slice(0, contenders);
  const named = [
    { name: 'recommended', flags: flagsOf(settingsOf(tuning.recommendation.config)) },
    ...best.map(({ cell }, i) => ({ name: `grid ${i + 1}`, flags: flagsOf(cell), cell })),
    { name: 'default', flags: [] },
  ];
  for (let turn = 1; turn <= Number(values.turns); turn++) {
    for (const { name, flags, cell } of named) {
      await once({ job: job.name, step: 'final', name, turn, ...(cell === undefined ? {} : { cell }) }, () =>
        runQuery(job, corpus.path, flags),
      );
    }
  }
}

/** As flags, like the cells of the grid: reading a YAML file would cost a run of half a second a tenth of it. */
function settingsOf(config) {
  return Object.fromEntries([...config.matchAll(/^([a-z-]+): (.*)$/gm)].map(([, flag, value]) => [flag, value]));
}

/** The record of a step, measured now or before; null where there is no time for it. */
async function once(key, measure) {
  const isSame = (record) =>
    Object.entries(key).every(([name, value]) => JSON.stringify(record[name]) === JSON.stringify(value));
  const before = records.find(isSame);
  if (before !== undefined) return before;
  if (isStopped || performance.now() - startedAtMs > Number(values['max-seconds']) * 1000) {
    isStopped = true;
    return null;
  }
  const record = { ...key, ...(await measure()), load: loadavg()[0] };
  records.push(record);
  appendFileSync(rawFile, `${JSON.stringify(record)}\n`);
  const figures =
    record.ms === undefined
      ? record.failure
      : `${Math.round(record.ms)} ms, ${Math.round((record.peakRssBytes ?? 0) / 2 ** 20)} MiB`;
  say(`${key.job} ${key.step} ${key.name ?? JSON.stringify(key.cell ?? '')} ${figures}`);
  return record;
}
