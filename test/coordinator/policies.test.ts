/** The pure policies of the coordinator, as tables. */
import { describe, expect, it } from 'vitest';
import { type Budget, divideBudget, explainBudget } from '../../src/coordinator/budget.ts';
import { defaultMemory, originOf } from '../../src/coordinator/memory-limit.ts';
import { planRun } from '../../src/coordinator/plan-run.ts';
import { defaultRecycleAfter, planSplits } from '../../src/coordinator/plan-splits.ts';
import { defaultRecyclePolicy, recycleReason, tasksPerLife } from '../../src/coordinator/recycle-policy.ts';
import { defaultRetryPolicy, type Failure, failureMessage, isRetried } from '../../src/coordinator/retry-policy.ts';
import { WorkerLives } from '../../src/coordinator/worker-lives.ts';
import type { SourceFile } from '../../src/core/source.ts';

const mib = 1024 * 1024;
const gib = 1024 * mib;

describe('recycle policy', () => {
  const calm = { peakHeapBytes: 10, heapLimitBytes: 100, peakArenaBytes: 10, arenaLimitBytes: 100 };
  const policy = { ...defaultRecyclePolicy, afterTasks: 10, maxAgeMs: 60_000 };
  it.each([
    ['a fresh worker stays', { completedTasks: 1 }, null],
    ['one task short of its life it stays', { completedTasks: 9 }, null],
    ['a full life ends', { completedTasks: 10 }, 'tasks'],
    ['tasks come before memory', { completedTasks: 10, memory: { ...calm, peakHeapBytes: 99 } }, 'tasks'],
    ['a heap below the line stays', { memory: { ...calm, peakHeapBytes: 79 } }, null],
    ['a heap on the line leaves', { memory: { ...calm, peakHeapBytes: 80 } }, 'heap'],
    [
      'a full arena leaves once the life has paid for its start',
      { ageMs: 5000, memory: { ...calm, peakArenaBytes: 80 } },
      'arena',
    ],
    ['a full arena in a young life stays', { ageMs: 4999, memory: { ...calm, peakArenaBytes: 100 } }, null],
    ['age ends a life', { ageMs: 60_000 }, 'age'],
    ['a failed task brings no sample', { memory: null }, null],
  ])('%s', (_, life, reason) => {
    expect(recycleReason(policy, { seat: 0, completedTasks: 1, ageMs: 0, memory: calm, ...life })).toBe(reason);
  });

  it('never ends a life by tasks when the count is 0', () => {
    expect(tasksPerLife({ ...policy, afterTasks: 0 }, 3)).toBe(Number.POSITIVE_INFINITY);
  });

  it('spreads the ends of long lives over a tenth, and leaves short ones alone', () => {
    const lives = Array.from({ length: 40 }, (_, seat) => tasksPerLife({ ...policy, afterTasks: 100 }, seat));
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(90);
    expect(Math.max(...lives)).toBe(100);
    expect(new Set(lives).size).toBeGreaterThan(5);
    expect([0, 1, 2, 3].map((seat) => tasksPerLife({ ...policy, afterTasks: 3 }, seat))).toEqual([3, 3, 3, 3]);
  });
});

describe('retry policy', () => {
  it.each<[Failure['kind'], string | null, number, boolean]>([
    ['heap', 'ERR_WORKER_OUT_OF_MEMORY', 1, true],
    ['heap', 'ERR_WORKER_OUT_OF_MEMORY', 2, true],
    ['heap', 'ERR_WORKER_OUT_OF_MEMORY', 3, false],
    ['died', null, 2, true],
    ['deadline', null, 1, true],
    ['io', 'EIO', 1, true],
    ['io', null, 1, true],
    ['io', 'ENOENT', 1, false],
    ['io', 'Z_DATA_ERROR', 1, false],
    ['bug', null, 1, true],
    ['bug', null, 2, false],
    ['arena', null, 1, true],
    ['arena', null, 2, false],
    ['usage', null, 1, false],
    ['aborted', null, 1, false],
    ['pool', null, 1, false],
  ])('%s (%s) at attempt %i is retried: %s', (kind, code, attempt, retried) => {
    expect(isRetried(defaultRetryPolicy, { kind, code, message: '', worker: 0 }, attempt)).toBe(retried);
  });

  it.each<[Failure['kind'], number, string]>([
    [
      'heap',
      2,
      'Cannot finish split app.log[64 MiB, 128 MiB): worker 3 reached its 256 MiB heap limit twice: raise --worker-heap or --memory',
    ],
    [
      'arena',
      2,
      'Cannot finish split app.log[64 MiB, 128 MiB): worker 3 filled its 64 MiB arena twice: raise --worker-arena or --memory',
    ],
    [
      'died',
      3,
      'Cannot finish split app.log[64 MiB, 128 MiB): worker 3 died 3 times (it exited), and no record is to blame: report this',
    ],
    [
      'deadline',
      1,
      'Cannot finish split app.log[64 MiB, 128 MiB): worker 3 made no progress for 120 s once: raise --deadline',
    ],
    ['io', 1, 'Cannot finish split app.log[64 MiB, 128 MiB): it exited'],
  ])('says what %s was, after %i tries', (kind, attempt, message) => {
    const failure = { kind, code: null, message: 'it exited', worker: 3 };
    const caps = { heapLimitBytes: 256 * mib, arenaLimitBytes: 64 * mib, deadlineMs: 120_000, isReadable: true };
    expect(failureMessage('split app.log[64 MiB, 128 MiB)', failure, attempt, caps)).toBe(message);
  });
});

describe('worker lives', () => {
  function lives(limit = 3) {
    const all = new WorkerLives({ ...defaultRecyclePolicy, afterTasks: limit });
    const each = [11, 12, 13].map((id) => all.add(id, 0));
    for (const life of each) life.state = 'free';
    return { all, each };
  }

  it('gives tasks to the most used that is free, so that the spare stays fresh', () => {
    const { all, each } = lives();
    const [first, second] = each;
    if (first === undefined || second === undefined) throw new Error('three lives were added');
    all.assign(first);
    expect(all.choose()).toBe(second);
    all.complete(first);
    expect(all.choose()).toBe(first);
  });

  it('gives no task beyond the limit, and none to a life that leaves', () => {
    const { all, each } = lives(1);
    for (const life of each.slice(0, 2)) {
      all.assign(life);
      all.complete(life);
    }
    const last = each[2];
    expect(all.choose()).toBe(last);
    if (last === undefined) throw new Error('three lives were added');
    all.leave(last, 'heap', 5);
    expect(all.choose()).toBeNull();
  });

  it('goes by the policy that was said last, also for lives that have begun', () => {
    const { all, each } = lives(1);
    const [life] = each;
    if (life === undefined) throw new Error('three lives were added');
    all.recycleBy({ ...defaultRecyclePolicy, afterTasks: 2 });
    all.assign(life);
    all.complete(life);
    expect([all.choose(), all.reasonToLeave(life, null, 0)]).toEqual([life, null]);
    all.assign(life);
    all.complete(life);
    expect([all.choose() === life, all.reasonToLeave(life, null, 0)]).toEqual([false, 'tasks']);
  });

  it('keeps the first reason for leaving', () => {
    const { all, each } = lives();
    const [life] = each;
    if (life === undefined) throw new Error('three lives were added');
    all.leave(life, 'deadline', 5);
    all.leave(life, 'died', 9);
    expect([life.leaving, life.leftAtMs]).toEqual(['deadline', 5]);
  });
});

describe('budget', () => {
  const request = {
    totalBytes: gib,
    workers: 2,
    cores: 4,
    spare: true,
    workerHeapBytes: null,
    workerArenaBytes: null,
  };

  function sum(budget: Budget): number {
    const heap = (budget.workerHeapOldMb + budget.workerHeapYoungMb) * mib;
    const worker = heap + budget.workerArenaBytes + budget.workerThreadBytes;
    return (
      budget.processBytes + budget.coordinatorBytes + budget.queuedBytes + budget.spareBytes + budget.workers * worker
    );
  }

  it.each([192, 256, 300, 512, 1024, 4096, 65536])('never gives out more than its %i MiB', (total) => {
    for (const workers of [null, 1]) {
      const budget = divideBudget({ ...request, workers, totalBytes: total * mib });
      expect(sum(budget)).toBeLessThanOrEqual(total * mib);
      expect(budget.workerHeapOldMb).toBeGreaterThanOrEqual(16);
      expect(budget.workerArenaBytes).toBeGreaterThanOrEqual(16 * mib);
    }
  });

  it('takes as many workers as cores, and fewer where the budget is small', () => {
    const workersIn = (total: number) => divideBudget({ ...request, workers: null, totalBytes: total * mib }).workers;
    expect([192, 256, 1024].map(workersIn)).toEqual([1, 2, 4]);
  });

  it('takes explicit caps as they are', () => {
    const budget = divideBudget({ ...request, workerHeapBytes: 64 * mib, workerArenaBytes: 32 * mib });
    expect(budget.workerHeapOldMb + budget.workerHeapYoungMb).toBe(64);
    expect(budget.workerArenaBytes).toBe(32 * mib);
    expect(sum(budget)).toBeLessThanOrEqual(gib);
  });

  it('uses only young generations that V8 takes as they are', () => {
    for (const total of [192, 512, 2048, 8192]) {
      expect([6, 12, 24, 48]).toContain(
        divideBudget({ ...request, totalBytes: total * mib, workers: 1 }).workerHeapYoungMb,
      );
    }
  });

  it.each([
    [
      { totalBytes: 64 * mib },
      'Cannot run 2 workers in 64 MiB of memory: the least that works is 240 MiB: raise --memory or lower --workers',
    ],
    [
      { totalBytes: 64 * mib, workers: 1, spare: false },
      'Cannot run 1 worker in 64 MiB of memory: the least that works is 178 MiB: raise --memory',
    ],
    [{ workerHeapBytes: 8 * mib }, 'Cannot run workers with heaps of 8 MiB: the least that works is 22 MiB'],
    [{ workerArenaBytes: mib }, 'Cannot run workers with arenas of 1 MiB: the least that works is 16 MiB'],
    [
      { workerHeapBytes: 2 * gib },
      'Cannot run 2 workers in 1 GiB of memory: the least that works is 4.2 GiB: raise --memory or lower --workers',
    ],
  ])('refuses %o with the least that works', (changes, message) => {
    expect(() => divideBudget({ ...request, ...changes })).toThrow(message);
  });

  it('accepts the least that it names', () => {
    expect(() => divideBudget({ ...request, totalBytes: 240 * mib })).not.toThrow();
  });

  it('explains itself', () => {
    expect(explainBudget(divideBudget(request))).toMatchInlineSnapshot(`
      "memory budget 1 GiB
        process             96 MiB  Node.js, code and parser
        coordinator        134 MiB  arena for merging
        queued partials    134 MiB  results that wait; more goes to a file
        2 x worker         648 MiB  heap 104 MiB (old 80 MiB, young 24 MiB) + arena 208 MiB + thread 12 MiB
        spare worker        12 MiB  warm, takes over from a retired one"
    `);
  });
});

describe('default memory', () => {
  const reader = (files: Record<string, string>) => (path: string) => files[path] ?? null;
  it.each([
    ['a bare machine', {}, { bytes: 4 * gib, from: 'machine', limitBytes: 16 * gib }],
    [
      'a container (cgroup v2), limited above it',
      {
        '/proc/self/cgroup': '0::/pod/app\n',
        '/sys/fs/cgroup/pod/app/memory.max': 'max\n',
        '/sys/fs/cgroup/pod/memory.max': '1073741824\n',
      },
      { bytes: gib / 2, from: 'container', limitBytes: gib },
    ],
    [
      'a container (cgroup v1)',
      {
        '/proc/self/cgroup': '5:cpu,cpuacct:/x\n4:memory:/docker/abc\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '2147483648\n',
      },
      { bytes: gib, from: 'container', limitBytes: 2 * gib },
    ],
    [
      "a cgroup v1 without a limit, which says so by a number above the machine's",
      {
        '/proc/self/cgroup': '4:memory:/\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      },
      { bytes: 4 * gib, from: 'machine', limitBytes: 16 * gib },
    ],
  ])('%s', (_, files, expected) => {
    expect(defaultMemory(16 * gib, reader(files))).toEqual(expected);
  });

  it('says where it comes from', () => {
    const origin = (bytes: number) => originOf(defaultMemory(16 * gib, (path) => limits(bytes)[path] ?? null));
    const limits = (bytes: number): Record<string, string> => {
      return { '/proc/self/cgroup': '0::/app\n', '/sys/fs/cgroup/app/memory.max': `${bytes}\n` };
    };
    expect([origin(gib), origin(64 * gib)]).toEqual([
      "half of the container's 1 GiB",
      "a quarter of the machine's 16 GiB",
    ]);
  });
});

describe('splits', () => {
  const file = (name: string, sizeBytes: number): SourceFile => ({ name, path: name, input: 'file', sizeBytes });
  const gzip: SourceFile = { name: 'b.gz', path: 'b.gz', input: 'gzip', sizeBytes: 100 };
  const stdin: SourceFile = { name: '-', path: '', input: 'stdin', sizeBytes: null };
  const request = {
    workers: 2,
    splitBytes: null,
    kind: 'groups',
    arenaBytes: gib,
    isSplittable: (input: string) => input === 'file',
  } as const;

  it('are half-open, adjacent, numbered in order, and cover each file exactly once', () => {
    const splits = planSplits([file('a', 25), gzip, file('c', 10)], { ...request, splitBytes: 10 });
    expect(splits.map(({ index, source, start, end }) => [index, source, start, end])).toEqual([
      [0, 0, 0, 10],
      [1, 0, 10, 20],
      [2, 0, 20, 25],
      [3, 1, 0, Number.POSITIVE_INFINITY],
      [4, 2, 0, 10],
    ]);
  });

  it('take what cannot be cut as one, and an empty file as none', () => {
    expect(planSplits([stdin, file('empty', 0)], request)).toEqual([
      { index: 0, source: 0, start: 0, end: Number.POSITIVE_INFINITY },
    ]);
  });

  it.each([
    ['groups', 3 * mib, [2, 1]],
    ['groups', 100 * mib, [42, 25, 14, 8, 6, 5]],
    ['functions', 100 * mib, [32, 29, 17, 10, 6, 6]],
    ['rows', 50 * mib, [8, 8, 8, 8, 8, 5, 3, 2]],
  ] as const)('of a question of kind %s over %i bytes have %o MiB', (kind, bytes, sizes) => {
    const splits = planSplits([file('a', bytes)], { ...request, kind });
    expect(splits.map(({ start, end }) => (end - start) / mib)).toEqual(sizes);
  });

  it.each([
    ['groups', 512],
    ['functions', 32],
    ['rows', 8],
  ] as const)(
    'of kind %s are large at first, up to %i MiB, and small at the end, whatever files they are of',
    (kind, most) => {
      const files = [file('a', 3 * gib), file('b', 5 * mib), file('c', gib + 1)];
      const sizes = planSplits(files, { ...request, kind }).map(({ start, end }) => (end - start) / mib);
      expect(Math.max(...sizes)).toBe(most);
      expect(sizes[0]).toBe(most);
      expect(sizes.at(-2)).toBe(Math.min(most, 16));
      expect(sizes.reduce((sum, size) => sum + size)).toBeCloseTo(4 * 1024 + 5, 4);
    },
  );

  it.each([
    [16 * mib, 16],
    [25.6 * mib, 25],
    [mib, 8],
  ])('are no larger than the arena of a worker, %i bytes, unless that is very small', (arenaBytes, most) => {
    const sizes = planSplits([file('a', gib)], { ...request, arenaBytes }).map(({ start, end }) => (end - start) / mib);
    expect(sizes[0]).toBe(most);
    expect(Math.max(...sizes)).toBe(most);
  });

  it('set how long a worker lives: 25 GB', () => {
    expect([mib, 64 * mib].map(defaultRecycleAfter)).toEqual([23_842, 373]);
  });
});

describe('a run', () => {
  const file = (name: string, sizeBytes: number): SourceFile => ({ name, path: name, input: 'file', sizeBytes });
  const zipped = (name: string): SourceFile => ({ name, path: name, input: 'gzip', sizeBytes: 100 });
  const plan = (sources: SourceFile[], request = {}) =>
    planRun(sources, 'groups', { memoryBytes: 4 * gib, ...request }, (input) => input === 'file');

  it('over a small file starts one worker and no spare', () => {
    const { pool, splits } = plan([file('a', 3 * mib)]);
    expect([pool.workers, pool.spare, splits.length]).toEqual([1, false, 1]);
  });

  it('starts as many workers as were asked for, whatever there is to do', () => {
    expect(plan([file('a', 1)], { workers: 3 }).pool.workers).toBe(3);
  });

  it('takes each compressed file for the work of one worker', () => {
    expect(plan([zipped('a')]).pool.workers).toBe(1);
    expect(plan([zipped('a'), zipped('b'), zipped('c')], { memoryBytes: 200 * mib }).pool.workers).toBe(1);
  });

  it('keeps a spare where workers will be recycled, and only there', () => {
    const spare = (recycleAfter: number) =>
      plan([file('a', gib)], { workers: 2, splitBytes: mib, recycleAfter }).pool.spare;
    expect([0, 100, 1023, 1024].map(spare)).toEqual([false, true, true, false]);
  });

  it('passes every cap on to the pool', () => {
    const { pool, recycleAfter } = plan([file('a', gib)], {
      workers: 2,
      workerHeapBytes: 64 * mib,
      workerArenaBytes: 32 * mib,
    });
    expect(pool).toMatchObject({ heapOldMb: 52, heapYoungMb: 12, arenaLimitBytes: 32 * mib, deadlineMs: 120_000 });
    expect(recycleAfter).toBe(746); // 25 GB in splits of 32 MiB
  });

  it('does not start in too little memory', () => {
    expect(() => plan([file('a', gib)], { memoryBytes: mib })).toThrow(
      'Cannot run 1 worker in 1 MiB of memory: the least that works is 178 MiB: raise --memory',
    );
  });
});
