// Fills the table in the project's README.md from one run: `node bench/report.mjs [RUN-FOLDER]`, the newest full run without
// an argument. Nothing is typed by hand, and where somebody else was faster the text below the table says so.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceBlock } from './marked-block.mjs';
import { questions } from './questions.mjs';
import { geometricMean } from './statistics.mjs';
import { summarize } from './summary.mjs';

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
    const ratio = ours?.ms === undefined || duckdb?.ms === undefined ? undefined : duckdb.ms / ours.ms;
    if (ratio !== undefined) {
      ratios.push(ratio);
      if (ratio < question.reach)
        losses.push(`${question.title}: ${ratio.toFixed(2)} times DuckDB, the goal is ${question.reach}`);
    }
    for (const { peer, title } of others.filter((other) => other.peer !== 'duckdb')) {
      const theirs = best(question.id, peer);
      if (theirs !== undefined && ours?.ms !== undefined && theirs.ms < ours.ms)
        losses.push(`${question.title}: ${title} is ${(ours.ms / theirs.ms).toFixed(2)} times as fast`);
    }
    lines.push(
      `| ${[
        question.title.replaceAll('|', '\\|'),
        cell(ours),
        ...others.map(({ peer }) => cell(best(question.id, peer))),
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
    ...(losses.length > 0 ? ['Where it loses or misses its goal:', ...losses.map((loss) => `- ${loss}`), ''] : []),
    ...(differing.length > 0
      ? ['Marked with *, not an answer within tolerance:', ...problems(differing).map((text) => `- ${text}`)]
      : ['Every answer agreed with an exact reference.']),
  ].join('\n');
}

const cell = (entry) =>
  entry === undefined
    ? ''
    : `${entry.ms === undefined ? 'failed' : entry.ms.toFixed(0)}${entry.problem === undefined ? '' : ' *'}`;
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
  const records = readFileSync(join(folder, 'raw.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return {
    name: basename(folder),
    machine: json('machine.json'),
    versions: json('versions.json'),
    options: json('options.json'),
    records,
  };
}

function newestFullRun() {
  const folders = readdirSync(runsFolder).sort().reverse();
  const full = folders.find((name) => {
    if (name.endsWith('-scaling') || !/^\d{4}-/.test(name)) return false;
    const { records } = readRun(join(runsFolder, name));
    return questions.every(({ id }) => records.some((record) => record.question === id && record.peer === 'millrace'));
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
