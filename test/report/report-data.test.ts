/** Gathering a log: what is kept does not grow with the run, and what is left out is counted. */
import { expect, test } from 'vitest';
import type { RunLogEntry, Sample, SplitDone } from '../../src/coordinator/run-log.ts';
import { chartData } from '../../src/report/charts.ts';
import { ReportData } from '../../src/report/report-data.ts';

const records = { read: 1, matched: 1, filtered: 0, rejected: 0 };

function sample(bytesRead: number, workers: Sample['workers'] = []): Sample {
  const splits = { queued: 0, running: 1, done: 0 };
  return { type: 'sample', bytesRead, bytesTotal: null, records, splits, rssBytes: 1 << 20, cpuSeconds: 1, workers };
}

function splitDone(index: number, elapsedMs: number): SplitDone {
  const split = { index, file: 'a.log', start: 0, end: 1 };
  return { type: 'splitDone', split, worker: 0, elapsedMs, bytesRead: 10, records };
}

function gather(entries: Iterable<RunLogEntry>): ReportData {
  const data = new ReportData();
  for (const entry of entries) data.add(entry);
  return data;
}

test('samples are thinned out evenly, and the last one is known', () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => ({ ms: i * 250, at: i, ...sample(i) }));
  const { samples, last } = gather(entries);
  expect(samples.length).toBeLessThan(1200);
  expect(samples.length).toBeGreaterThan(500);
  expect(samples[0]?.ms).toBe(0);
  expect(last?.bytesRead).toBe(99_999);
  const steps = new Set(samples.map(({ ms }, i) => ms - (samples[i - 1]?.ms ?? Number.NaN)).slice(1));
  expect(steps.size).toBe(1);
});

test('of splits the slowest stay, slowest first; of happenings the first ones, the rest is counted', () => {
  const data = gather([
    ...Array.from({ length: 1000 }, (_, i) => ({ ms: i, at: i, ...splitDone(i, (i * 7) % 1000) })),
    ...Array.from({ length: 1000 }, (_, i) => ({ ms: i, at: i, type: 'spilled' as const, bytes: 5 })),
  ]);
  expect(data.slowest.map(({ elapsedMs }) => elapsedMs)).toEqual(Array.from({ length: 15 }, (_, i) => 999 - i));
  expect([data.marks.length, data.moreMarks, data.spills]).toEqual([400, 600, 1000]);
  expect(data.workers.get(0)).toMatchObject({ splits: 1000, bytesRead: 10_000 });
});

test('charts show speed between samples, shares of caps, and a gap where no worker was', () => {
  const one = {
    ...{ worker: 0, split: 3, taskBytesRead: 0, heapUsedBytes: 32, heapLimitBytes: 64, externalBytes: 0 },
    ...{ arenaUsedBytes: 10, arenaLimitBytes: 40, gcSeconds: 0, flushes: 0, tasksInLife: 1 },
  };
  const retired = { life: 1, reason: 'tasks', tasks: 2, retireMs: 3, ageMs: 9, peakHeapBytes: 1, peakArenaBytes: 1 };
  const data = gather([
    { ms: 0, at: 0, ...sample(0, [one]) },
    { ms: 250, at: 250, ...sample(50_000_000, []) },
    { ms: 260, at: 260, type: 'workerRetired', worker: 0, ...retired },
    { ms: 500, at: 500, ...sample(50_000_000, [{ ...one, heapUsedBytes: 16 }]) },
  ]);
  expect(chartData(data)).toEqual({
    seconds: [0, 0.25, 0.5],
    speed: [null, 200, 0],
    rss: [1, 1, 1],
    budgetMib: 0,
    workers: [
      {
        worker: 0,
        heap: [50, null, 25],
        arena: [25, null, 25],
        heapLimitBytes: 64,
        arenaLimitBytes: 40,
        marks: [{ seconds: 0.26, kind: 'recycled', worker: 0 }],
      },
    ],
    marks: [{ seconds: 0.26, kind: 'recycled', worker: 0 }],
    moreWorkers: 0,
    merging: null,
    result: null,
  });
});

test('a worker whose task was called off was not recycled', () => {
  const retired = { life: 1, reason: 'aborted', tasks: 2, retireMs: 3, ageMs: 9, peakHeapBytes: 1, peakArenaBytes: 1 };
  const data = gather([{ ms: 1, at: 1, type: 'workerRetired', worker: 0, ...retired }]);
  expect(data.marks).toEqual([]);
});

test('of very many workers the first ones are drawn, and the others counted', () => {
  const worker = {
    ...{ split: null, taskBytesRead: 0, heapUsedBytes: 32, heapLimitBytes: 64, externalBytes: 0 },
    ...{ arenaUsedBytes: 10, arenaLimitBytes: 40, gcSeconds: 0, flushes: 0, tasksInLife: 1 },
  };
  const workers = Array.from({ length: 20 }, (_, i) => ({ ...worker, worker: i }));
  const charts = chartData(gather([{ ms: 0, at: 0, ...sample(0, workers) }]));
  expect([charts.workers.length, charts.moreWorkers]).toEqual([16, 4]);
});

test('a flush is marked by the sample that shows it, and a retry at the worker that had failed', () => {
  const worker = {
    ...{ worker: 1, split: 3, taskBytesRead: 0, heapUsedBytes: 32, heapLimitBytes: 64, externalBytes: 0 },
    ...{ arenaUsedBytes: 10, arenaLimitBytes: 40, gcSeconds: 0, flushes: 0, tasksInLife: 1 },
  };
  const split = { index: 3, file: 'a.log', start: 0, end: 1 };
  const failure = { what: 'split a.log', split, attempt: 1, kind: 'heap', worker: 1, message: 'full' } as const;
  const data = gather([
    { ms: 0, at: 0, ...sample(0, [worker]) },
    { ms: 250, at: 250, ...sample(0, [{ ...worker, flushes: 3 }]) },
    { ms: 300, at: 300, type: 'taskFailed', ...failure },
    { ms: 300, at: 300, type: 'retry', what: 'split a.log', split, attempt: 2, kind: 'heap' },
    { ms: 400, at: 400, type: 'merged', partition: 0, worker: 0, elapsedMs: 60, groups: 9 },
    { ms: 500, at: 500, type: 'merged', partition: 1, worker: 0, elapsedMs: 90, groups: 9 },
  ]);
  expect(data.marks).toEqual([
    { ms: 250, kind: 'flush', worker: 1, text: 'its arena was emptied at the soft line, 3 times' },
    { ms: 300, kind: 'retry', worker: 1, text: 'split a.log, try 2, after: heap' },
  ]);
  expect(chartData(data).merging).toEqual([0.34, 0.5]);
});
