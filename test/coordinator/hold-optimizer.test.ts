/** Runs on real threads: when V8 is told not to optimize, and when it is told that it may. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holdOptimizer } from '../../dist/src/coordinator/hold-optimizer.js';
import { planRun } from '../../dist/src/coordinator/plan-run.js';
import { splitKindOf } from '../../dist/src/coordinator/plan-splits.js';
import { openWorkerPool, type WorkerPool } from '../../dist/src/coordinator/pool.js';
import { type QueryRun, runQuery } from '../../dist/src/coordinator/run-query.js';
import type { SourceFile } from '../../src/core/source.ts';
import type { Plan } from '../../src/query/plan.ts';
import { grouped, selected } from './plans.ts';

const off = '--no-turbofan';
const on = '--turbofan';

let folder: string;
let source: SourceFile;
const pools: WorkerPool[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const path = join(folder, 'access.log');
  const line = '10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /page HTTP/1.1" 200 7 "-" "agent"\n';
  writeFileSync(path, line.repeat(2000));
  source = { name: 'access.log', path, input: 'file', sizeBytes: statSync(path).size };
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A pool whose worker has answered once, so that it has loaded, and a run on it that has not begun. */
async function startOnWarmPool(plan: Plan): Promise<{ run: QueryRun; pool: WorkerPool }> {
  const request = { memoryBytes: 256 << 20, workers: 1, splitBytes: 20_000, recycleAfter: 0 };
  const planned = planRun([source], splitKindOf(plan), request, () => true);
  const pool = await openWorkerPool(planned.pool);
  pools.push(pool);
  const begin = () => runQuery(plan, [source], pool, { splits: planned.splits, budget: planned.budget });
  await readToItsEnd(begin());
  return { run: begin(), pool };
}

async function readToItsEnd(run: QueryRun): Promise<void> {
  for await (const _ of run.rows);
}

describe('the optimizing compiler', () => {
  it('rests while records are scanned, and no longer', async () => {
    const { run, pool } = await startOnWarmPool(grouped('status', 'integer'));
    const flags: string[] = [];
    const atSplits: string[][] = [];
    run.events.on('splitDone', () => atSplits.push([...flags]));
    holdOptimizer(grouped('status', 'integer'), run, pool, (flag) => flags.push(flag));
    expect(flags).toEqual([off]);
    await readToItsEnd(run);
    expect(atSplits.length).toBeGreaterThan(5);
    for (const before of atSplits) expect(before).toEqual([off]);
    expect(flags).toEqual([off, on]);
  });

  it.each([
    [10, [off]],
    [null, [off, on]],
  ])('rests until the rows come where they can be but few: LIMIT %s', async (limit, atRows) => {
    const plan = grouped('status', 'integer', { limit });
    const { run, pool } = await startOnWarmPool(plan);
    const flags: string[] = [];
    holdOptimizer(plan, run, pool, (flag) => flags.push(flag));
    for await (const _ of run.rows) expect(flags).toEqual(atRows);
    await run.stats;
    expect(flags).toEqual([off, on]);
  });

  it('is back where a worker is replaced, because a thread that starts wants its code cache', async () => {
    const { run, pool } = await startOnWarmPool(grouped('status', 'integer'));
    const flags: string[] = [];
    holdOptimizer(grouped('status', 'integer'), run, pool, (flag) => flags.push(flag));
    const retired = new Promise<string[]>((resolve) => pool.events.on('retired', () => resolve([...flags])));
    await pool.rest();
    expect(await retired).toEqual([off, on]);
    pool.wake();
    await readToItsEnd(run);
    expect(flags).toEqual([off, on]);
  });

  it.each([
    ['rows for the screen', selected()],
    ["a user's functions", grouped('status', 'integer', { modules: [] })],
  ])('is not touched for %s', async (_, plan) => {
    const { run, pool } = await startOnWarmPool(plan);
    const flags: string[] = [];
    holdOptimizer(plan, run, pool, (flag) => flags.push(flag));
    await readToItsEnd(run);
    expect(flags).toEqual([]);
  });
});
