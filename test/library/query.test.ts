/** The library as its users get it: the built entry point, with real workers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type * as Library from '../../src/index.ts';
import { accessLog } from '../cli/access-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const built = new URL('../../dist/src/index.js', import.meta.url).href;
const { openPool, query, QueryError, UsageError }: typeof Library = await import(built);

function logFile(count = 1000): string {
  const path = join(tempFolder(), 'access.log');
  writeFileSync(path, accessLog(count));
  return path;
}

const byStatus = 'SELECT status, count(*) AS hits FROM logs GROUP BY status ORDER BY hits DESC';
const expected = [
  { status: 200n, hits: 900n },
  { status: 404n, hits: 100n },
];

test('rows are objects, columns have types, statistics add up', async () => {
  const answer = await query(byStatus, { files: [logFile()] });
  expect(answer.columns).toEqual([
    { name: 'status', type: 'integer' },
    { name: 'hits', type: 'integer' },
  ]);
  const rows: Library.Row[] = [];
  for await (const row of answer) rows.push(row);
  expect(rows).toEqual(expected);
  const { records } = await answer.stats;
  expect(records).toEqual({ read: 1000, matched: 1000, filtered: 0, rejected: 0 });
});

test('rows can be read once', async () => {
  const answer = await query(byStatus, { files: [logFile()] });
  await answer.toArray();
  await expect(answer.toArray()).rejects.toThrow('Cannot read the rows of an answer twice: keep them, or ask again');
});

test('leaving the loop ends the query', async () => {
  const answer = await query('SELECT path FROM logs', { files: [logFile(20_000)], split: 4096 });
  for await (const row of answer) {
    expect(row).toEqual({ path: '/page/0' });
    break;
  }
  await answer.stats;
});

test('sizes may be numbers or text, and progress ends with everything read', async () => {
  const path = logFile(20_000);
  const seen: Library.Progress[] = [];
  const answer = await query(byStatus, {
    files: [path],
    memory: '512MiB',
    workers: 2,
    split: 100_000,
    onProgress: (progress) => seen.push(progress),
  });
  expect(await answer.toArray()).toHaveLength(2);
  expect(seen.at(-1)).toMatchObject({ bytesRead: Buffer.byteLength(accessLog(20_000)), records: { read: 20_000 } });
  expect((await answer.stats).workers).toBe(2);
});

test('a mistake rejects before anything is read, with its position', async () => {
  const wrong = query('SELECT statsu FROM logs', { files: [logFile()] });
  await expect(wrong).rejects.toThrow(QueryError);
  await expect(wrong).rejects.toMatchObject({ position: 7 });
  await expect(query(byStatus)).rejects.toThrow(UsageError);
  await expect(query(byStatus, { files: ['nowhere.log'] })).rejects.toThrow('Cannot read "nowhere.log": no such file');
  await expect(query(byStatus, { files: [logFile()], memory: '1 bit' })).rejects.toThrow('Cannot read size "1 bit"');
});

test('a signal calls a query off with its reason', async () => {
  const abort = new AbortController();
  const answer = await query('SELECT path FROM logs', { files: [logFile(20_000)], split: 4096, signal: abort.signal });
  const reason = new Error('enough');
  const reading = (async () => {
    for await (const _ of answer) abort.abort(reason);
  })();
  await expect(reading).rejects.toBe(reason);
  await expect(query(byStatus, { files: [logFile()], signal: abort.signal })).rejects.toBe(reason);
});

describe('a pool', () => {
  test('answers several questions at the same time, and others beside it', async () => {
    const path = logFile();
    const [one, two] = await Promise.all([
      openPool({ workers: 2, memory: '512MiB' }),
      openPool({ workers: 1, memory: '512MiB' }),
    ]);
    try {
      const answers = await Promise.all(
        [one, one, two].map((pool) => pool.query(byStatus, { files: [path], split: 10_000 })),
      );
      expect(await Promise.all(answers.map((answer) => answer.toArray()))).toEqual([expected, expected, expected]);
      const again = await one.query('SELECT count(*) AS n FROM logs', { files: [path] });
      expect(await again.toArray()).toEqual([{ n: 1000n }]);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });
});
