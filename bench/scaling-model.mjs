// Scaling on paper: measures what the stages of a question cost with one worker, and lets scaling-predict.mjs say what that
// makes of up to 64. Runs with two workers are the check. `npm run bench -- --model`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { millrace } from './compare/millrace.mjs';
import { runProcess } from './compare/process.mjs';
import { readFloor } from './compare/read-floor.mjs';
import { corpora } from './corpora/table.mjs';
import { describeMachine } from './machine.mjs';
import { replaceBlock } from './marked-block.mjs';
import { selectQuestions } from './questions.mjs';
import { limits, predict, workerCounts } from './scaling-predict.mjs';
import { stagesOf } from './scaling-stages.mjs';
import { median } from './statistics.mjs';
import { writeRun } from './write-run.mjs';

const readme = fileURLToPath(new URL('./README.md', import.meta.url));
const child = fileURLToPath(new URL('./scaling-model-child.mjs', import.meta.url));
/** A hundred times the log, for questions whose groups do not grow with it. */
const farBytes = 100e9;
const asked = [
  { id: 'status', groups: '16 groups' },
  { id: 'top-paths', groups: '100,000 groups' },
  { id: 'top-clients', groups: 'a group for nearly every line', grows: true },
];

/** Measures, writes the run and the block in bench/README.md, and resolves to the tables. */
export async function measureModel(options) {
  if (!millrace.available().available) throw new Error(`Cannot measure the model: ${millrace.available().reason}`);
  const { planSplits } = await import('../dist/src/coordinator/plan-splits.js');
  const splitsFor = (bytes, workers) =>
    planSplits([{ input: 'file', sizeBytes: bytes }], {
      workers,
      splitBytes: null,
      kind: 'groups',
      isSplittable: () => true,
    }).length;
  const machine = { ...describeMachine(), ...(options.label === undefined ? {} : { label: options.label }) };
  const results = [];
  for (const entry of asked.filter(({ id }) => options.only?.includes(id) ?? true)) {
    const [question] = selectQuestions([entry.id]);
    process.stderr.write(`${question.title}\n`);
    results.push({ ...entry, title: question.title, ...(await measureQuestion(question, options)) });
  }
  const heading = `${options.size / 1e6} MB combined log, medians of ${options.runs} runs; ${machine.label} (${machine.cpu}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`;
  const block = `${heading}\n\n${renderModel(results, splitsFor)}`;
  writeRun(
    new Date(),
    { label: `${machine.label}-model` },
    {
      'machine.json': machine,
      'versions.json': { node: process.version, millrace: millrace.version() },
      'options.json': options,
      'raw.ndjson': results,
      'summary.md': `# Scaling on paper, ${machine.label}\n\n${block}\n`,
    },
  );
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'model', block));
  return `${block}\n`;
}

async function measureQuestion(question, options) {
  const corpus = await corpora[question.corpus](options);
  const runs = { 1: [], 2: [] };
  const reads = { 1: [], 2: [] };
  for (let run = 0; run <= options.runs; run++) {
    for (const workers of [1, 2]) {
      const measured = await runOnce(question, corpus, workers);
      const { ms } = await readFloor.run(question, corpus, workers);
      if (run === 0) continue;
      runs[workers].push(measured);
      reads[workers].push(ms);
    }
  }
  const request = JSON.stringify({ sql: question.millrace, path: corpus.path });
  const { stdout } = await runProcess(process.execPath, [child, request]);
  const [one, two] = [1, 2].map((workers) => medians(runs[workers]));
  return {
    bytes: corpus.bytes,
    one: { ...one, bytes: corpus.bytes, ...JSON.parse(stdout) },
    two,
    readBytesPerSecond: [1, 2].map((workers) => (corpus.bytes / median(reads[workers])) * 1e3),
  };
}

/** Of every stage by itself. */
function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

async function runOnce(question, corpus, workers) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-model-'));
  const path = join(folder, 'events.ndjson');
  try {
    const flags = [...(question.millraceFlags ?? ['--format', 'combined']), '--events', path];
    const { ms, startedAt } = await millrace.run({ ...question, millraceFlags: flags }, corpus, workers);
    const events = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { ms, ...stagesOf(events, startedAt, startedAt + ms) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tables of the costs and of what follows from them. */
export function renderModel(results, splitsFor) {
  return [
    'What the stages cost, with one worker:',
    '',
    `| | ${results.map(({ title, groups }) => `${title} (${groups})`).join(' | ')} |`,
    `|---|${'---:|'.repeat(results.length)}`,
    ...costRows.map(([title, cost]) => `| ${title} | ${results.map(cost).join(' | ')} |`),
    '',
    ...results.flatMap((result) => predictions(result, splitsFor)),
    'What the model leaves out, or takes for granted:',
    '',
    ...limits.map((text) => `- ${text}`),
  ].join('\n');
}

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const costRows = [
  ['start, until the first split is read', ({ one }) => ms(one.startMs)],
  ['scan, worker time', ({ one, bytes }) => `${ms(one.scanMs)} (${(bytes / one.scanMs / 1e6).toFixed(2)} GB/s)`],
  [
    'merge tasks, worker time',
    ({ one }) => (one.merges === 0 ? 'folded by the coordinator' : `${ms(one.mergeMs)} in ${one.merges}`),
  ],
  ['finish, until the answer is written', ({ one }) => ms(one.finishMs)],
  ['end of the process', ({ one }) => ms(one.exitMs)],
  [
    'coordinator, processor time per split and partial',
    ({ one }) => `${(one.coordinatorMsPerSplit * 1000).toFixed(0)} µs`,
  ],
  ['coordinator, processor time per worker started', ({ one }) => ms(one.coordinatorMsPerWorker)],
  [
    'reading alone, 1 and 2 threads',
    ({ readBytesPerSecond }) => readBytesPerSecond.map((rate) => `${(rate / 1e9).toFixed(1)} GB/s`).join(', '),
  ],
  ['scan slowed down by a second worker', (result) => `${(contentionOf(result) * 100).toFixed(0)} %`],
];

/** How much longer a worker takes for a byte beside another one. */
function contentionOf({ one, two }) {
  return Math.max(0, two.scanMs / one.scanMs - 1);
}

function predictions(result, splitsFor) {
  const { title, one, two, bytes, grows } = result;
  const contention = contentionOf(result);
  const sizes = grows ? [bytes] : [bytes, farBytes];
  const tables = sizes.flatMap((size) => {
    const base = predict(one, size, 1, splitsFor).ms;
    return [
      `**${title}, ${size >= 1e9 ? `${Math.round(size / 1e9)} GB` : `${Math.round(size / 1e6)} MB`}**`,
      '',
      '| workers | predicted, ms | speed-up | GB/s | limited by | with contention, ms | speed-up |',
      '|---:|---:|---:|---:|---|---:|---:|',
      ...workerCounts.map((workers) => {
        const best = predict(one, size, workers, splitsFor);
        const worst = predict(one, size, workers, splitsFor, { contention });
        return `| ${workers} | ${best.ms.toFixed(0)} | ${(base / best.ms).toFixed(1)}x | ${(size / best.ms / 1e6).toFixed(1)} | ${best.limit} | ${worst.ms.toFixed(0)} | ${(base / worst.ms).toFixed(1)}x |`;
      }),
      '',
    ];
  });
  const [first, second] = [predict(one, bytes, 1, splitsFor).ms, predict(one, bytes, 2, splitsFor, { contention }).ms];
  return [
    ...tables,
    `Check, whole processes: 1 worker ${one.ms.toFixed(0)} ms measured, ${first.toFixed(0)} by the model (${percent(first, one.ms)}); 2 workers ${two.ms.toFixed(0)} ms measured, ${second.toFixed(0)} by the model with contention (${percent(second, two.ms)}).`,
    '',
  ];
}

const percent = (predicted, measured) =>
  `${predicted >= measured ? '+' : ''}${((predicted / measured - 1) * 100).toFixed(0)} %`;
