// What it costs to be safe and visible: the same question plain, with recycling, with metrics that are scraped, with a ledger, and
// with all of them. Variants take turns in an order that moves on with each round; what counts is the median over the rounds of
// a variant's time divided by that of the plain run of the same round. `npm run bench -- --overhead`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { millrace } from './compare/millrace.mjs';
import { corpora } from './corpora/table.mjs';
import { describeMachine } from './machine.mjs';
import { replaceBlock } from './marked-block.mjs';
import { selectQuestions } from './questions.mjs';
import { median } from './statistics.mjs';
import { writeRun } from './write-run.mjs';

const readme = fileURLToPath(new URL('./README.md', import.meta.url));
const workers = 2;
/** The log is read so often in one run, under as many names, that start-up is a small part of it. */
const repeats = 16;
/** Fifteen times as often as Prometheus does by default. */
const scrapeEveryMs = 1000;
const goal = 0.03;

/** `recycle`: tasks per life, undefined for the default; each variant is compared with the first. */
export const variants = [
  { id: 'plain', title: 'nothing of it (`--recycle-after 0`)', recycle: 0 },
  { id: 'recycling', title: 'recycling by default', recycle: undefined },
  { id: 'recycle-8', title: 'recycling after 8 tasks', recycle: 8 },
  { id: 'metrics', title: 'metrics, scraped every second', recycle: 0, metrics: true },
  { id: 'ledger', title: 'ledger (`--state`)', recycle: 0, state: true },
  { id: 'together', title: 'recycling by default, metrics and ledger', recycle: undefined, metrics: true, state: true },
  { id: 'together-8', title: 'recycling after 8 tasks, metrics and ledger', recycle: 8, metrics: true, state: true },
];

/** Measures `options.runs` rounds, writes the run and the block in bench/README.md, and resolves to the table. */
export async function measureOverhead(options) {
  if (!millrace.available().available) throw new Error(`Cannot measure overhead: ${millrace.available().reason}`);
  const [question] = selectQuestions(options.only ?? ['status']);
  const machine = { ...describeMachine(), ...(options.label === undefined ? {} : { label: options.label }) };
  const corpus = await corpora[question.corpus](options);
  const records = [];
  for (let round = 0; round <= options.runs; round++) {
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[(i + round) % variants.length];
      const measured = await runVariant(variant, question, corpus);
      records.push({ variant: variant.id, round, pass: round === 0 ? 'warm-up' : 'measured', ...measured });
    }
  }
  const heading = `"${question.title}" over ${(corpus.bytes / 1e6).toFixed(0)} MB read ${repeats} times in one run, whole process with ${workers} workers, ${options.runs} rounds; ${machine.label} (${machine.cpu}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`;
  const block = `${heading}\n\n${renderOverhead(records)}`;
  writeRun(
    new Date(),
    { label: `${machine.label}-overhead` },
    {
      'machine.json': machine,
      'versions.json': { node: process.version, millrace: millrace.version() },
      'options.json': options,
      'raw.ndjson': records,
      'summary.md': `# Overhead, ${machine.label}\n\n${block}\n`,
    },
  );
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'overhead', block));
  return `${block}\n`;
}

async function runVariant({ recycle, metrics, state }, question, corpus) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-overhead-'));
  const port = metrics ? await freePort() : undefined;
  const flags = [
    ...(question.millraceFlags ?? ['--format', 'combined']),
    ...Array.from({ length: repeats - 1 }, () => corpus.path),
    ...(recycle === undefined ? [] : ['--recycle-after', String(recycle)]),
    ...(metrics ? ['--metrics-port', String(port)] : []),
    ...(state ? ['--state', join(folder, 'state')] : []),
  ];
  const scraper = metrics ? scrape(port) : undefined;
  try {
    const { ms, cpuMs, peakRssBytes, recycled } = await millrace.run(
      { ...question, millraceFlags: flags },
      corpus,
      workers,
    );
    return { ms, cpuMs, peakRssBytes, recycled, scrapes: scraper?.stop() };
  } finally {
    scraper?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asks for the metrics until it is stopped; `stop` tells how often there was an answer. */
function scrape(port) {
  let answers = 0;
  const timer = setInterval(() => {
    const request = get({ host: '127.0.0.1', port, path: '/metrics', agent: false }, (response) => {
      response.resume().on('end', () => answers++);
    });
    request.on('error', () => {}); // before the process listens, and when it has ended
  }, scrapeEveryMs);
  return {
    stop() {
      clearInterval(timer);
      return answers;
    },
  };
}

/** Medians of the ratios to the plain run of the same round, with their range. */
export function renderOverhead(records) {
  const measured = records.filter(({ pass }) => pass === 'measured');
  const plain = new Map(measured.filter(({ variant }) => variant === 'plain').map((record) => [record.round, record]));
  const lines = [
    '| with | median, ms | time, against plain | range | processor time, against plain | workers recycled | peak memory |',
    '|---|---:|---:|---:|---:|---:|---:|',
  ];
  let verdict = '';
  for (const { id, title } of variants) {
    const own = measured.filter(({ variant }) => variant === id);
    if (own.length === 0) continue;
    const ratios = own.map(({ round, ms }) => ms / plain.get(round).ms);
    const cpu = own.flatMap(({ round, cpuMs }) => (cpuMs === undefined ? [] : [cpuMs / plain.get(round).cpuMs]));
    lines.push(
      `| ${[
        title,
        median(own.map(({ ms }) => ms)).toFixed(0),
        id === 'plain' ? '' : percent(median(ratios)),
        id === 'plain' ? '' : `${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}`,
        id === 'plain' || cpu.length === 0 ? '' : percent(median(cpu)),
        median(own.map(({ recycled }) => recycled ?? 0)),
        `${(Math.max(...own.map(({ peakRssBytes }) => peakRssBytes ?? 0)) / 2 ** 20).toFixed(0)} MiB`,
      ].join(' | ')} |`,
    );
    if (id === 'together')
      verdict = `Together they cost ${percent(median(ratios))} of the time; the goal is ${goal * 100} % at most: ${median(ratios) <= 1 + goal ? 'kept' : 'missed'}.`;
  }
  return [...lines, '', verdict].join('\n').trim();
}

/** 1.023 as `+2.3 %`. */
function percent(ratio) {
  const share = ((ratio - 1) * 100).toFixed(1);
  return `${share.startsWith('-') ? '' : '+'}${share} %`;
}
