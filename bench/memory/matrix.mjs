// `npm run bench:memory`: every budget x every question: is the answer exact, and does the peak memory of the whole process stay
// within the budget? DuckDB and pandas are asked the same beside it. Writes bench/runs/<date>-memory/; fails where a cell of ours is wrong.
//
//     npm run bench:memory -- --only keys-5M,order-by --budgets least,256MiB --engines millrace,pandas --keep --join
//
// `--join` adds to the record of the day, so that a matrix can be run a few cells at a time.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.mjs';
import { article, cells } from './cells.mjs';
import { foretoldPeak, leastMemory, measureMillrace } from './measure.mjs';
import { peers } from './peers.mjs';
import { mib, summaryOf, withRecords } from './record.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    budgets: { type: 'string', default: 'least,256MiB,1GiB' },
    engines: { type: 'string', default: 'millrace,duckdb,pandas' },
    data: { type: 'string', default: join(root, 'bench/data') },
    keep: { type: 'boolean', default: false },
    join: { type: 'boolean', default: false },
  },
});

const wanted = values.only?.split(',');
const engines = values.engines.split(',');
const isWanted = ({ name }) => wanted === undefined || wanted.includes(name);
const say = (text) => process.stderr.write(`${text}\n`);
const pathOf = ({ file }) => join(values.data, `memory-${file}`);
const records = [];
const folder = join(root, 'bench/runs', `${new Date().toISOString().slice(0, 10)}-memory`);
const raw = join(folder, 'raw.ndjson');

mkdirSync(values.data, { recursive: true });
const chosen = cells.filter(isWanted);
for (const cell of chosen) await cell.write(pathOf(cell), cell.rows);
if (chosen[0] !== undefined) {
  const least = await leastMemory(pathOf(chosen[0]));
  const budgets = values.budgets.split(',').map((text) => (text === 'least' ? least + 64 * mib : sizeOf(text)));
  say(`least budget ${least / mib} MiB; cells at ${budgets.map((bytes) => `${bytes / mib} MiB`).join(', ')}`);
  for (const cell of chosen) for (const budget of budgets) await runCell(cell, budget, budget);
}
if (isWanted(article)) {
  await article.write(pathOf(article), article.rows);
  await runCell(article, 512 * mib, 2048 * mib);
}
if (!values.keep)
  for (const cell of [...cells, article]) for (const end of ['', '.json']) rmSync(pathOf(cell) + end, { force: true });

const failed = records.filter(({ engine, ok, within }) => engine === 'millrace' && !(ok && within));
say(`\n${summaryOf(records)}`);
if (failed.length > 0) {
  say(`${failed.length} cells wrong or over budget`);
  process.exitCode = 1;
}

/** After every cell: what was measured is not lost where a later one is cut off, or another process adds to the record. */
function save() {
  const before = values.join && existsSync(raw) ? readLines(raw) : [];
  const all = withRecords(before, records);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'machine.json'),
    `${JSON.stringify({ ...describeMachine(), node: process.version }, null, 2)}\n`,
  );
  writeFileSync(raw, all.map((record) => `${JSON.stringify(record)}\n`).join(''));
  writeFileSync(join(folder, 'summary.md'), summaryOf(all));
}

async function runCell(cell, budget, peerBudget) {
  const path = pathOf(cell);
  if (engines.includes('millrace')) {
    const foretoldBytes = await foretoldPeak(cell, path, String(budget));
    const { stats, ...run } = await measureMillrace(cell, path, String(budget));
    const within = run.peakRssBytes <= budget;
    const { spilledBytes, retries, recycles, workers } = stats ?? {};
    const ours = { foretoldBytes, spilledBytes, retries, recycles, workers };
    note({ cell: cell.name, engine: 'millrace', budget, within, ...run, ...ours });
  }
  for (const peer of peers.filter(({ name }) => engines.includes(name))) {
    if (peer.missing !== null) {
      say(`  ${peer.name} skipped: ${peer.missing}`);
      continue;
    }
    const run = await peer.run(cell, path, peerBudget);
    note({ cell: cell.name, engine: peer.name, budget: peerBudget, within: run.peakRssBytes <= peerBudget, ...run });
  }
}

function note(record) {
  records.push(record);
  save();
  const { cell, engine, budget, ok, within, problem, ms, peakRssBytes } = record;
  const verdict = ok ? (within ? 'ok' : 'OVER BUDGET') : `FAILED: ${problem}`;
  say(
    `${cell}  ${engine}  ${budget / mib} MiB: peak ${Math.round(peakRssBytes / mib)} MiB, ${(ms / 1000).toFixed(1)} s, ${verdict}`,
  );
}

function readLines(path) {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function sizeOf(text) {
  const [, amount, unit] = /^(\d+)(MiB|GiB)$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`Cannot read budget "${text}": write it as in 256MiB`);
  return Number(amount) * (unit === 'GiB' ? 1024 : 1) * mib;
}
