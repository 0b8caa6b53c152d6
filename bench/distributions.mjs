// Nothing may be tuned to one file: the questions over every distribution of the corpora, ours and DuckDB alternating on two
// threads. A corpus is removed when it has been asked. `npm run bench -- --distributions`
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disagreement, found } from './answers.mjs';
import { askDuckdb, duckdb } from './compare/duckdb.mjs';
import { millrace } from './compare/millrace.mjs';
import { distributions as brc } from './corpora/brc.mjs';
import { distributions as combined } from './corpora/combined.mjs';
import { distributions as jsonl } from './corpora/jsonl.mjs';
import { corpora } from './corpora/table.mjs';
import { describeMachine } from './machine.mjs';
import { replaceBlock } from './marked-block.mjs';
import { selectQuestions } from './questions.mjs';
import { geometricMean } from './statistics.mjs';
import { quotient, summarize } from './summary.mjs';
import { writeRun } from './write-run.mjs';

const dataFolder = fileURLToPath(new URL('./data/', import.meta.url));
const readme = fileURLToPath(new URL('./README.md', import.meta.url));
const threads = 2;
const peers = [millrace, duckdb];

/** Every shape of every corpus with the questions asked of it; what `only` does not name is left out. */
export function planCells(only) {
  const asked = only === undefined ? undefined : new Set(selectQuestions(only).map(({ id }) => id));
  const shapes = [
    ...Object.keys(combined).map((name) => ['combined', name, ['status', 'top-paths', 'hourly-p99']]),
    ...brc.map((name) => ['brc', name, ['1brc']]),
    ...Object.keys(jsonl).map((name) => ['jsonl', name, ['json-services', 'json-requests']]),
  ];
  return shapes
    .map(([corpus, distribution, ids]) => ({ corpus, distribution, ids: ids.filter((id) => asked?.has(id) ?? true) }))
    .filter(({ ids }) => ids.length > 0);
}

/** Measures all cells, writes the run and the block in bench/README.md, and resolves to the table. */
export async function measureDistributions(options) {
  for (const peer of peers)
    if (!peer.available().available) throw new Error(`Cannot compare distributions: ${peer.available().reason}`);
  const machine = { ...describeMachine(), ...(options.label === undefined ? {} : { label: options.label }) };
  const records = [];
  for (const { corpus: name, distribution, ids } of planCells(options.only)) {
    process.stderr.write(`${name}, ${distribution}\n`);
    const { size, seed } = options;
    const kept = new Set(existsSync(dataFolder) ? readdirSync(dataFolder) : []);
    const corpus = await corpora[name]({ size, seed, distribution });
    for (const id of ids) records.push(...(await measureCell(id, corpus, distribution, options.runs)));
    if (!kept.has(basename(corpus.path))) for (const path of [corpus.path, `${corpus.path}.json`]) rmSync(path);
  }
  const table = renderDistributions(records);
  const heading = `${options.size / 1e6} MB combined log each (the others in proportion), medians of ${options.runs} alternating runs, Millrace the whole process with 2 workers, DuckDB the query alone on 2 threads; ${machine.label} (${machine.cpu}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`;
  const block = `${heading}\n\n${table}`;
  writeRun(
    new Date(),
    { label: `${machine.label}-distributions` },
    {
      'machine.json': machine,
      'versions.json': Object.fromEntries([
        ['node', process.version],
        ...peers.map((peer) => [peer.name, peer.version()]),
      ]),
      'options.json': options,
      'raw.ndjson': records,
      'summary.md': `# Distributions, ${machine.label}\n\n${block}\n`,
    },
  );
  if (options.only === undefined)
    writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'distributions', block));
  if (records.some(({ peer, problem }) => peer === 'millrace' && problem !== undefined)) process.exitCode = 1;
  return `${block}\n`;
}

async function measureCell(id, corpus, distribution, runs) {
  const [question] = selectQuestions([id]);
  const { answer: reference } = await askDuckdb(question.reference ?? question.duckdb, corpus.path, threads);
  const records = [];
  for (let run = 0; run <= runs; run++) {
    for (const peer of peers) {
      const record = {
        question: id,
        distribution,
        corpus: question.corpus,
        corpusBytes: corpus.bytes,
        corpusSha256: corpus.sha256,
        peer: peer.name,
        title: peer.title,
        timing: peer.timing,
        threads,
        pass: run === 0 ? 'warm-up' : 'measured',
      };
      try {
        const { answer, ...measured } = await peer.run(question, corpus, threads);
        const problem = disagreement(question.columns, answer, reference);
        records.push({ ...record, ...measured, found: found(question.columns, answer), problem });
      } catch (error) {
        records.push({ ...record, problem: `failed: ${error.message}` });
      }
    }
  }
  return records;
}

/** One line per cell, the slowest against DuckDB named below. */
export function renderDistributions(records) {
  const lines = [
    '| corpus | distribution | question | found | Millrace, ms | MB/s | DuckDB, ms | times DuckDB | peak memory, Millrace / DuckDB | answers |',
    '|---|---|---|---:|---:|---:|---:|---:|---:|---|',
  ];
  const ratios = [];
  for (const own of cellsOf(records)) {
    const [{ corpus, distribution, question }] = own;
    const entries = summarize(own);
    const [ours, theirs] = peers.map(({ name }) => entries.find(({ peer }) => peer === name));
    const ratio = quotient(theirs, ours);
    if (ratio !== undefined) ratios.push({ ratio, distribution, question });
    lines.push(
      `| ${[
        corpus,
        distribution,
        selectQuestions([question])[0].title.replaceAll('|', '\\|'),
        foundText(ours?.found),
        milliseconds(ours),
        ours?.ms === undefined ? '' : (ours.corpusBytes / ours.ms / 1e3).toFixed(0),
        milliseconds(theirs),
        ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
        `${mebibytes(ours)} / ${mebibytes(theirs)}`,
        entries
          .find(({ problem }) => problem !== undefined)
          ?.problem.split('\n')[0]
          .replaceAll('|', '\\|') ?? 'agree',
      ].join(' | ')} |`,
    );
  }
  if (ratios.length > 0) {
    const least = ratios.reduce((a, b) => (b.ratio < a.ratio ? b : a));
    lines.push(
      '',
      `Geometric mean ${geometricMean(ratios.map(({ ratio }) => ratio)).toFixed(2)}x; the least is ${least.ratio.toFixed(2)}x (${least.question} over ${least.distribution}).`,
    );
  }
  return lines.join('\n');
}

/** The records of each cell, in order of appearance. */
function cellsOf(records) {
  const cells = new Map();
  for (const record of records) {
    const key = `${record.corpus}\0${record.distribution}\0${record.question}`;
    cells.set(key, [...(cells.get(key) ?? []), record]);
  }
  return cells.values();
}

const milliseconds = (entry) => (entry?.ms === undefined ? 'failed' : entry.ms.toFixed(0));
const mebibytes = (entry) =>
  entry?.peakRssBytes === undefined ? '' : `${(entry.peakRssBytes / 2 ** 20).toFixed(0)} MiB`;

function foundText(found) {
  if (found === undefined) return '';
  return found.records === undefined ? `${found.rows} rows` : `${found.records} records in ${found.rows} rows`;
}
