// Runs the bench: makes the corpora, asks every question of every peer that is present, alternating between peers so that
// a change in the machine's speed hits all of them, and writes bench/runs/<date>-<machine>/. No answer is trusted: each is
// compared with the reference, and one of ours that differs makes the run fail.
import { fileURLToPath } from 'node:url';
import { disagreement, found } from './answers.mjs';
import { askDuckdb, duckdb } from './compare/duckdb.mjs';
import { selectPeers } from './compare/table.mjs';
import { corpora, distributionsOf } from './corpora/table.mjs';
import { measureDistributions } from './distributions.mjs';
import { describeMachine } from './machine.mjs';
import { help, parseOptions } from './options.mjs';
import { measureOverhead } from './overhead.mjs';
import { selectQuestions } from './questions.mjs';
import { measureScaling } from './scaling.mjs';
import { measureModel } from './scaling-model.mjs';
import { measureStartup, renderStartup } from './startup.mjs';
import { renderSummary, summarize } from './summary.mjs';
import { writeRun } from './write-run.mjs';

/** A peer whose first pass took longer is not run again: that pass is its measurement. */
const longRunMs = 20_000;
/** Slow peers are far away: their times need no more. */
const slowRuns = 2;
const quietLoad = 0.7;

const say = (text) => process.stderr.write(`${text}\n`);

export async function runBench(options) {
  const machine = describeMachine();
  if (machine.loadAverage[0] > quietLoad)
    say(`The machine is not quiet (load ${machine.loadAverage[0].toFixed(2)}): trust ratios, not milliseconds`);
  const skipped = [];
  const peers = selectPeers(options.peers, options.slow).filter((peer) => {
    const { available, reason } = peer.available();
    if (!available) skipped.push({ peer: peer.name, reason });
    return available;
  });
  for (const { peer, reason } of skipped) say(`Skipped ${peer}: ${reason}`);
  const questions = selectQuestions(options.only);
  const records = [];
  for (const question of questions) records.push(...(await measureQuestion(question, peers, options)));

  const startup = options.only === undefined ? await measureStartup() : undefined;

  const now = new Date();
  const versions = { node: process.version, ...Object.fromEntries(peers.map((peer) => [peer.name, peer.version()])) };
  const entries = summarize(records);
  const labelled = { ...machine, label: options.label ?? machine.label };
  const summary = renderSummary({
    machine: labelled,
    versions,
    options: {
      ...options,
      date: now.toISOString().slice(0, 10),
      sizeText: sizeText(options),
    },
    questions,
    entries,
    skipped,
    startup: startup === undefined ? undefined : renderStartup(startup),
  });
  const folder = writeRun(now, labelled, {
    'machine.json': labelled,
    'versions.json': versions,
    'options.json': options,
    'raw.ndjson': records,
    ...(startup === undefined ? {} : { 'startup.json': startup }),
    'summary.md': summary,
  });
  return { folder, summary, entries };
}

/** Slow peers get the same corpus in a smaller size, and their answers a reference of its own. */
async function measureQuestion(question, peers, options) {
  say(`\n${question.title}`);
  const own = peers.filter((peer) => peer.answers(question));
  const isApart = (peer) => peer.slow === true && options.slowSize < options.size;
  return [
    ...(await measureOn(
      options.size,
      question,
      own.filter((peer) => !isApart(peer)),
      options,
    )),
    ...(await measureOn(options.slowSize, question, own.filter(isApart), options)),
  ];
}

async function measureOn(size, question, peers, options) {
  if (peers.length === 0) return [];
  const distribution = distributionFor(question.corpus, options.distribution);
  const corpus = await corpora[question.corpus]({ size, seed: options.seed, distribution });
  const lanes = peers.flatMap((peer) =>
    options.threads.filter((threads) => peer.threads.includes(threads)).map((threads) => ({ peer, threads })),
  );
  const records = [];
  let reference = await exactAnswer(question, corpus);
  const runLane = async ({ peer, threads }, pass) => {
    const record = await measureOnce(question, corpus, peer, threads, pass);
    if (record.answer !== undefined && peer.floor !== true) {
      reference ??= record.answer;
      record.problem = disagreement(question.columns, record.answer, reference);
      record.found = found(question.columns, record.answer);
    } else if (record.answer !== undefined) record.found = { rows: 1, first: record.answer[0][0] };
    delete record.answer;
    records.push(record);
    return record;
  };
  const repeated = [];
  for (const lane of lanes) {
    const first = await runLane(lane, 'warm-up');
    if (first.ms === undefined || first.ms > longRunMs) records.push({ ...first, pass: 'measured' });
    else repeated.push(lane);
    if (first.problem !== undefined) say(`  ${lane.peer.title}: ${first.problem}`);
  }
  for (let run = 0; run < options.runs; run++)
    for (const lane of repeated) if (lane.peer.slow !== true || run < slowRuns) await runLane(lane, 'measured');
  for (const entry of summarize(records))
    say(
      `  ${entry.title.padEnd(18)} ${entry.threads} ${entry.ms === undefined ? 'failed' : `${entry.ms.toFixed(0)} ms`}${size === options.size ? '' : ` (of ${size / 1e6} MB)`}`,
    );
  return records;
}

/** Corpora that have no such distribution keep their usual one. */
function distributionFor(corpus, distribution) {
  return distributionsOf[corpus].includes(distribution) ? distribution : 'realistic';
}

/** The exact answer by DuckDB where it is installed; else the first peer's answer has to serve. */
async function exactAnswer(question, corpus) {
  if (!duckdb.available().available) return undefined;
  const { answer } = await askDuckdb(question.reference ?? question.duckdb, corpus.path, 2);
  return answer;
}

async function measureOnce(question, corpus, peer, threads, pass) {
  const record = {
    question: question.id,
    corpus: question.corpus,
    corpusBytes: corpus.bytes,
    corpusSha256: corpus.sha256,
    peer: peer.name,
    title: peer.title,
    timing: peer.timing,
    floor: peer.floor,
    threads,
    pass,
  };
  try {
    return { ...record, ...(await peer.run(question, corpus, threads)) };
  } catch (error) {
    return { ...record, problem: `failed: ${error.message}` };
  }
}

function sizeText({ size, slow, slowSize }) {
  const text = `${size / 1e6} MB combined log and the others in proportion`;
  return slow && slowSize < size ? `${text} (slow peers: ${slowSize / 1e6} MB)` : text;
}

/** What `--scaling` and its like measure; each resolves to a table. */
const others = {
  scaling: measureScaling,
  model: measureModel,
  overhead: measureOverhead,
  distributions: measureDistributions,
};

/** The options of a command line whose names are all known; otherwise says what is wrong and leaves. */
function optionsOrLeave(argv) {
  try {
    const options = parseOptions(argv);
    selectPeers(options.peers, options.slow);
    const distributions = new Set(selectQuestions(options.only).flatMap(({ corpus }) => distributionsOf[corpus]));
    if (!distributions.has(options.distribution))
      throw new Error(
        `Unknown distribution "${options.distribution}" for these questions: one of ${[...distributions].join(', ')}`,
      );
    return options;
  } catch (error) {
    say(`bench: ${error.message}
All options: npm run bench -- --help`);
    process.exit(2);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = optionsOrLeave(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else if (options.kind !== 'compare') process.stdout.write(await others[options.kind](options));
  else {
    const { folder, summary, entries } = await runBench(options);
    process.stdout.write(summary);
    say(`\nWritten to ${folder}`);
    if (entries.some((entry) => entry.peer === 'millrace' && entry.problem !== undefined)) process.exitCode = 1;
  }
}
