// How speed holds from 100 MB to 10 GB, and what the second worker brings: one question over combined logs of growing
// size, ours and the read floor alternating. A size is left out when the disk has no room for it.
import { rmSync, statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { millrace } from './compare/millrace.mjs';
import { readFloor } from './compare/read-floor.mjs';
import { corpora } from './corpora/table.mjs';
import { describeMachine } from './machine.mjs';
import { selectQuestions } from './questions.mjs';
import { median } from './statistics.mjs';

const sizes = [100e6, 300e6, 1e9, 3e9, 10e9];
const keptSize = 1e9;
const spareBytes = 5e9;

/** Measures up to `options.maxSize`, writes the run and returns its table; `writeRun` is the runner's. */
export async function measureScaling(options, writeRun) {
  if (!millrace.available().available) throw new Error(`Cannot measure scaling: ${millrace.available().reason}`);
  const [question] = selectQuestions(options.only ?? ['status']);
  const machine = { ...describeMachine(), ...(options.label === undefined ? {} : { label: options.label }) };
  const records = [];
  const lines = [
    `# Scaling of "${question.title}", ${machine.label}`,
    '',
    '| size, MB | 1 worker, MB/s | 2 workers, MB/s | time of 1 / twice the time of 2 | read floor 2, MB/s | peak memory (2) |',
    '|---:|---:|---:|---:|---:|---:|',
  ];
  for (const size of sizes.filter((candidate) => candidate <= options.maxSize)) {
    if (freeBytes() < size + spareBytes) {
      lines.push(`| ${size / 1e6} | no room on the disk | | | | |`);
      continue;
    }
    const corpus = await corpora[question.corpus]({ ...options, size });
    const lanes = [
      [millrace, 1],
      [millrace, 2],
      [readFloor, 2],
    ].map(([peer, threads]) => ({ peer, threads, times: [], peak: 0 }));
    for (let run = 0; run <= options.runs; run++) {
      for (const lane of lanes) {
        const { ms, peakRssBytes } = await lane.peer.run(question, corpus, lane.threads);
        const pass = run === 0 ? 'warm-up' : 'measured';
        records.push({ bytes: corpus.bytes, peer: lane.peer.name, threads: lane.threads, pass, ms, peakRssBytes });
        if (run === 0) continue;
        lane.times.push(ms);
        lane.peak = Math.max(lane.peak, peakRssBytes ?? 0);
      }
    }
    const [one, two, floor] = lanes.map((lane) => median(lane.times));
    const speed = (ms) => (corpus.bytes / ms / 1e3).toFixed(0);
    const efficiency = `${((one / (2 * two)) * 100).toFixed(0)} %`;
    const peak = `${(lanes[1].peak / 2 ** 20).toFixed(0)} MiB`;
    lines.push(
      `| ${(corpus.bytes / 1e6).toFixed(0)} | ${speed(one)} | ${speed(two)} | ${efficiency} | ${speed(floor)} | ${peak} |`,
    );
    if (size > keptSize) for (const path of [corpus.path, `${corpus.path}.json`]) rmSync(path);
  }
  const table = `${lines.join('\n')}\n`;
  writeRun(
    new Date(),
    { label: `${machine.label}-scaling` },
    {
      'machine.json': machine,
      'versions.json': { node: process.version, millrace: millrace.version() },
      'raw.ndjson': records,
      'summary.md': table,
    },
  );
  return table;
}

function freeBytes() {
  const { bavail, bsize } = statfsSync(fileURLToPath(new URL('.', import.meta.url)));
  return bavail * bsize;
}
