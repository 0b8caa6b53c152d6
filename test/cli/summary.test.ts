import { expect, test } from 'vitest';
import { rejectLines, summaryLine } from '../../src/cli/summary.ts';

const stats = {
  elapsedSeconds: 0.52,
  bytesRead: 1_000_000_000,
  records: { read: 5_070_000, matched: 5_069_998, filtered: 0, rejected: 2 },
  workers: 2,
  retries: 0,
  recycles: { tasks: 3, heap: 1 },
  memory: { budgetBytes: 1024 ** 3, peakRssBytes: 312 * 1024 ** 2 },
};

test('one line says what it took', () => {
  expect(summaryLine(stats)).toBe(
    '5,070,000 records · 954 MiB in 520 ms (1.92 GB/s) · 2 rejected · peak memory 312 MiB of 1 GiB · 2 workers, 4 recycled',
  );
});

test('retries show only where there were any, and one is one', () => {
  const records = { read: 1, matched: 1, filtered: 0, rejected: 0 };
  expect(summaryLine({ ...stats, records, workers: 1, recycles: {}, retries: 1 })).toBe(
    '1 record · 954 MiB in 520 ms (1.92 GB/s) · 0 rejected · peak memory 312 MiB of 1 GiB · 1 worker, 0 recycled, 1 retry',
  );
});

test('where a sample was taken, what it foretold stands beside what came', () => {
  const memory = { ...stats.memory, predictedPeakRssBytes: 300 * 1024 ** 2 };
  expect(summaryLine({ ...stats, memory })).toContain('· peak memory 312 MiB of 1 GiB (300 MiB foretold) ·');
});

const reject = (offset: number, file = 'a.log') => ({
  file,
  offset,
  reason: 'malformed record',
  record: new Uint8Array(),
});

test('the first rejects are shown with their place, and how to keep them', () => {
  expect(rejectLines(1200, [reject(0), reject(7), reject(99), reject(120)], undefined)).toEqual([
    '1,200 records rejected: --rejects FILE keeps them',
    '  a.log:0 malformed record',
    '  a.log:7 malformed record',
    '  a.log:99 malformed record',
    '  ... and 1,197 more',
  ]);
  expect(rejectLines(1, [reject(5)], 'bad.ndjson')).toEqual([
    '1 record rejected: kept in bad.ndjson',
    '  a.log:5 malformed record',
  ]);
  expect(rejectLines(0, [], undefined)).toEqual([]);
});

test('a hostile file name cannot steer the terminal', () => {
  expect(rejectLines(1, [reject(5, 'a\x1b[2J.log')], undefined)[1]).toBe('  a\\x1b[2J.log:5 malformed record');
});
