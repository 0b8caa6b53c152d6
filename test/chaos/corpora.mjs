// Seeded files for the chaos runs, a few MB each: small enough for hundreds of runs, large enough for dozens of splits.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../bench/corpora/random.mjs';

export const corpora = [
  { name: 'csv', file: 'numbers.csv', lines: 120_000, header: 'k,d,name\n', line: csvLine, path: '' },
  { name: 'quoted', file: 'quoted.csv', lines: 80_000, header: 'k,d,name\n', line: quotedLine, path: '' },
  { name: 'combined', file: 'access.log', lines: 50_000, header: '', line: accessLine, path: '' },
  { name: 'json', file: 'events.jsonl', lines: 60_000, header: '', line: jsonLine, path: '' },
];

const table = [
  'SELECT k % 7 AS k, count(*) AS n, sum(d) AS s, p90(d) AS p, count(DISTINCT name) AS names FROM logs GROUP BY 1',
  'SELECT name, count(*) AS n, sum(d) AS s FROM logs GROUP BY name',
  'SELECT k, name, count(*) AS n, max(d) AS d FROM logs GROUP BY k, name ORDER BY n DESC, k LIMIT 1000',
  "SELECT _offset, k, name FROM logs WHERE name LIKE '%3%'",
  'SELECT name, k FROM logs ORDER BY d DESC, k LIMIT 5000',
  'SELECT k, d FROM logs LIMIT 40000 OFFSET 10000',
];

export const questions = {
  csv: table,
  quoted: table,
  combined: [
    'SELECT status, count(*) AS n, sum(bytes) AS b, p99(bytes) AS p FROM logs GROUP BY status',
    'SELECT client, path, count(*) AS n FROM logs GROUP BY client, path',
    "SELECT time_bucket('1 hour', time) AS h, approx_count_distinct(client) AS c FROM logs GROUP BY 1",
    'SELECT time, path FROM logs WHERE status = 404',
    'SELECT client, bytes FROM logs ORDER BY bytes DESC, client LIMIT 3000',
  ],
  json: [
    'SELECT "user", count(*) AS n, sum(ms::integer) AS ms FROM logs GROUP BY "user"',
    'SELECT level, count(*) AS n, median(ms::integer) AS m FROM logs GROUP BY level',
    `SELECT _offset, "user" FROM logs WHERE level = 'error'`,
  ],
};

export function makeCorpora(home, seed) {
  for (const corpus of corpora) {
    corpus.path = join(home, corpus.file);
    writeFileSync(corpus.path, `${corpus.header}${linesOf(corpus, corpus.lines, new Random(seed))}`);
  }
}

export function linesOf({ line }, count, random) {
  return Array.from({ length: count }, (_, i) => line(i, random)).join('');
}

function csvLine(i, random) {
  if (random.below(5000) === 0) return 'broken\n';
  return `${i},${random.below(100_000)}.${random.below(10)},name ${random.below(20_000)}\n`;
}

function quotedLine(i, random) {
  const name =
    random.below(4) === 0
      ? `"name ${random.below(500)},\nsecond ""line"" ${random.below(3)}"`
      : `name ${random.below(500)}`;
  return `${i},${random.below(100_000)}.5,${name}\n`;
}

function accessLine(i, random) {
  const time = `${String(1 + (i % 28)).padStart(2, '0')}/Oct/2026:${String(random.below(24)).padStart(2, '0')}:10:05 +0000`;
  const client = `10.${random.below(4)}.${random.below(200)}.${random.below(250)}`;
  const status = random.pick([200, 200, 200, 304, 404, 500]);
  return `${client} - - [${time}] "GET /page/${random.below(3000)} HTTP/1.1" ${status} ${random.below(90_000)} "-" "agent ${random.below(40)}"\n`;
}

function jsonLine(i, random) {
  const level = random.pick(['info', 'info', 'warn', 'error']);
  return `${JSON.stringify({ id: i, user: `u${random.below(9000)}`, level, ms: random.below(5000), text: 'a "quoted" word' })}\n`;
}
