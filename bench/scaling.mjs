// How speed holds from 100 MB to 10 GB, and what the second worker brings: one question over combined logs of growing
// size, ours and the read floor alternating. Logs above 1 GB are that of 1 GB, written several times into one file: they are made
// at the speed of the disk, and removed. A size is left out when the disk has no room for it, or memory for its pages.
// `npm run bench -- --scaling --max-size 10GB`
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { millrace } from './compare/millrace.mjs';
import { readFloor } from './compare/read-floor.mjs';
import { corpora } from './corpora/table.mjs';
import { describeMachine } from './machine.mjs';
import { replaceBlock } from './marked-block.mjs';
import { selectQuestions } from './questions.mjs';
import { median } from './statistics.mjs';
import { writeRun } from './write-run.mjs';

const readme = fileURLToPath(new URL('./README.md', import.meta.url));
const dataFolder = new URL('./data/', import.meta.url);
const sizes = [100e6, 300e6, 1e9, 3e9, 10e9];
const generatedSize = 1e9;
const spareBytes = 5e9;
/** Of runs that take seconds fewer will do. */
const longRuns = 3;

/** Measures up to `options.maxSize`, writes the run and the block in bench/README.md, and resolves to the table. */
export async function measureScaling(options) {
  if (!millrace.available().available) throw new Error(`Cannot measure scaling: ${millrace.available().reason}`);
  const [question] = selectQuestions(options.only ?? ['status']);
  const machine = { ...describeMachine(), ...(options.label === undefined ? {} : { label: options.label }) };
  const records = [];
  const skipped = [];
  for (const size of [0, ...sizes.filter((candidate) => candidate <= options.maxSize)]) {
    if (size + spareBytes > freeBytes() || size > totalmem() * 0.7) {
      skipped.push(`${size / 1e6} MB: not enough room on the disk or in memory`);
      continue;
    }
    process.stderr.write(`${size / 1e6} MB\n`);
    const { corpus, remove } = await corpusOf(question, size, options);
    try {
      records.push(...(await measureSize(question, corpus, size > generatedSize ? longRuns : options.runs)));
    } finally {
      remove();
    }
  }
  const heading = `"${question.title}", medians of ${options.runs} alternating runs (${longRuns} above 1 GB), warm cache; ${machine.label} (${machine.cpu}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}. Logs above 1 GB are the one of 1 GB several times over.`;
  const block = [heading, '', renderScaling(records), ...skipped.map((text) => `\nLeft out: ${text}.`)].join('\n');
  writeRun(
    new Date(),
    { label: `${machine.label}-scaling` },
    {
      'machine.json': machine,
      'versions.json': { node: process.version, millrace: millrace.version() },
      'options.json': options,
      'raw.ndjson': records,
      'summary.md': `# Scaling, ${machine.label}\n\n${block}\n`,
    },
  );
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'scaling', block));
  return `${block}\n`;
}

async function measureSize(question, corpus, runs) {
  const lanes = [
    [millrace, 1],
    [millrace, 2],
    [readFloor, 2],
  ];
  const records = [];
  for (let run = 0; run <= runs; run++) {
    for (const [peer, threads] of lanes) {
      const { ms, cpuMs, peakRssBytes, answer } = await peer.run(question, corpus, threads);
      const pass = run === 0 ? 'warm-up' : 'measured';
      const hits = peer === millrace ? countOf(question, answer) : undefined;
      if (hits !== undefined && hits !== corpus.lines)
        throw new Error(`Millrace counted ${hits} lines of ${corpus.path} instead of ${corpus.lines}`);
      records.push({ bytes: corpus.bytes, peer: peer.name, threads, pass, ms, cpuMs, peakRssBytes });
    }
  }
  return records;
}

/** Every record is in some group of a question that counts them by a whole key. */
function countOf({ id, columns }, answer) {
  if (id !== 'status') return undefined;
  const at = columns.findIndex(({ counts }) => counts === true);
  return answer.reduce((sum, row) => sum + Number(row[at]), 0);
}

/** Size 0 stands for a log of ten lines: what starting and ending take. */
async function corpusOf(question, size, options) {
  const keep = () => {};
  if (size === 0) {
    const { writeCombined } = await import('./corpora/combined.mjs');
    const corpus = await writeCombined(fileURLToPath(new URL('scaling-10-lines.log', dataFolder)), { lines: 10 });
    return { corpus, remove: keep };
  }
  const first = await corpora[question.corpus]({ ...options, size: Math.min(size, generatedSize) });
  if (size <= generatedSize) return { corpus: first, remove: keep };
  const folder = mkdtempSync(join(fileURLToPath(dataFolder), 'scaling-'));
  const path = join(folder, 'log');
  const times = Math.round(size / generatedSize);
  repeat(first.path, path, times);
  return {
    corpus: { path, bytes: first.bytes * times, lines: first.lines * times },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function repeat(source, target, times) {
  const chunk = Buffer.allocUnsafe(4 << 20);
  const out = openSync(target, 'w');
  for (let copy = 0; copy < times; copy++) {
    const from = openSync(source, 'r');
    for (let read = readSync(from, chunk); read > 0; read = readSync(from, chunk)) {
      for (let done = 0; done < read; ) done += writeSync(out, chunk, done, read - done);
    }
    closeSync(from);
  }
  closeSync(out);
}

/** One line per size; the records of the smallest log give what starting and ending take. */
export function renderScaling(records) {
  const measured = records.filter(({ pass }) => pass === 'measured');
  const smallest = Math.min(...measured.map(({ bytes }) => bytes));
  const at = (bytes, peer, threads) => {
    const own = measured.filter(
      (record) => record.bytes === bytes && record.peer === peer && record.threads === threads,
    );
    return { ms: median(own.map(({ ms }) => ms)), peak: Math.max(...own.map(({ peakRssBytes }) => peakRssBytes ?? 0)) };
  };
  const start = [1, 2].map((threads) => at(smallest, 'millrace', threads).ms);
  const lines = [
    '| size, MB | 1 worker, ms | 2 workers, ms | 1 worker, MB/s | 2 workers, MB/s | 1 worker without start, MB/s | 2 workers without start, MB/s | 1 worker / half of two | read floor 2, MB/s | peak memory (2) |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
  ];
  const speeds = [];
  for (const bytes of [...new Set(measured.map((record) => record.bytes))].sort((a, b) => a - b)) {
    if (bytes === smallest) continue;
    const [one, two] = [1, 2].map((threads) => at(bytes, 'millrace', threads));
    const speed = (ms) => (bytes / ms / 1e3).toFixed(0);
    const [pureOne, pureTwo] = [one.ms - start[0], two.ms - start[1]];
    speeds.push(bytes / pureTwo);
    lines.push(
      `| ${[
        (bytes / 1e6).toFixed(0),
        one.ms.toFixed(0),
        two.ms.toFixed(0),
        speed(one.ms),
        speed(two.ms),
        speed(pureOne),
        speed(pureTwo),
        `${(((2 * pureTwo) / pureOne) * 100).toFixed(0)} %`,
        speed(at(bytes, 'read-floor', 2).ms),
        `${(two.peak / 2 ** 20).toFixed(0)} MiB`,
      ].join(' | ')} |`,
    );
  }
  const spread = (Math.min(...speeds) / Math.max(...speeds)) * 100;
  return [
    ...lines,
    '',
    `Starting and ending (a log of ten lines) take ${start.map((ms) => ms.toFixed(0)).join(' and ')} ms with 1 and 2 workers. Without them the slowest size reaches ${spread.toFixed(0)} % of the speed of the fastest with 2 workers. "1 worker / half of two" is without them too; above 100 % the second worker brings less than the first.`,
  ].join('\n');
}

function freeBytes() {
  const { bavail, bsize } = statfsSync(fileURLToPath(new URL('.', import.meta.url)));
  return bavail * bsize;
}
