// Fills the table in the project's README.md from one run: `node bench/report.mjs [RUN-FOLDER]`, the newest full run without
// an argument. Nothing is typed by hand, and where somebody else was faster the text below the table says so.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceBlock } from './marked-block.mjs';
import { questions } from './questions.mjs';
import { geometricMean } from './statistics.mjs';
import { megabytes, quotient, summarize } from './summary.mjs';

const runsFolder = fileURLToPath(new URL('./runs/', import.meta.url));
const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** The Markdown of one run, given what its files hold. */
export function renderReport({ name, machine, versions, options, records }) {
  const entries = summarize(records);
  const asked = questions.filter(({ id }) => entries.some((entry) => entry.question === id));
  const others = [];
  for (const { peer, title, floor } of entries)
    if (peer !== 'millrace' && !floor && !others.some((other) => other.peer === peer)) others.push({ peer, title });
  const at = (question, peer, threads) =>
    entries.find((entry) => entry.question === question && entry.peer === peer && entry.threads === threads);
  /** A peer at the thread count that suits it best; the runner gives nobody more threads than ours has workers. */
  const best = (question, peer) =>
    entries
      .filter((entry) => entry.question === question && entry.peer === peer && entry.ms !== undefined)
      .sort((a, b) => a.ms - b.ms)[0];

  const header = [
    'question',
    'Millrace',
    ...others.map(({ title }) => title),
    'read floor',
    'times DuckDB',
    'peak memory, Millrace / DuckDB',
  ];
  const lines = [`| ${header.join(' | ')} |`, `|---|${'---:|'.repeat(header.length - 1)}`];
  const ratios = [];
  const losses = [];
  for (const question of asked) {
    const ours = at(question.id, 'millrace', 2);
    const duckdb = at(question.id, 'duckdb', 2);
    const ratio = quotient(duckdb, ours);
    if (ratio !== undefined) {
      ratios.push(ratio);
      if (ratio < question.reach)
        losses.push(`${question.title}: ${ratio.toFixed(2)} times DuckDB, the goal is ${question.reach}`);
    }
    for (const { peer, title } of others.filter((other) => other.peer !== 'duckdb')) {
      const lead = quotient(ours, best(question.id, peer));
      if (lead > 1) losses.push(`${question.title}: ${title} is ${lead.toFixed(2)} times as fast`);
    }
    if (ours?.peakRssBytes > duckdb?.peakRssBytes)
      losses.push(`${question.title}: ${mebibytes(ours)} of memory, DuckDB ${mebibytes(duckdb)}`);
    lines.push(
      `| ${[
        question.title.replaceAll('|', '\\|'),
        cell(ours),
        ...others.map(({ peer }) => cell(best(question.id, peer), ours)),
        cell(at(question.id, 'read-floor', 2)),
        ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
        `${mebibytes(ours)} / ${mebibytes(duckdb)}`,
      ].join(' | ')} |`,
    );
  }
  const differing = entries.filter((entry) => entry.problem !== undefined);
  return [
    `Milliseconds, medians of ${options.runs} alternating runs, warm cache. Millrace: the whole process with 2 workers. DuckDB and Polars: the query alone with up to 2 threads.`,
    `${machine.cpu}, ${machine.cores} cores, Node ${versions.node}; ${options.size / 1e6} MB combined log and the others in proportion. Run: [${name}](bench/runs/${name}/summary.md).`,
    '',
    ...lines,
    '',
    ...(ratios.length > 0 ? [`Geometric mean against DuckDB: **${geometricMean(ratios).toFixed(2)}x**.`, ''] : []),
    ...(losses.length > 0
      ? ['Where it loses, misses its goal or needs more memory than DuckDB:', ...losses.map((loss) => `- ${loss}`), '']
      : []),
    ...(differing.length > 0
      ? ['Marked with *, not an answer within tolerance:', ...problems(differing).map((text) => `- ${text}`)]
      : ['Every answer agreed with an exact reference.']),
  ].join('\n');
}

/** Milliseconds; of a smaller corpus than ours with its size and speed beside them. */
function cell(entry, ours = entry) {
  if (entry === undefined) return '';
  const mark = entry.problem === undefined ? '' : ' *';
  if (entry.ms === undefined) return `failed${mark}`;
  const isSmaller = ours !== undefined && entry.corpusBytes < ours.corpusBytes;
  const speed = isSmaller ? ` for ${megabytes(entry)} (${(entry.corpusBytes / entry.ms / 1e3).toFixed(0)} MB/s)` : '';
  return `${entry.ms.toFixed(0)}${speed}${mark}`;
}

const mebibytes = (entry) =>
  entry?.peakRssBytes === undefined ? '' : `${(entry.peakRssBytes / 2 ** 20).toFixed(0)} MiB`;

function problems(entries) {
  const texts = entries.map(
    ({ title, question, problem }) => `${title}, ${question}: ${problem.split('\n')[0].slice(0, 160)}`,
  );
  return [...new Set(texts)];
}

/** What the files of a run's folder hold. */
export function readRun(folder) {
  const json = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return {
    name: basename(folder),
    machine: json('machine.json'),
    versions: json('versions.json'),
    options: json('options.json'),
    records: readRecords(folder),
  };
}

function readRecords(folder) {
  const lines = readFileSync(join(folder, 'raw.ndjson'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function newestFullRun() {
  const full = readdirSync(runsFolder)
    .filter((name) => /^\d{4}-/.test(name) && existsSync(join(runsFolder, name, 'raw.ndjson')))
    .sort()
    .reverse()
    .find((name) => {
      const records = readRecords(join(runsFolder, name));
      return questions.every(({ id }) =>
        records.some(
          (record) => record.question === id && record.peer === 'millrace' && record.distribution === undefined,
        ),
      );
    });
  if (full === undefined)
    throw new Error('Cannot report: no run under bench/runs asks Millrace every question: run npm run bench');
  return join(runsFolder, full);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] === undefined ? newestFullRun() : resolve(process.argv[2]);
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'bench', renderReport(readRun(folder))));
  process.stderr.write(`README.md's table is that of ${folder}\n`);
}
