// The micro-benchmark of every kernel: `npm run bench:micro [-- OPTIONS]`. Each kernel is measured in turn with a plain loop
// that does the same work, its results are compared with the loop's, and the command fails when a kernel has lost more than
// 20 % of the ratio that expected.json holds. A lane that seems to have lost it is measured again before that is believed.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { describeMachine } from '../machine.mjs';
import { compileKernels } from './engine.mjs';
import { complaint, expectedRatio, isBehind, mismatches } from './guard.mjs';
import { better, measurePair } from './harness.mjs';
import { heading, row, rule } from './lane-table.mjs';
import { lanes } from './lanes/table.mjs';
import { compileReference } from './reference.mjs';

const expectedFile = new URL('./expected.json', import.meta.url);
/** How often a lane that is behind is measured again, and for how long: noise makes slower, never faster. */
const retries = 4;
const patientBudgetMs = 600;

const help = `npm run bench:micro [-- OPTIONS]

  --only TEXT    lanes whose group or name holds the text
  --budget MS    milliseconds of passes per lane (default 200)
  --lane NAME    one lane alone; --json prints its figures
  --record       writes the ratios of this run to bench/micro/expected.json; nothing fails
`;

const say = (text) => process.stdout.write(`${text}\n`);

/** Each retry lays the data out anew, because where it lies may be the reason. */
async function measureLane(lane, modules, recorded, budgetMs) {
  let result = await measureOnce(lane, modules, budgetMs);
  for (let retry = 0; retry < retries && isBehind(lane, result.ratio, recorded); retry++)
    result = better(result, await measureOnce(lane, modules, patientBudgetMs));
  return result;
}

async function measureOnce(lane, modules, budgetMs) {
  const work = await lane.make(modules);
  try {
    const problem = await work.verify();
    if (problem !== undefined) throw new Error(`Cannot measure "${lane.name}": ${problem}`);
    return { ...(await measurePair(work, { budgetMs })), bytesPerRow: work.bytes / work.rows };
  } finally {
    work.close?.();
  }
}

/** The ratio that a process of its own finds: code and data lie elsewhere there, and the machine may be calmer. */
function secondOpinion({ name }) {
  const args = [fileURLToPath(import.meta.url), '--lane', name, '--budget', String(patientBudgetMs), '--json'];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`Cannot measure "${name}" again: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      budget: { type: 'string', default: '200' },
      record: { type: 'boolean', default: false },
      lane: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(help);
  // both modules at their best from the first call on, instead of some time into the measurement
  setFlagsFromString('--no-liftoff');
  const modules = { kernels: compileKernels(), reference: compileReference() };
  const expected = JSON.parse(readFileSync(expectedFile, 'utf8'));
  const recorded = values.record ? {} : expected.ratios;
  const chosen = lanes.filter(({ group, name }) =>
    values.lane === undefined ? `${group} ${name}`.includes(values.only) : name === values.lane,
  );
  if (chosen.length === 0) throw new Error(`No lane holds "${values.only}" in its name`);

  if (values.json) return say(JSON.stringify(await measureOnce(chosen[0], modules, Number(values.budget))));
  say(heading);
  say(rule);
  const results = new Map();
  for (const lane of chosen) {
    let result = await measureLane(lane, modules, recorded, Number(values.budget));
    if (isBehind(lane, result.ratio, recorded)) result = better(result, secondOpinion(lane));
    results.set(lane.name, result);
    say(row(lane, result, expectedRatio(lane, recorded)));
  }
  const machine = describeMachine();
  if (values.record) return record(results, expected, machine);
  if (expected.machine !== machine.label)
    say(`\nThe expectations were recorded on another machine (${expected.machine}, ${expected.cpu}).`);
  const problems = [
    ...chosen
      .filter((lane) => isBehind(lane, results.get(lane.name).ratio, recorded))
      .map((lane) => complaint(lane, results.get(lane.name), recorded)),
    ...mismatches(lanes, recorded).map((text) => `${text}: run with --record`),
  ];
  say(problems.length === 0 ? '\nNo kernel has fallen behind.' : `\n${problems.join('\n')}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Keeps the ratios of lanes that were not measured. */
function record(results, expected, { label, cpu }) {
  const known = new Set(lanes.map(({ name }) => name));
  const ratios = { ...expected.ratios };
  for (const name of Object.keys(ratios)) if (!known.has(name)) delete ratios[name];
  for (const [name, { ratio }] of results) ratios[name] = Number(ratio.toFixed(2));
  const order = Object.fromEntries(lanes.flatMap(({ name }) => (name in ratios ? [[name, ratios[name]]] : [])));
  const slow = lanes.filter(({ name, doesMore }) => doesMore === undefined && ratios[name] < 1);
  const file = {
    machine: label,
    cpu,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    ratios: order,
  };
  writeFileSync(expectedFile, `${JSON.stringify(file, null, 2)}\n`);
  for (const { group, name } of slow)
    say(`${group}, ${name}: slower than the plain loop (${ratios[name]}), expected 1`);
}

await main();
