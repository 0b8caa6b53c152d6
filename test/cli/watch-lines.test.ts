/** The live view as text: what stands where, what goes when the terminal is small, and names that try to steer it. */
import { describe, expect, test } from 'vitest';
import { plainLine } from '../../src/cli/plain-progress.ts';
import { watchLines } from '../../src/cli/watch-lines.ts';
import type { WatchedWorker, WatchState } from '../../src/cli/watch-state.ts';
import { displayWidth } from '../../src/outputs/display-width.ts';

const mib = 1024 * 1024;

const reader: WatchedWorker = {
  worker: 0,
  state: 'reading',
  file: 'logs/access.log',
  split: 7,
  splitStart: 64 * mib,
  splitBytesRead: 12 * mib,
  bytesPerSecond: 612_000_000,
  heapUsedBytes: 40 * mib,
  heapLimitBytes: 64 * mib,
  arenaUsedBytes: 28 * mib,
  arenaLimitBytes: 32 * mib,
  gcShare: 0.021,
  tasksInLife: 14,
  lastRecycle: { reason: 'tasks', secondsAgo: 12.7 },
};

const starter: WatchedWorker = {
  ...reader,
  ...{ worker: 1, state: 'starting', file: '', split: null, bytesPerSecond: 0, heapUsedBytes: 0, arenaUsedBytes: 0 },
  ...{ gcShare: 0, tasksInLife: 0, lastRecycle: null },
};

const state: WatchState = {
  progress: { bytesRead: 38e6, bytesTotal: 100e6, records: 200_000, rejected: 3, elapsedMs: 1000 },
  splits: { done: 120, running: 2, queued: 98 },
  ...{ rssBytes: 412 * mib, budgetBytes: 2048 * mib, recycled: 3, retries: 1, spilledBytes: 0 },
  ...{ isPaused: false, hasKeys: true },
  workers: [reader, starter],
};

describe('the live view', () => {
  test('shows totals, every worker against its caps, and the keys', () => {
    expect(watchLines(state, { width: 130, height: 20, color: false })).toEqual([
      ' 38%  ━━━━━━━╸              38 MB/s  200,000 records  ETA 2.00 s  3 rejected',
      'memory 412 MiB of 2 GiB  splits 120 done, 2 running, 98 queued  3 recycled  1 retry',
      ' #  state         speed  heap             arena              gc  tasks  last recycle       split',
      ' 0  reading    612 MB/s  ━━━━━━────  63%  ━━━━━━━━━─  88%    2%     14  tasks, 12 s ago    access.log 64 MiB + 12 MiB',
      ' 1  starting             ──────────   0%  ──────────   0%    0%      0',
      'p pauses, q quits',
    ]);
  });

  test('shows the same in 80 columns, with shorter bars and the number of the split', () => {
    const lines = watchLines(state, { width: 79, height: 20, color: false });
    expect(lines.slice(1, 4)).toEqual([
      '412 MiB of 2 GiB  splits 120/220  3 recycled  1 retry',
      ' #  state         speed  heap       arena        gc  tasks  last recycle  split',
      ' 0  reading    612 MB/s  ━━━─  63%  ━━━━  88%    2%     14  tasks 12s         7',
    ]);
  });

  test('paints the death of a worker red', () => {
    const dead = { ...reader, lastRecycle: { reason: 'died', secondsAgo: 1 } };
    const text = watchLines({ ...state, workers: [dead] }, { width: 130, height: 20, color: true }).join();
    expect(text).toContain('\x1b[31mdied, 1 s ago\x1b[0m');
  });

  test('says that it is paused, and how to go on', () => {
    const lines = watchLines({ ...state, isPaused: true }, { width: 100, height: 20, color: false });
    expect(lines[1]).toMatch(/^PAUSED {2}memory/);
    expect(lines.at(-1)).toBe('p goes on, q quits');
  });

  test('promises no keys where it reads none', () => {
    const lines = watchLines({ ...state, hasKeys: false }, { width: 100, height: 20, color: false });
    expect(lines.at(-1)).toMatch(/^ 1 {2}starting/);
  });

  test('paints a bar by how close it is to its cap', () => {
    const [, , , line = ''] = watchLines(state, { width: 130, height: 20, color: true });
    expect(line).toContain('\x1b[33m━━━━━━\x1b[0m'); // 63 %: yellow
    expect(line).toContain('\x1b[31m━━━━━━━━━\x1b[0m'); // 88 %: red
  });

  test.each([200, 120, 100, 90, 80, 72, 60, 45, 40])('fits into %i columns', (width) => {
    for (const line of watchLines(state, { width, height: 20, color: false })) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  test.each([3, 4, 5, 8])('fits into %i lines and says how many workers are left out', (height) => {
    const workers = Array.from({ length: 64 }, (_, worker) => ({ ...reader, worker }));
    const lines = watchLines({ ...state, workers }, { width: 100, height, color: false });
    expect(lines.length).toBeLessThanOrEqual(height);
    if (height === 8) expect(lines).toContain('... and 61 more workers');
  });

  test('keeps a hostile file name from steering the terminal', () => {
    const workers = [{ ...reader, file: 'x/\x1b]0;owned\x07\x1b[2J\r\n\u202egol.log' }];
    const text = watchLines({ ...state, workers }, { width: 200, height: 20, color: false }).join('|');
    expect(text).toContain('\\x1b]0;owned\\x07\\x1b[2J\\r\\n\\u202egol.log');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});

test('a line for a pipe holds the same in one line without a bar', () => {
  expect(plainLine(state)).toBe(
    '38%  38 MB/s  200,000 records  ETA 2.00 s  3 rejected; memory 412 MiB of 2 GiB; 3 recycled; 0 reading heap 40 MiB arena 28 MiB',
  );
});
