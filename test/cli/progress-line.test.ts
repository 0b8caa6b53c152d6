import { expect, test } from 'vitest';
import { type ProgressState, progressLine } from '../../src/cli/progress-line.ts';

const half: ProgressState = { bytesRead: 5e8, bytesTotal: 1e9, records: 2_500_000, rejected: 0, elapsedMs: 400 };

test('shows share, speed and records; the time left once it can be told', () => {
  expect(progressLine(half, 100)).toBe(' 50%  ━━━━━━━━━━            1.25 GB/s  2,500,000 records');
  expect(progressLine({ ...half, elapsedMs: 4000, rejected: 1200 }, 100)).toBe(
    ' 50%  ━━━━━━━━━━            125 MB/s  2,500,000 records  ETA 4.00 s  1,200 rejected',
  );
});

test('an input of unknown size shows how much was read', () => {
  expect(progressLine({ ...half, bytesTotal: null }, 100)).toBe('1.25 GB/s  2,500,000 records  477 MiB');
});

test('a narrow terminal gets fewer parts, never more columns', () => {
  expect(progressLine(half, 40)).toBe(' 50%  ━━━━━━━━━━            1.25 GB/s');
  expect(progressLine(half, 3)).toBe(' 50');
});

test('a growing file does not exceed 100 %', () => {
  expect(progressLine({ ...half, bytesRead: 2e9 }, 30)).toBe('100%  ━━━━━━━━━━━━━━━━━━━━');
});
