/** Workers that die in the middle of a run, by their heap limit and by their own hand: the answer does not change. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { tempFolder } from '../support/temp-folder.ts';

const fixture = new URL('./dying-worker.mjs', import.meta.url);

type Faults = Readonly<Record<number, 'heap' | 'exit' | 'always'>>;

/** A worker file for Piscina, which dies as the faults say. */
function dyingWorker(faults: Faults): URL {
  const path = join(tempFolder(), 'worker.mjs');
  const code = `import { dyingWorker } from '${fixture}';\nexport default dyingWorker(${JSON.stringify(faults)});\n`;
  writeFileSync(path, code);
  return pathToFileURL(path);
}

const questions = {
  grouped:
    'SELECT k % 7 AS k, count(*) AS n, sum(d) AS s, p90(k) AS p, count(DISTINCT name) AS names FROM logs GROUP BY 1',
  rows: "SELECT _offset, k, name FROM logs WHERE name LIKE '%3%'",
  sorted: 'SELECT name, k FROM logs ORDER BY d DESC, k LIMIT 50',
} as const;

function csvFile(): string {
  const path = join(tempFolder(), 'numbers.csv');
  const lines = Array.from({ length: 5000 }, (_, i) => `${i},${(i * 37) % 101}.${i % 10},name ${i % 333}`);
  writeFileSync(path, `k,d,name\n${lines.join('\n')}\n`);
  return path;
}

/** Runs a question on workers that die as the faults say, and on workers that do not. */
async function compare(sql: string, faults: Faults, recycleAfter = 0) {
  const settings = { files: [csvFile()], format: 'csv', split: 10_000 };
  const healthy = await Engine.open({ workers: 2, recycleAfter: 0 });
  const expected = await healthy.ask(sql, settings);
  await healthy.close();
  const dying = await Engine.open({ workers: 2, recycleAfter, workerFile: dyingWorker(faults) });
  const found = await dying.ask(sql, settings);
  await dying.close();
  expect(found.rows).toEqual(expected.rows);
  expect(found.records).toEqual(expected.records);
  expect(found.stats.bytesRead).toBe(expected.stats.bytesRead);
  return found.stats;
}

describe.each(Object.entries(questions))('%s', (_, sql) => {
  it('survives workers that reach their heap limit', async () => {
    const stats = await compare(sql, { 2: 'heap', 5: 'heap' });
    expect(stats.retriesByReason).toEqual({ heap: 2 });
    expect(stats.recycles).toEqual({ died: 2 });
  });

  it('survives workers that exit', async () => {
    const stats = await compare(sql, { 0: 'exit', 1: 'exit', 7: 'exit' });
    expect(stats.retriesByReason).toEqual({ died: 3 });
    expect(stats.retries).toBe(3);
  });
});

it('survives deaths among workers that are recycled after every other split', async () => {
  const stats = await compare(questions.grouped, { 1: 'exit', 3: 'heap', 4: 'exit' }, 2);
  expect(stats.retriesByReason).toEqual({ died: 2, heap: 1 });
  expect(stats.recycles).toMatchObject({ died: 3 });
  expect(stats.recycles.tasks).toBeGreaterThan(1);
});

it('gives up on a split that kills every worker, and says which', async () => {
  const engine = await Engine.open({ workers: 2, recycleAfter: 0, workerFile: dyingWorker({ 3: 'always' }) });
  const path = csvFile();
  const asked = engine.ask(questions.grouped, { files: [path], format: 'csv', split: 10_000 });
  await expect(asked).rejects.toThrow(/^Cannot finish split .*numbers\.csv\[.*\): worker \d died 3 times/);
  await engine.close();
});
