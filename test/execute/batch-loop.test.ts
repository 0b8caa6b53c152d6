/** The loop over batches (src/execute/batch-loop): the same answer as batch by batch, whatever is in the records and however small the arena. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { prepareQuery } from '../../src/coordinator/prepare-query.ts';
import type { Value } from '../../src/core/value.ts';
import { traceStage } from '../../src/execute/batch-loop/trace.ts';
import { GroupSink } from '../../src/execute/group-sink.ts';
import { PartialMerger } from '../../src/execute/merge.ts';
import type { ScanOutcome, ScanTask } from '../../src/execute/messages.ts';
import { RowOutbox } from '../../src/execute/row-outbox.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import { scan } from '../../src/execute/scan.ts';
import type { FormatOptions } from '../../src/formats/format.ts';
import { builtIns } from '../../src/query/functions/registry.ts';
import type { Plan } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';
import { tempFolder } from '../support/temp-folder.ts';

const mib = 1024 * 1024;
const lines = 60_000;
/** Where an arena is to be filled. */
const manyLines = 400_000;
const random = (i: number, salt: number) => (Math.imul(i * 31 + salt, 2654435761) >>> 7) % 1_000_000;

/** Every kind of trouble now and then, so that most batches have some; `calm` files have none. */
function csvLine(i: number, calm: boolean): string {
  const r = random(i, 1);
  const name = ['alpha', 'beta', 'gamma, "quoted"', '', 'délta', 'x'.repeat(40)][r % 6] ?? '';
  const quoted = /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  const size = !calm && r % 4001 === 0 ? '12x' : r % 17 === 0 ? '' : String(random(i, 2) - 500_000);
  const price = !calm && r % 3001 === 0 ? '1.2345678901234567890123e-5' : `${random(i, 3) / 100}`;
  const at = `2025-03-0${1 + (r % 9)} 1${r % 10}:00:00`;
  const line = `${quoted},${size},${price},${at},c${random(i, 4) % 20_000}`;
  return !calm && r % 5003 === 0 ? `${line},one,too,many` : line;
}

function writeCsv(calm: boolean, count = lines): string {
  const path = join(tempFolder(), 'values.csv');
  const body = Array.from({ length: count }, (_, i) => `${csvLine(i, calm)}\n`);
  writeFileSync(path, `name,size,price,at,client\n${body.join('')}`);
  return path;
}

const csv = {
  format: 'csv',
  columns: [
    { name: 'name', type: 'text' },
    { name: 'size', type: 'integer' },
    { name: 'price', type: 'double' },
    { name: 'at', type: 'timestamp' },
    { name: 'client', type: 'text' },
  ],
} as const;

async function planOf(sql: string, path: string, options: FormatOptions = csv) {
  const { plan, sources } = await prepareQuery(sql, { ...options, files: [path], startWorkers: false, memory: '1GiB' });
  const [source] = sources;
  if (source === undefined) throw new Error('There is one file');
  return { plan, source };
}

/** `careful` about nothing: every batch goes through JavaScript. */
async function scanned(sql: string, path: string, arenaBytes: number, looped: boolean, options: FormatOptions = csv) {
  const { plan, source } = await planOf(sql, path, options);
  const task: ScanTask = {
    ...{ type: 'scan', plan, source, attempt: 1, firstRecord: null },
    split: { index: 0, source: 0, start: 0, end: source.sizeBytes ?? 0 },
    limits: { maxRecordBytes: mib, keepRejects: 1000 },
    careful: looped ? null : { start: 0, end: 0 },
  };
  const outcome = await scan(task, { arena: testArena(arenaBytes), worker: 0, onChunk: () => undefined });
  return { records: outcome.records, rejects: outcome.rejects, rows: answerOf(plan, outcome), outcome };
}

function answerOf(plan: Plan, { partials }: ScanOutcome): Value[][] {
  const merger = new PartialMerger(plan, testArena(512 * mib));
  for (const partial of partials) merger.add(partial);
  const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
  merger.finish(outbox);
  const rows = outbox.finish().rows.flatMap((block) => decodeRowBlock(plan, block));
  const text = (row: readonly Value[]) => row.map(String).join('\u0000');
  return rows.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

const questions = [
  'SELECT count(*) AS n FROM logs',
  'SELECT name, count(*) AS n, sum(size) AS s, min(size) AS low, max(size) AS high FROM logs GROUP BY name',
  'SELECT size % 7 AS k, count(*) AS n, avg(price) AS mean, p99(price) AS p FROM logs GROUP BY size % 7',
  "SELECT date_trunc('hour', at) AS h, count(*) AS n, sum(price) AS s FROM logs GROUP BY h",
  'SELECT client, count(*) AS n, max(name) AS last FROM logs GROUP BY client',
  'SELECT name, size % 3 AS k, count(DISTINCT client) AS d FROM logs GROUP BY name, size % 3',
  "SELECT count(*) AS n, sum(size) FILTER (WHERE price > 5000) AS s, count(*) FILTER (WHERE name = 'beta') AS b FROM logs",
  "SELECT name, count(*) AS n FROM logs WHERE name LIKE '%ta%' AND size >= 499000 GROUP BY name",
  "SELECT count(*) AS n FROM logs WHERE name LIKE '%a%' AND size >= -400000",
  "SELECT CASE WHEN price > 5000 THEN 'dear' ELSE name END AS k, count(*) AS n FROM logs WHERE size IS NOT NULL GROUP BY k",
  'SELECT approx_count_distinct(client) AS c, quantile_exact(price, 0.5) AS m FROM logs WHERE size BETWEEN 0 AND 300000',
  "SELECT client, size, count(*) AS n FROM logs WHERE client <> 'c7' GROUP BY client, size",
];

describe.each([
  ['calm', true],
  ['troubled', false],
])('over %s records', (_, calm) => {
  const path = writeCsv(calm);

  test.each(questions)('%s', async (sql) => {
    const byBatch = await scanned(sql, path, 256 * mib, false);
    const looped = await scanned(sql, path, 256 * mib, true);
    expect(looped.records).toEqual(byBatch.records);
    expect(looped.rejects).toEqual(byBatch.rejects);
    expect(looped.rows).toEqual(byBatch.rows);
    expect(looped.records.read).toBe(lines);
    if (!calm) expect(looped.records.rejected).toBeGreaterThan(5);
  });
});

/** What each tokenizer has to stop at now and then: escapes that want room, fields that are no numbers, lines that are none. */
const formats: readonly (readonly [string, (i: number) => string, string])[] = [
  [
    'combined',
    (i) => {
      const bytes = ['-', '0', '17', '123456789012', '+5', 'x'][random(i, 5) % (i % 997 === 0 ? 6 : 4)];
      const line = `10.0.${i % 7}.${i % 250} - - [05/Mar/2025:10:00:0${i % 10} +0000] "GET /p/${i % 900} HTTP/1.1"`;
      return i % 4001 === 0 ? `${line} cut` : `${line} ${200 + (i % 3)} ${bytes} "-" "a \\"quoted\\" agent ${i % 5}"`;
    },
    "SELECT status, count(*) AS n, sum(bytes) AS b, max(path) AS p FROM logs WHERE user_agent LIKE '%agent%' GROUP BY status",
  ],
  [
    'json',
    (i) => {
      const name = ['plain', 'a\\nb', '\\u00e9\\ud83d\\ude00', ''][random(i, 6) % 4];
      const line = `{"name":"${name}${i % 30}","ms":${random(i, 7) / 8},"req":{"n":${i % 2 === 0 ? i : 'null'}}`;
      return i % 4001 === 0 ? line : `${line}}`;
    },
    'SELECT name, count(*) AS n, sum(ms) AS s, max(req.n) AS m FROM logs WHERE ms > 3 GROUP BY name',
  ],
  ['lines', (i) => `${'ab'.repeat(i % 40)}${i % 11}`, 'SELECT count(*) AS n FROM logs'],
];

test.each(formats)('over %s', async (format, line, sql) => {
  const path = join(tempFolder(), 'records.log');
  writeFileSync(path, Array.from({ length: lines }, (_, i) => `${line(i)}\n`).join(''));
  const byBatch = await scanned(sql, path, 256 * mib, false, { format });
  const looped = await scanned(sql, path, 256 * mib, true, { format });
  expect(looped.records).toEqual(byBatch.records);
  expect(looped.rejects).toEqual(byBatch.rejects);
  expect(looped.rows).toEqual(byBatch.rows);
  expect(looped.records.read).toBe(lines);
  if (format !== 'lines') expect(looped.records.rejected).toBeGreaterThan(10);
});

describe('in an arena that fills in the middle of a batch', () => {
  const path = writeCsv(true, manyLines);

  test.each([
    ['SELECT quantile_exact(price, 0.37) AS a, quantile_exact(size, 0.61) AS b, count(*) AS n FROM logs', 3],
    ['SELECT name, quantile_exact(price, 0.37) AS a, quantile_exact(size, 0.61) AS b FROM logs GROUP BY name', 4],
    [
      'SELECT count(DISTINCT price) AS d, count(DISTINCT size) FILTER (WHERE price > 10) AS e FROM logs WHERE size > 0',
      3,
    ],
  ])('%s', async (sql, arenaMib) => {
    const goneOn = vi.spyOn(GroupSink.prototype, 'goOn');
    try {
      const ample = await scanned(sql, path, 256 * mib, true);
      expect(goneOn).not.toHaveBeenCalled();
      const tight = await scanned(sql, path, arenaMib * mib, true);
      expect(goneOn).toHaveBeenCalled();
      expect(tight.outcome.partials.length).toBeGreaterThan(ample.outcome.partials.length);
      expect(tight.records).toEqual(ample.records);
      expect(tight.rows).toEqual(ample.rows);
    } finally {
      goneOn.mockRestore();
    }
  });
});

test('an arena that is too small for the loop does without', async () => {
  const path = writeCsv(true);
  const sql = 'SELECT client, price, size, count(*) AS n FROM logs GROUP BY client, price, size';
  const ample = await scanned(sql, path, 256 * mib, true);
  const tight = await scanned(sql, path, 3.5 * mib, true);
  expect(tight.outcome.partials.length).toBeGreaterThan(ample.outcome.partials.length);
  expect(tight.rows).toEqual(ample.rows);
});

describe('a stage is traced', () => {
  const path = writeCsv(true);
  const trace = async (sql: string) => {
    const { plan } = await planOf(sql, path);
    const arena = testArena(16 * mib);
    const columns = plan.columns.map(() => ({ type: 'spans' as const, address: arena.alloc(arena.batchRows * 8) }));
    const exprs = [...plan.keys, ...plan.aggregates.flatMap(({ args }) => args)];
    return traceStage(exprs, columns, arena, builtIns);
  };

  test('where kernels do all of it', async () => {
    for (const sql of questions) expect(await trace(sql), sql).not.toBeNull();
  });

  test('over selected rows by other calls than over all', async () => {
    const traced = await trace('SELECT name, sum(size) FROM logs GROUP BY name');
    expect(traced?.selected.steps.length).toBeGreaterThan(traced?.all.steps.length ?? 0);
    expect(traced?.selected.vectors[0]?.data).not.toBe(traced?.all.vectors[0]?.data);
  });

  test.each([
    ["replace(name, 'a', 'b')", 'a function without a kernel'],
    ['lower(name)', 'a kernel that writes text'],
    ["split_part(name, 'a', 1)", 'a kernel of another shape'],
    ['size::text', 'a value that is printed'],
  ])('but not %s: %s', async (expr) => {
    expect(await trace(`SELECT ${expr} AS k, count(*) AS n FROM logs GROUP BY k`)).toBeNull();
  });
});
