/** What stays in the folder of heap profiles: bounded in number, whole, named by slot and life. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeapFiles } from '../../src/coordinator/heap-files.ts';
import type { Retirement } from '../../src/coordinator/pool-options.ts';
import { lifeFileName } from '../../src/execute/heap-profile-setup.ts';
import { tempFolder } from '../support/temp-folder.ts';

function open(snapshots = 0) {
  const folder = tempFolder();
  const files = new HeapFiles({ folder, snapshots });
  const { prefix } = files.setup.heapProfile;
  const pathOf = (worker: number, life: number) => join(folder, lifeFileName(prefix, worker, life));
  return { folder, files, pathOf };
}

function ended(life: number, more: Partial<Retirement> = {}): Retirement {
  const memory = { peakHeapBytes: life * 1000, peakArenaBytes: 0 };
  return { reason: 'tasks', worker: 0, life, tasks: 5, ms: 1, ageMs: 9, ...memory, ...more };
}

describe('profiles', () => {
  it('of lives that ended stay where the worker died, then where the heap was fullest', () => {
    const { files, pathOf } = open();
    for (let life = 1; life <= 50; life++) {
      writeFileSync(`${pathOf(0, life)}.heapprofile`, '{}');
      files.lifeEnded(life, ended(life, life === 3 ? { reason: 'died' } : {}));
    }
    const kept = files.profiles().map(({ life }) => life);
    expect(kept).toEqual([3, ...Array.from({ length: 31 }, (_, i) => 20 + i)]);
  });

  it('of living workers are there too, in the order of slots and lives, and nobody else’s', () => {
    const { folder, files, pathOf } = open();
    for (const [worker, life] of [
      [1, 2],
      [0, 11],
      [0, 9],
    ] as const)
      writeFileSync(`${pathOf(worker, life)}.heapprofile`, '{}');
    writeFileSync(join(folder, '20200101-000000-aaaa-worker-0-life-1.heapprofile'), '{}');
    expect(files.profiles().map(({ worker, life }) => [worker, life])).toEqual([
      [0, 9],
      [0, 11],
      [1, 2],
    ]);
  });

  it('that a dead worker was writing go, and those that are missing are counted', () => {
    const { folder, files, pathOf } = open();
    writeFileSync(`${pathOf(0, 1)}.heapprofile.tmp`, '{"he');
    files.lifeEnded(1, ended(1));
    files.lifeEnded(2, ended(2, { tasks: 0 })); // it had nothing to tell
    expect([readdirSync(folder), files.missing]).toEqual([[], 1]);
  });
});

describe('snapshots', () => {
  const byThread = (folder: string, thread: number) =>
    join(folder, `Heap.20261125.191042.${process.pid}.${thread}.001.heapsnapshot`);

  it('get the name of their life; one too many, or one that was not finished, goes', () => {
    const { folder, files } = open(1);
    writeFileSync(byThread(folder, 7), '{"snapshot":{');
    writeFileSync(byThread(folder, 8), '{"snapshot":{}}\n');
    writeFileSync(byThread(folder, 9), '{"snapshot":{}}');
    for (const thread of [7, 8, 9]) files.lifeEnded(thread, ended(thread, { tasks: 0, reason: 'died' }));
    expect(files.snapshots().map(({ worker, life }) => [worker, life])).toEqual([[0, 8]]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('of other processes are left alone', () => {
    const { folder, files } = open(1);
    const other = join(folder, 'Heap.20261125.191042.1.7.001.heapsnapshot');
    writeFileSync(other, '{}');
    files.lifeEnded(7, ended(7, { tasks: 0 }));
    expect(statSync(other).size).toBe(2);
  });
});

it('a folder that cannot be made is told', () => {
  const { folder } = open();
  writeFileSync(join(folder, 'file'), '');
  const opened = (path: string) => () => new HeapFiles({ folder: path, snapshots: 0 });
  expect(opened(join(folder, 'file', 'x'))).toThrow(/^Cannot write heap profiles to ".*file\/x": ENOTDIR/);
  expect(opened('/proc/nothing')).toThrow(/^Cannot write heap profiles to "\/proc\/nothing": ENOENT/);
});
