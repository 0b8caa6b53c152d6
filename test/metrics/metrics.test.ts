/** Metrics over HTTP and as a file, from a pool that works, and the words of each thing that can go wrong. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../dist/src/coordinator/emitter.js';
import { openWorkerPool, type WorkerPool } from '../../dist/src/coordinator/pool.js';
import { defaultRecyclePolicy } from '../../dist/src/coordinator/recycle-policy.js';
import type { RunEvents } from '../../dist/src/coordinator/run-events.js';
import type { Progress } from '../../dist/src/coordinator/run-query.js';
import type { ScanTask } from '../../dist/src/execute/messages.js';
import { type Metrics, type MetricsOptions, openMetrics } from '../../dist/src/metrics/open-metrics.js';

let folder: string;
let pool: WorkerPool;
let metrics: Metrics | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  pool = await openWorkerPool({
    workers: 1,
    spare: true,
    heapOldMb: 24,
    heapYoungMb: 6,
    arenaLimitBytes: 1 << 20,
    recycle: { ...defaultRecyclePolicy, afterTasks: 2 },
    deadlineMs: 20_000,
    workerFile: new URL('../fixtures/faulty-worker.mjs', import.meta.url),
  });
});

afterEach(async () => {
  await metrics?.finish();
  metrics = null;
  await pool.close();
  rmSync(folder, { recursive: true });
});

const progress: Progress = {
  elapsedMs: 1000,
  bytesRead: 12_345,
  bytesTotal: 20_000,
  records: { read: 60, matched: 10, filtered: 20, rejected: 30 },
  splits: { queued: 4, running: 1, done: 2 },
  retries: { heap: 2 },
  quarantined: 5,
  ledger: { foundSplits: 3, writtenSplits: 2, bytes: 4096 },
};

async function open(options: Partial<MetricsOptions> = {}): Promise<{ url: string; events: Emitter<RunEvents> }> {
  const events = new Emitter<RunEvents>();
  const run = { events, progress: () => progress };
  const defaults = { port: 0, host: '127.0.0.1', lingerSeconds: 0, textfile: null };
  metrics = await openMetrics({ pool, run, budgetBytes: 1 << 30 }, { ...defaults, ...options });
  return { url: metrics.url ?? '', events };
}

function task(index: number, order: string): ScanTask {
  return {
    type: 'scan',
    plan: { sql: order } as ScanTask['plan'], // the worker of the tests reads nothing else
    source: { name: 'a.log', path: 'a.log', input: 'file', sizeBytes: 1 },
    split: { index, source: 0, start: 0, end: 1 },
    attempt: 1,
    firstRecord: null,
    limits: { maxRecordBytes: 1, keepRejects: 1 },
  };
}

/** Samples by series: `name{labels}` to value. */
async function scrape(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(url)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

describe('a scrape', () => {
  it('answers while a worker is busy, with its figures', async () => {
    const { url } = await open();
    const job = pool.submit(task(1, 'report 1500'));
    await expect.poll(() => job.slot()).toBeGreaterThanOrEqual(0);
    const slot = job.slot();
    const samples = await scrape(url);
    expect(job.slot()).toBe(slot); // it still runs
    expect(samples.get(`millrace_worker_up{worker="${slot}"}`)).toBe(1);
    expect(samples.get(`millrace_worker_heap_used_bytes{worker="${slot}"}`)).toBeGreaterThan(1_000_000);
    expect(samples.get(`millrace_worker_heap_limit_bytes{worker="${slot}"}`)).toBe(30 * 1024 * 1024);
    expect(samples.get(`millrace_worker_arena_limit_bytes{worker="${slot}"}`)).toBe(1 << 20);
    expect(samples.get(`millrace_worker_age_seconds{worker="${slot}"}`)).toBeGreaterThan(0);
    await job.result;
  });

  it('has every metric of the contract', async () => {
    const { url, events } = await open();
    for (let i = 0; i < 5; i++) await pool.submit(task(i, 'work')).result; // the last one in a life that goes on
    await expect.poll(() => pool.retirements.length).toBe(2);
    const split = { index: 0, source: 0, start: 0, end: 1 };
    events.emit('splitDone', { split, elapsedMs: 30, bytesRead: 1, records: progress.records });
    const samples = await scrape(url);
    expect(samples.get('millrace_bytes_read_total')).toBe(12_345);
    expect(samples.get('millrace_records_total{outcome="matched"}')).toBe(10);
    expect(samples.get('millrace_records_total{outcome="filtered"}')).toBe(20);
    expect(samples.get('millrace_records_total{outcome="rejected"}')).toBe(30);
    expect(samples.get('millrace_splits{state="queued"}')).toBe(4);
    expect(samples.get('millrace_splits{state="running"}')).toBe(1);
    expect(samples.get('millrace_splits{state="done"}')).toBe(2);
    expect(samples.get('millrace_split_retries_total{reason="heap"}')).toBe(2);
    expect(samples.get('millrace_quarantined_records_total')).toBe(5);
    expect(samples.get('millrace_ledger_splits_total{outcome="found"}')).toBe(3);
    expect(samples.get('millrace_ledger_splits_total{outcome="written"}')).toBe(2);
    expect(samples.get('millrace_ledger_bytes')).toBe(4096);
    expect(samples.get('millrace_worker_recycles_total{worker="0",reason="heap"}')).toBe(0); // there from the start
    expect(samples.get('millrace_memory_budget_bytes')).toBe(1 << 30);
    expect(samples.get('millrace_split_seconds_bucket{le="0.02"}')).toBe(0);
    expect(samples.get('millrace_split_seconds_bucket{le="0.05"}')).toBe(1);
    expect(samples.get('millrace_split_seconds_count')).toBe(1);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    const sum = (name: string) =>
      [...samples].filter(([series]) => series.startsWith(`${name}{`)).reduce((total, [, value]) => total + value, 0);
    expect(sum('millrace_worker_tasks_total')).toBe(5);
    expect(sum('millrace_worker_recycles_total')).toBe(2);
    expect(sum('millrace_worker_gc_seconds_total')).toBeGreaterThanOrEqual(0);
    const names = new Set([...samples.keys()].map((series) => series.split('{')[0]));
    for (const name of ['external_bytes', 'arena_used_bytes', 'gc_seconds_total']) {
      expect(names).toContain(`millrace_worker_${name}`);
    }
  });

  it('drops the series of workers that are gone, and says that they are down', async () => {
    const { url } = await open();
    await pool.submit(task(0, 'work')).result;
    await pool.close();
    const samples = await scrape(url);
    expect([...samples.keys()].filter((series) => series.startsWith('millrace_worker_heap_used_bytes'))).toEqual([]);
    expect([samples.get('millrace_worker_up{worker="0"}'), samples.get('millrace_worker_up{worker="1"}')]).toEqual([
      0, 0,
    ]);
  });

  it('finds nothing elsewhere', async () => {
    const { url } = await open();
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(url)).headers.get('content-type')).toContain('version=0.0.4');
  });
});

describe('the server', () => {
  it('says that a port is in use, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(open({ port })).rejects.toThrow(
      `Cannot serve metrics on 127.0.0.1:${port}: the port is in use: choose another with --metrics-port`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('lingers after the run until it is told to go', async () => {
    const { url } = await open({ lingerSeconds: 60 });
    const leave = new AbortController();
    const finished = metrics?.finish(leave.signal);
    expect((await fetch(url)).status).toBe(200);
    leave.abort();
    await finished;
    metrics = null;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the text file', () => {
  it('holds the last figures and is written whole', async () => {
    const textfile = join(folder, 'millrace.prom');
    await open({ port: null, textfile });
    expect(metrics?.url).toBeNull();
    await metrics?.finish();
    metrics = null;
    expect(readFileSync(textfile, 'utf8')).toContain('\nmillrace_bytes_read_total 12345\n');
    expect(readdirSync(folder)).toEqual(['millrace.prom']);
  });

  it('that cannot be written fails the run with its name', async () => {
    await open({ port: null, textfile: join(folder, 'missing', 'm.prom') });
    await expect(metrics?.finish()).rejects.toThrow(/^Cannot write metrics to ".*m\.prom": ENOENT/);
    metrics = null;
  });
});
