/** Whole runs on real threads: the same answer whatever breaks, and nothing left behind. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planRun, type RunRequest } from '../../dist/src/coordinator/plan-run.js';
import { splitKindOf } from '../../dist/src/coordinator/plan-splits.js';
import { openWorkerPool, type WorkerPool } from '../../dist/src/coordinator/pool.js';
import { type QueryOptions, type QueryRun, runQuery } from '../../dist/src/coordinator/run-query.js';
import type { SourceFile } from '../../src/core/source.ts';
import type { Value } from '../../src/core/value.ts';
import type { Plan } from '../../src/query/plan.ts';
import { column, grouped, selected } from './plans.ts';

const lineCount = 6000;
const statuses = [200, 304, 404, 500];
let folder: string;
let source: SourceFile;
let broken: SourceFile;
const pools: WorkerPool[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const lines = Array.from({ length: lineCount }, (_, i) => line(i));
  source = writeSource('whole.log', lines);
  broken = writeSource(
    'broken.log',
    lines.map((text, i) => (i % 1000 === 700 ? `broken ${i}` : text)),
  );
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

function line(i: number): string {
  const status = statuses[i % statuses.length];
  return `10.0.0.${i % 250} - - [17/May/2015:10:05:03 +0000] "GET /page/${i % 1500} HTTP/1.1" ${status} ${i} "-" "agent ${'x'.repeat(i % 40)}"`;
}

function writeSource(name: string, lines: string[]): SourceFile {
  const path = join(folder, name);
  const text = `${lines.join('\n')}\n`;
  writeFileSync(path, text);
  return { name, path, input: 'file', sizeBytes: Buffer.byteLength(text) };
}

const mib = 1024 * 1024;
const smallSplits: RunRequest = { memoryBytes: 320 * mib, workers: 2, splitBytes: 20_000 };

async function start(
  plan: Plan,
  request: RunRequest = smallSplits,
  options: Partial<QueryOptions> = {},
  sources = [source],
): Promise<QueryRun> {
  const run = planRun(sources, splitKindOf(plan), request, (input) => input === 'file');
  const pool = await openWorkerPool({
    ...run.pool,
    workerFile: new URL('../fixtures/dying-worker.mjs', import.meta.url),
  });
  pools.push(pool);
  return runQuery(plan, sources, pool, { splits: run.splits, budget: run.budget, ...options });
}

async function collect(run: QueryRun): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const block of run.rows) rows.push(...block);
  return rows;
}

function byStatus(): Value[][] {
  return statuses.map((status, i) => {
    const mine = Array.from({ length: lineCount }, (_, n) => n).filter((n) => n % statuses.length === i);
    return [BigInt(status), BigInt(mine.length), BigInt(mine.reduce((total, n) => total + n, 0))];
  });
}

function paths(numbers: number[]): Value[][] {
  return numbers.map((i) => [`/page/${i % 1500}`, BigInt(i)]);
}

describe('the answer', () => {
  it('of a grouped question is exact, and its statistics add up', async () => {
    const run = await start(grouped('status', 'integer'));
    expect(await collect(run)).toEqual(byStatus());
    const stats = await run.stats;
    expect(stats.records).toEqual({ read: lineCount, matched: lineCount, filtered: 0, rejected: 0 });
    expect(stats.bytesRead).toBe(source.sizeBytes);
    expect(stats.splits).toBe(Math.ceil((source.sizeBytes ?? 0) / 20_000));
    expect(stats).toMatchObject({ workers: 2, retries: 0, recycles: {}, spilledBytes: 0 });
    expect(stats.memory.budgetBytes).toBe(320 * mib);
    expect(stats.memory.peakRssBytes).toBeGreaterThan(20 * mib);
    expect(stats.memory.perWorker.length).toBeGreaterThanOrEqual(1);
    expect(run.progress().splits).toEqual({ queued: 0, running: 0, done: stats.splits });
  });

  it('of a plain select comes in file order', async () => {
    const run = await start(selected());
    expect(await collect(run)).toEqual(paths(Array.from({ length: lineCount }, (_, i) => i)));
  });

  it('is the same where results are large enough to be moved instead of copied', async () => {
    const run = await start(selected(), { ...smallSplits, splitBytes: mib });
    expect(await collect(run)).toEqual(paths(Array.from({ length: lineCount }, (_, i) => i)));
  });

  it('stops reading when LIMIT is met', async () => {
    const run = await start(selected({ limit: 5, offset: 2 }));
    expect(await collect(run)).toEqual(paths([2, 3, 4, 5, 6]));
    const stats = await run.stats;
    expect(stats.splits).toBeLessThan(5);
    expect(stats.records.read).toBe(stats.records.matched);
  });

  it('of a sorted select is sorted over all splits, equal keys in file order', async () => {
    const orderBy = [{ expr: column(0, 'text'), descending: true, nullsFirst: false }];
    const run = await start(selected({ orderBy, limit: 5 }));
    expect(await collect(run)).toEqual(paths([999, 2499, 3999, 5499, 998]));
  });

  it('over no bytes at all is no group', async () => {
    const empty = writeSource('empty.log', []);
    const run = await start(grouped('status', 'integer'), smallSplits, {}, [{ ...empty, sizeBytes: 0 }]);
    expect(await collect(run)).toEqual([]);
    expect((await run.stats).splits).toBe(0);
  });
});

describe('what breaks', () => {
  it('changes nothing: workers that exit, throw and reach the heap limit, and recycling after 3', async () => {
    const sql = '-- exit: 3 11\n-- oom: 5\n-- uncaught: 8';
    const run = await start(grouped('status', 'integer', { sql }), { ...smallSplits, recycleAfter: 3 });
    const retries: string[] = [];
    run.events.on('retry', ({ kind, split }) => retries.push(`${split?.index} ${kind}`));
    expect(await collect(run)).toEqual(byStatus());
    expect(retries.sort()).toEqual(['11 died', '3 died', '5 heap', '8 died']);
    const stats = await run.stats;
    expect(stats).toMatchObject({ retries: 4, retriesByReason: { died: 3, heap: 1 } });
    expect(stats.recycles.died).toBe(4);
    expect(stats.recycles.tasks).toBeGreaterThan(2);
    expect(stats.records.read).toBe(lineCount);
  });

  it('three times in the same split ends the run with its name', async () => {
    const run = await start(selected({ sql: '-- always oom: 2' }));
    await expect(collect(run)).rejects.toThrow(
      /^Cannot finish split whole\.log\[39\.1 KiB, 58\.6 KiB\): worker \d reached its \d+ MiB heap limit 3 times: raise --worker-heap or --memory$/,
    );
    await expect(run.stats).rejects.toThrow('heap limit');
  });

  it('a missing file is not tried again', async () => {
    const missing = { ...source, name: 'missing.log', path: join(folder, 'missing.log') };
    const run = await start(grouped('status', 'integer'), smallSplits, {}, [missing]);
    let retried = 0;
    run.events.on('retry', () => retried++);
    await expect(collect(run)).rejects.toThrow(/^Cannot open "missing\.log"/);
    expect(retried).toBe(0);
  });

  it('an abort ends the run with its reason', async () => {
    const abort = new AbortController();
    const run = await start(selected(), smallSplits, { signal: abort.signal });
    const reading = (async () => {
      for await (const block of run.rows) if (block.length > 0) abort.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });

  it('a loop that is left calls the rest off, and the statistics tell what was read', async () => {
    const run = await start(selected());
    for await (const block of run.rows) if (block.length > 0) break;
    const stats = await run.stats;
    expect(stats.records.read).toBeGreaterThan(0);
    expect(stats.records.read).toBeLessThan(lineCount);
  });
});

describe('rejects', () => {
  it('are counted, and kept by offset whatever the order of arrival', async () => {
    const run = await start(grouped('status', 'integer'), smallSplits, { keepRejects: 4 }, [broken]);
    await collect(run);
    expect((await run.stats).records).toMatchObject({ read: lineCount, rejected: 6, matched: lineCount - 6 });
    const rejects = run.rejects();
    expect(rejects.map((reject) => Buffer.from(reject.record).toString())).toEqual([
      'broken 700',
      'broken 1700',
      'broken 2700',
      'broken 3700',
    ]);
    expect(rejects[0]).toMatchObject({ file: 'broken.log', reason: 'malformed record' });
  });

  it.each([
    ['grouped', grouped('status', 'integer')],
    ['plain', selected()],
  ])('fail a %s question under --strict, the first one by offset', async (_, plan) => {
    const run = await start(plan, smallSplits, { strict: true }, [broken]);
    const offset = Array.from({ length: 700 }, (_, i) => line(i).length + 1).reduce((sum, length) => sum + length, 0);
    await expect(collect(run)).rejects.toThrow(
      `Cannot use the record at broken.log:${offset}: malformed record: run without --strict to count such records and go on`,
    );
  });
});

describe('many groups', () => {
  it('are spilled and merged by partition, to the same answer, and the spill file is removed', async () => {
    const { request, budget } = tightMerging();
    const whole = await collect(await start(grouped('path', 'text'), request));
    const spillFolder = mkdtempSync(join(folder, 'spill-'));
    const spilling = await start(grouped('path', 'text', { sql: '-- exit: 4' }), request, { budget, spillFolder });
    let during = 0;
    spilling.events.on('spilled', () => {
      during = readdirSync(spillFolder).length;
    });
    expect(await collect(spilling)).toEqual(whole);
    expect(whole.length).toBe(1500);
    expect((await spilling.stats).spilledBytes).toBeGreaterThan(50_000);
    expect(during).toBe(1);
    expect(readdirSync(spillFolder)).toEqual([]);
  });

  it('with LIMIT and ORDER BY are cut after the merge', async () => {
    const orderBy = [
      { expr: { kind: 'aggregate', type: 'integer', index: 1, at: 0 } as const, descending: true, nullsFirst: false },
    ];
    const { request, budget } = tightMerging();
    const rows = await collect(await start(grouped('path', 'text', { orderBy, limit: 2 }), request, { budget }));
    expect(rows).toEqual([
      ['/page/1499', 4n, BigInt(1499 * 4 + 1500 * 6)],
      ['/page/1498', 4n, BigInt(1498 * 4 + 1500 * 6)],
    ]);
  });

  it('that are equal in ORDER BY come in the same order, merged here or by partition', async () => {
    const orderBy = [
      { expr: { kind: 'aggregate', type: 'integer', index: 0, at: 0 } as const, descending: true, nullsFirst: false },
    ];
    const { request, budget } = tightMerging();
    const plan = grouped('path', 'text', { orderBy, limit: 100, offset: 3 });
    const here = await collect(await start(plan, request));
    expect(await collect(await start(plan, request, { budget }))).toEqual(here);
    expect(here.length).toBe(100);
  });

  /** So little room that partials are neither merged on this side nor kept in memory. */
  function tightMerging() {
    const request = { ...smallSplits, splitBytes: 100_000 };
    const { budget } = planRun([source], 'groups', request, () => true);
    return { request, budget: { ...budget, coordinatorBytes: 200_000, queuedBytes: 50_000 } };
  }
});
