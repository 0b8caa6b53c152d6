/** The pool with real threads and a worker that fails on demand: nothing is lost, nobody outlives his recycling. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorkerPool, type PoolOptions, type WorkerPool } from '../../dist/src/coordinator/pool.js';
import { defaultRecyclePolicy } from '../../dist/src/coordinator/recycle-policy.js';
import { defaultRetryPolicy, isRetried } from '../../dist/src/coordinator/retry-policy.js';
import { TaskError } from '../../dist/src/coordinator/task-error.js';
import type { ScanTask } from '../../dist/src/execute/messages.js';

const opened: WorkerPool[] = [];

afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close();
});

async function open(changes: Partial<PoolOptions> = {}, afterTasks = 0): Promise<WorkerPool> {
  const pool = await openWorkerPool({
    workers: 2,
    spare: true,
    heapOldMb: 24,
    heapYoungMb: 6,
    arenaLimitBytes: 1 << 20,
    recycle: { ...defaultRecyclePolicy, afterTasks },
    deadlineMs: 20_000,
    workerFile: new URL('../fixtures/faulty-worker.mjs', import.meta.url),
    ...changes,
  });
  opened.push(pool);
  return pool;
}

/** A scan task whose plan tells the worker of the tests what to do. */
function task(index: number, order: string, attempt = 1): ScanTask {
  const plan = { sql: order } as ScanTask['plan']; // the worker of the tests reads nothing else
  return {
    type: 'scan',
    plan,
    source: { name: 'a.log', path: 'a.log', input: 'file', sizeBytes: 1 },
    split: { index, source: 0, start: 0, end: 1 },
    attempt,
    firstRecord: null,
    limits: { maxRecordBytes: 1, keepRejects: 1 },
  };
}

/** Runs a task as the coordinator does: again, while the policy says so. */
async function insist(pool: WorkerPool, index: number, order: string): Promise<{ index: number; kinds: string[] }> {
  const kinds: string[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await pool.submit(task(index, order, attempt)).result;
      return { index: result.rowCount, kinds };
    } catch (error) {
      if (!(error instanceof TaskError) || !isRetried(defaultRetryPolicy, error, attempt)) throw error;
      kinds.push(error.kind);
    }
  }
}

function reasons(pool: WorkerPool): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of pool.retirements) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function owners(pool: WorkerPool): number[] {
  return Array.from({ length: pool.slots.count }, (_, slot) => pool.slots.owner(slot)).filter((owner) => owner > 0);
}

describe('faults', () => {
  it('loses none of 260 tasks to exits, heap limits, exceptions and recycling', async () => {
    const pool = await open({}, 20);
    const orders = Array.from({ length: 260 }, (_, i) => {
      if (i % 40 === 7) return 'exit';
      if (i % 80 === 13) return 'oom';
      if (i % 40 === 21) return 'throw';
      if (i % 80 === 30) return 'uncaught';
      return 'work 1';
    });
    const results = await Promise.all(orders.map((order, i) => insist(pool, i, order)));
    expect(results.map((result) => result.index)).toEqual(orders.map((_, i) => i));
    const kinds = results.flatMap((result) => result.kinds);
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    expect({ died: count('died'), heap: count('heap'), io: count('io') }).toEqual({ died: 10, heap: 4, io: 6 });
    expect(reasons(pool).died).toBe(14);
    expect(reasons(pool).tasks).toBeGreaterThanOrEqual(4);
    expect(new Set(owners(pool)).size).toBe(owners(pool).length);
    await pool.close();
    expect(owners(pool)).toEqual([]);
  });

  it('keeps the code of an error that a task threw', async () => {
    const pool = await open();
    const error = await pool.submit(task(0, 'throw')).result.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ kind: 'io', code: 'EIO', message: 'EIO: i/o error, read' });
  });

  it('tells a heap limit by its code', async () => {
    const pool = await open();
    await expect(pool.submit(task(0, 'oom!')).result).rejects.toMatchObject({
      kind: 'heap',
      code: 'ERR_WORKER_OUT_OF_MEMORY',
    });
  });

  it('fails at once when the worker cannot be loaded', async () => {
    const pool = await open({ workerFile: new URL('../fixtures/unloadable-worker.mjs', import.meta.url) });
    const insisting = Promise.all([insist(pool, 0, 'work'), insist(pool, 1, 'work'), insist(pool, 2, 'work')]);
    await expect(insisting).rejects.toThrow('Cannot start a worker thread: this worker does not load');
    await expect(pool.submit(task(3, 'work')).result).rejects.toMatchObject({ kind: 'pool' });
  });

  it('ends a worker that makes no progress, and the task can be tried again', async () => {
    const pool = await open({ deadlineMs: 400 });
    const result = await insist(pool, 5, 'hang');
    expect(result).toEqual({ index: 5, kinds: ['deadline'] });
    expect(reasons(pool)).toEqual({ deadline: 1 });
  });

  it('does not take a long task that reports progress for a hanging one', async () => {
    const pool = await open({ deadlineMs: 400 });
    await expect(pool.submit(task(1, 'report 1200')).result).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe('recycling', () => {
  it('retires a worker when it has completed its tasks, and each life completes exactly so many', async () => {
    const pool = await open({}, 3);
    const retired: number[] = [];
    pool.events.on('retired', ({ tasks }) => retired.push(tasks));
    await Promise.all(Array.from({ length: 30 }, (_, i) => pool.submit(task(i, 'work 2')).result));
    await pool.close();
    expect(retired.length).toBeGreaterThanOrEqual(8);
    expect(new Set(retired)).toEqual(new Set([3]));
    expect(reasons(pool)).toEqual({ tasks: retired.length });
    expect(pool.retirements.every(({ ms, worker }) => ms >= 0 && worker >= 0 && worker < 3)).toBe(true);
  });

  it('works off a backlog on one worker whose life is one task, with and without a spare', async () => {
    for (const spare of [true, false]) {
      const pool = await open({ workers: 1, spare }, 1);
      const results = await Promise.all(Array.from({ length: 12 }, (_, i) => pool.submit(task(i, 'work')).result));
      expect(results.map((result) => result.rowCount)).toEqual(Array.from({ length: 12 }, (_, i) => i));
      await pool.close();
      expect(reasons(pool)).toEqual({ tasks: 12 });
    }
  });

  it('retires a worker whose heap has passed the line', async () => {
    const pool = await open({ recycle: { ...defaultRecyclePolicy, heapShare: 0.5 } });
    await pool.submit(task(0, 'keep 14')).result;
    await pool.submit(task(1, 'work')).result;
    await pool.close();
    expect(reasons(pool)).toEqual({ heap: 1 });
  });

  it('never runs more tasks than workers, although there is a spare thread', async () => {
    const pool = await open();
    const jobs = Array.from({ length: 12 }, (_, i) => pool.submit(task(i, 'work 20')));
    let most = 0;
    for (const job of jobs) {
      most = Math.max(most, jobs.filter((other) => other.slot() >= 0).length);
      await job.result;
    }
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe('calling off', () => {
  it('an abort ends the running tasks and drops the waiting ones; the pool goes on', async () => {
    const pool = await open();
    const abort = new AbortController();
    const doomed = ['hang', 'work', 'work'].map((order, i) => pool.submit(task(i, order), abort.signal).result);
    const spared = pool.submit(task(9, 'work 5')).result;
    const settled = Promise.allSettled(doomed);
    await expect(spared).resolves.toMatchObject({ rowCount: 9 });
    abort.abort();
    const [hanging] = await settled;
    expect(hanging).toMatchObject({ status: 'rejected', reason: { kind: 'aborted' } });
    await expect(pool.submit(task(4, 'work')).result).resolves.toMatchObject({ rowCount: 4 });
    await expect.poll(() => reasons(pool)).toEqual({ aborted: 1 });
  });

  it('refuses tasks of a signal that is aborted already', async () => {
    const pool = await open();
    await expect(pool.submit(task(0, 'work'), AbortSignal.abort()).result).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('close lets running tasks end and calls off those that wait', async () => {
    const pool = await open({ workers: 1 });
    const running = pool.submit(task(0, 'work 50')).result;
    const waiting = pool.submit(task(1, 'work')).result.catch((reason: unknown) => reason);
    await Promise.all([pool.close(), expect(running).resolves.toMatchObject({ rowCount: 0 })]);
    expect(await waiting).toMatchObject({ kind: 'aborted' });
    await expect(pool.submit(task(2, 'work')).result).rejects.toMatchObject({ kind: 'aborted' });
  });
});

describe('slots', () => {
  it('a busy worker shows its progress, and an idle one none', async () => {
    const pool = await open({ workers: 1, spare: false });
    const job = pool.submit(task(3, 'report 400'));
    await expect.poll(() => job.slot()).toBe(0);
    await expect.poll(() => pool.slots.get(0, 'taskBytesRead')).toBeGreaterThan(0);
    expect(pool.slots.get(0, 'splitIndex')).toBe(3);
    expect(pool.slots.get(0, 'heapUsedBytes')).toBeGreaterThan(1_000_000);
    await job.result;
    expect(job.slot()).toBe(-1);
    expect(pool.slots.get(0, 'taskBytesRead')).toBe(0);
    expect(pool.slots.get(0, 'splitIndex')).toBe(-1);
    expect(pool.slots.get(0, 'tasksTotal')).toBe(1);
  });

  it('caps heaps as asked', async () => {
    const pool = await open();
    await pool.submit(task(0, 'work')).result;
    const limits = Array.from({ length: 3 }, (_, slot) => pool.slots.get(slot, 'heapLimitBytes')).filter((n) => n > 0);
    expect(new Set(limits)).toEqual(new Set([30 * 1024 * 1024]));
  });
});

describe('the process', () => {
  it('is told when its own heap flag overrides the cap, and an idle pool does not keep it alive', () => {
    const script = fileURLToPath(new URL('../fixtures/open-pool.mjs', import.meta.url));
    const said = execFileSync(process.execPath, ['--max-old-space-size=200', script], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect(said).toMatch(
      /^Worker heaps are limited to \d+ MiB instead of 30 MiB: --max-old-space-size \(on the command line or in NODE_OPTIONS\) overrides the limit: start without it\n$/,
    );
  });
});
