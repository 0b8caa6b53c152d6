/** What the report advises, rule by rule: a calm run, and one figure that is not. */
import { expect, test } from 'vitest';
import { adviseRun, type RunFacts } from '../../src/report/advice.ts';

const mib = 1024 * 1024;

const worker = {
  ...{ worker: 0, peakHeapBytes: 20 * mib, heapLimitBytes: 64 * mib },
  ...{ peakArenaBytes: 8 * mib, arenaLimitBytes: 64 * mib, gcSeconds: 0.1 },
};

/** Nothing to say about this one. */
const calm: RunFacts = {
  ...{ elapsedSeconds: 20, cpuSeconds: 38, cores: 2, workers: 2, splits: 100, splitBytes: 64 * mib },
  bytesRead: 6400 * mib,
  records: { read: 1_000_000, rejected: 0 },
  ...{ budgetBytes: 512 * mib, peakRssBytes: 300 * mib, spilledBytes: 0, recycleAfter: 200 },
  ...{ quarantined: 0, isProfiled: false },
  ...{ retries: {}, recycles: {}, recycleMs: 0, slowestSplitMs: 500, medianSplitMs: 400 },
  perWorker: [worker, { ...worker, worker: 1 }],
};

test('a calm run gets no advice', () => {
  expect(adviseRun(calm)).toEqual([]);
});

const rows: [string, Partial<RunFacts>, string, string, string][] = [
  [
    'records that workers died of, instead of their deaths',
    { quarantined: 2, retries: { heap: 8 } },
    'problem',
    '2 records were put aside because workers died of them; the answer holds all others',
    'Look at the rejected records below, and correct the function that they bring down; --rejects FILE keeps them whole',
  ],
  [
    'heaps that were profiled',
    { isProfiled: true },
    'hint',
    'Heaps were profiled, which takes time and collects garbage',
    'Judge speed and garbage collection by a run without --heap-profile',
  ],
  [
    'a heap limit that was reached',
    { retries: { heap: 3 } },
    'problem',
    'Workers reached their heap limit of 64 MiB and died 3 times; their splits were read again',
    'Raise --worker-heap to 128MiB, or lower --split so that a task holds less',
  ],
  [
    'a heap at 95 % of its limit',
    { perWorker: [worker, { ...worker, worker: 1, peakHeapBytes: 60.8 * mib }] },
    'problem',
    'The heap of worker 1 came to 95 % of its limit of 64 MiB',
    'Raise --worker-heap to 112MiB',
  ],
  [
    'workers replaced for their heap',
    { recycles: { heap: 2 }, perWorker: [{ ...worker, peakHeapBytes: 54 * mib }] },
    'hint',
    'The heap of worker 0 came to 84 % of its limit of 64 MiB, and workers were replaced for it twice',
    'Raise --worker-heap to 96MiB',
  ],
  [
    'a worker that died',
    { retries: { died: 1 } },
    'problem',
    'Workers died or made no progress once; their splits were read again',
    'Look at the failures below; lower --split to isolate the record that does it',
  ],
  [
    'spilling',
    { spilledBytes: 200 * mib },
    'hint',
    '200 MiB of partial results did not fit into memory and went through a file',
    'Raise --memory to 832MiB, where the machine has it',
  ],
  [
    'an arena that fills',
    { recycles: { arena: 4 }, perWorker: [{ ...worker, peakArenaBytes: 60 * mib }], budgetBytes: 512 * mib },
    'hint',
    'The arena of worker 0 grew to 94 % of its limit of 64 MiB, and workers were replaced for it 4 times',
    'Raise --worker-arena to 128MiB',
  ],
  [
    'recycling all the time',
    { recycles: { tasks: 50 }, recycleMs: 5000, recycleAfter: 2, splits: 100 },
    'hint',
    'Workers were replaced 50 times after 2 tasks each, and ending and starting them took 13 % of the run',
    'Raise --recycle-after to 13: a life of five seconds and more makes the cost vanish',
  ],
  [
    'cores without work',
    { cores: 8 },
    'hint',
    'All 2 workers were busy, and 6 of 8 cores had nothing to do',
    'Use --workers 8; each needs its heap and arena, so --memory may have to rise',
  ],
  [
    'fewer splits than hands',
    { splits: 3, splitBytes: 4096 * mib },
    'hint',
    'There were 3 splits for 2 workers, so some waited for the last',
    'Lower --split to 448MiB; a compressed file is one split whatever its size',
  ],
  [
    'waiting for the disk',
    { cpuSeconds: 10 },
    'hint',
    'The processor was busy 25 % of the time: workers waited for the disk, a pipe or other processes',
    'More workers do not help here; a faster disk, compressed files or a quieter machine would',
  ],
  [
    'one split that takes for ever',
    { slowestSplitMs: 9000 },
    'hint',
    'The slowest split took 9.0 s, the median 0.4 s',
    'Lower --split to 16MiB, so that nobody waits for one',
  ],
  [
    'garbage collection',
    { perWorker: [{ ...worker, gcSeconds: 4 }] },
    'hint',
    'Worker 0 spent 20 % of the time collecting garbage',
    'Raise --worker-heap to 128MiB: the young generation grows with it, up to 48 MiB',
  ],
  [
    'many rejects',
    { records: { read: 1000, rejected: 50 } },
    'problem',
    '5 % of the records were rejected, and the answer holds none of them',
    'Look at the samples below: another --format or --columns may fit; --rejects FILE keeps all of them',
  ],
  [
    'memory to spare',
    { budgetBytes: 4096 * mib },
    'hint',
    'At most 300 MiB of the 4 GiB budget were used',
    'Where memory is dear, --memory 512MiB should do',
  ],
];

test.each(rows)('%s', (_, changes, weight, finding, change) => {
  expect(adviseRun({ ...calm, ...changes })).toEqual([{ weight, finding, change }]);
});

test('problems come before hints', () => {
  const advice = adviseRun({ ...calm, cores: 8, retries: { died: 1 }, spilledBytes: 100 * mib });
  expect(advice.map(({ weight }) => weight)).toEqual(['problem', 'hint', 'hint']);
});

test('a run of a moment is no ground for advice on speed', () => {
  expect(adviseRun({ ...calm, elapsedSeconds: 0.5, cpuSeconds: 0.1, splits: 1, budgetBytes: 1 << 30 })).toEqual([]);
});
