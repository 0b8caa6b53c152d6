// The budget per row: where the nanoseconds go, stage by stage. A ladder of questions over one corpus, each asking for one
// stage more than the rung it stands on; the difference between the two, per row and on one worker, is what the stage
// costs. It holds for any engine inside, because only whole runs are compared. Rungs take turns, medians count.
//
//   node bench/micro/budget.mjs [--size 1GB] [--runs 5]     prints the table and fills the block in bench/README.md
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { millrace } from '../compare/millrace.mjs';
import { readFloor } from '../compare/read-floor.mjs';
import { writeCombined } from '../corpora/combined.mjs';
import { corpora } from '../corpora/table.mjs';
import { describeMachine } from '../machine.mjs';
import { replaceBlock } from '../marked-block.mjs';
import { parseOptions } from '../options.mjs';
import { median } from '../statistics.mjs';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));

/** `above` names the rung that the cost is counted from. */
const rungs = [
  { id: 'read', stage: 'read the bytes (floor)' },
  { id: 'start', stage: 'start and end of the process (a log of ten lines)', sql: 'SELECT count(*) FROM logs' },
  { id: 'count', above: 'start', stage: 'read, split, find and check every record', sql: 'SELECT count(*) FROM logs' },
  { id: 'bytes', above: 'count', stage: 'decode and sum one integer', sql: 'SELECT sum(bytes) FROM logs' },
  {
    id: 'status',
    above: 'count',
    stage: 'decode an integer key, group by it (16 groups), count',
    sql: 'SELECT status, count(*) FROM logs GROUP BY status',
  },
  {
    id: 'both',
    above: 'status',
    stage: 'a sum beside the count',
    sql: 'SELECT status, count(*), sum(bytes) FROM logs GROUP BY status',
  },
  {
    id: 'path',
    above: 'count',
    stage: 'group by a text of many values, count',
    sql: 'SELECT path, count(*) AS hits FROM logs GROUP BY path ORDER BY hits DESC, path LIMIT 10',
  },
  { id: 'time', above: 'count', stage: 'decode a timestamp', sql: 'SELECT max(time) FROM logs' },
  {
    id: 'hour',
    above: 'time',
    stage: 'truncate it, group by it (168 groups), count',
    sql: "SELECT date_trunc('hour', time) AS hour, count(*) FROM logs GROUP BY hour",
  },
  {
    id: 'p99',
    above: 'hour',
    stage: 'a quantile sketch beside the count',
    sql: "SELECT date_trunc('hour', time) AS hour, count(*), p99(bytes) FROM logs GROUP BY hour",
  },
  {
    id: 'distinct',
    above: 'count',
    stage: 'hash a text into a distinct-count sketch',
    sql: 'SELECT approx_count_distinct(client) FROM logs',
  },
  { id: 'filter', above: 'count', stage: 'filter by an integer', sql: 'SELECT count(*) FROM logs WHERE status >= 500' },
  {
    id: 'like',
    above: 'count',
    stage: 'filter by LIKE',
    sql: "SELECT count(*) FROM logs WHERE user_agent LIKE '%Googlebot%'",
  },
];

const options = parseOptions(process.argv.slice(2));
const { available, reason } = millrace.available();
if (!available) throw new Error(`Cannot measure the budget: ${reason}`);
const corpus = await corpora.combined(options);
const tiny = await writeCombined(fileURLToPath(new URL('../data/budget-10-lines.log', import.meta.url)), { lines: 10 });
const machine = describeMachine();
const times = new Map(rungs.map(({ id }) => [id, []]));
for (let run = 0; run <= options.runs; run++) {
  for (const { id, sql } of rungs) {
    const { ms } = await (sql === undefined
      ? readFloor.run(undefined, corpus, 1)
      : millrace.run({ millrace: sql }, id === 'start' ? tiny : corpus, 1));
    if (run > 0) times.get(id).push(ms);
  }
}

const nsPerRow = (id) => (median(times.get(id)) * 1e6) / corpus.lines;
const block = [
  `One worker, ${(corpus.bytes / 1e6).toFixed(0)} MB combined log, ${corpus.lines} rows, medians of ${options.runs} alternating runs, ${machine.label} (${machine.cpu}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
  '',
  '| stage | on top of | ns per row | whole, ns per row | whole, MB/s |',
  '|---|---|---:|---:|---:|',
  ...rungs.map(({ id, above, stage }) => {
    const whole = nsPerRow(id);
    const own = above === undefined ? whole : whole - nsPerRow(above);
    const speed = id === 'start' ? '' : (corpus.bytes / median(times.get(id)) / 1e3).toFixed(0);
    return `| ${stage} | ${above ?? ''} | ${own.toFixed(1)} | ${whole.toFixed(1)} | ${speed} |`;
  }),
  '',
  `(The rungs' short names: ${rungs.map(({ id }) => id).join(', ')}.)`,
].join('\n');
writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'budget', block));
process.stdout.write(`${block}\n`);
