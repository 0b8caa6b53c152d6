// `npm run chaos -- --runs 100 --seed 1 --minutes 30 --only kill,grow --record`: seeded runs with real faults.
//
// Every run ends with the answer of a run without faults, byte for byte, or with exit code 2 and a message that says what
// cannot be done; it never hangs, and leaves no temporary file. A violation prints its seed: `--runs 1 --seed THAT`.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../bench/corpora/random.mjs';
import { describeMachine } from '../../bench/machine.mjs';
import { corpora, makeCorpora, questions } from './corpora.mjs';
import { faults } from './faults.mjs';
import { finish, start } from './processes.mjs';
import { joined, summaryOf } from './tally.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
    join: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const chosen = values.only === undefined ? Object.keys(faults) : values.only.split(',');
for (const name of chosen) {
  if (faults[name] === undefined) throw new Error(`Unknown fault "${name}": use ${Object.keys(faults).join(', ')}`);
}
const until = Date.now() + Number(values.minutes) * 60_000;
const home = mkdtempSync(join(tmpdir(), 'chaos-'));
const begun = Date.now();
const tally = Object.fromEntries(
  chosen.map((name) => [name, { runs: 0, hitRuns: 0, hits: 0, same: 0, refused: 0, skipped: 0, violated: 0 }]),
);
const violations = [];
const messages = new Map();

makeCorpora(home, 20_260_101);
const references = new Map();
const durations = new Map();
try {
  for (let i = 0; i < Number(values.runs) && Date.now() < until; i++) await once(Number(values.seed) + i);
} finally {
  if (!values.keep) rmSync(home, { recursive: true, force: true });
}
report();
process.exitCode = violations.length > 0 ? 1 : 0;

async function once(seed) {
  const random = new Random(seed);
  const name = chosen[seed % chosen.length];
  // the function that aborts needs a key to abort at
  const corpus = random.pick(name === 'abort' ? corpora.filter(({ header }) => header.startsWith('k,')) : corpora);
  const sql = random.pick(questions[corpus.name]);
  const folder = join(home, `run-${seed}`);
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const split = `${random.pick([64, 100, 256, 777, 2000])}KB`;
  const workers = String(random.pick([1, 2, 2, 3]));
  let hits = 0;
  const run = {
    ...{ random, corpus, sql, folder, temporary, home },
    args: [
      'query',
      sql,
      '--workers',
      workers,
      '--split',
      split,
      '--memory',
      random.pick(['384MiB', '1GiB']),
      '-o',
      'csv',
    ],
    environment: { TMPDIR: temporary },
    reference: (files, other = sql) => reference(other, files),
    /** Milliseconds that the question takes without faults: moments for faults are drawn from these. */
    async duration() {
      await reference(sql, [corpus.path]);
      return durations.get(`${sql} ${corpus.path}`);
    },
    hit: (times = 1) => {
      hits += times;
    },
  };
  const count = tally[name];
  count.runs++;
  const at = Date.now();
  let outcome;
  try {
    outcome = await faults[name](run);
    const left = readdirSync(temporary);
    if (left.length > 0) throw new Error(`left ${left.join(', ')} in the temporary folder`);
  } catch (error) {
    outcome = 'violated';
    const problem = error.message.slice(0, 600);
    violations.push({
      seed,
      fault: name,
      corpus: corpus.name,
      sql,
      args: run.args.slice(2).join(' '),
      error: problem,
    });
    process.stderr.write(`VIOLATION seed ${seed}, ${name}: ${problem}\n  ${sql}\n`);
  }
  const [kind] = outcome.split(':');
  count[kind]++;
  count.hits += hits;
  if (hits > 0) count.hitRuns++;
  if (kind === 'refused' || kind === 'skipped') messages.set(outcome, (messages.get(outcome) ?? 0) + 1);
  process.stderr.write(`${seed} ${name} ${corpus.name} ${outcome}, ${hits} injected, ${Date.now() - at} ms\n`);
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}

/** The answer without faults; kept for files that nobody changes. */
async function reference(sql, files) {
  const isShared = files.every((file) => corpora.some((corpus) => corpus.path === file));
  const key = `${sql} ${files.join(' ')}`;
  if (isShared && references.has(key)) return references.get(key);
  const at = Date.now();
  const { code, stdout, stderr } = await finish(start(['query', sql, ...files, '-o', 'csv', '-q']));
  durations.set(key, Date.now() - at);
  if (code !== 0) throw new Error(`Cannot get the reference: ${stderr}`);
  if (isShared) references.set(key, stdout);
  return stdout;
}

function report() {
  const folder = new URL(`../../bench/runs/${new Date().toISOString().slice(0, 10)}-chaos/`, import.meta.url);
  const minutes = (Date.now() - begun) / 60_000;
  const mine = { tally, violations, messages: Object.fromEntries(messages), minutes, seeds: [Number(values.seed)] };
  const before = new URL('raw.json', folder);
  const all = values.join && existsSync(before) ? joined(JSON.parse(readFileSync(before, 'utf8')), mine) : mine;
  const summary = summaryOf(all);
  process.stdout.write(summary);
  if (!values.record) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('summary.md', folder), summary);
  writeFileSync(new URL('machine.json', folder), `${JSON.stringify(describeMachine(), null, 2)}\n`);
  writeFileSync(new URL('options.json', folder), `${JSON.stringify(values, null, 2)}\n`);
  writeFileSync(before, `${JSON.stringify(all, null, 2)}\n`);
}
