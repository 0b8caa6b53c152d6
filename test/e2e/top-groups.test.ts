/** The best of many groups, of which most are equal: what is left out early must not have been in the answer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { ask } from './ask.ts';

const groups = 30_000;
/** A permutation of the groups, and counts of 1 with few exceptions. */
const name = (i: number) => `k${(i * 7919) % groups}`;
const count = (i: number) => (i % 5000 === 17 ? 3 : i % 700 === 3 ? 2 : 1);

let file: string;
let expected: { key: string; n: number }[];

beforeAll(() => {
  file = join(tempFolder(), 'keys.csv');
  const lines = Array.from({ length: groups }, (_, i) => `${name(i)}\n`.repeat(count(i)));
  writeFileSync(file, `key\n${lines.join('')}`);
  expected = Array.from({ length: groups }, (_, i) => ({ key: name(i), n: count(i) }));
});

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

it.each([1, 7, 40, 200, 9000])('the %d groups with the most records, ties by key', async (limit) => {
  const { rows } = await ask(`SELECT key, count(*) AS n FROM logs GROUP BY key ORDER BY n DESC, key LIMIT ${limit}`, [
    file,
  ]);
  expect(rows).toEqual([...expected].sort((a, b) => b.n - a.n || byKey(a, b)).slice(0, limit));
});

it.each([1, 7, 300])('the %d groups with the fewest records, ties by key', async (limit) => {
  const { rows } = await ask(`SELECT key, count(*) AS n FROM logs GROUP BY key ORDER BY n, key LIMIT ${limit}`, [file]);
  expect(rows).toEqual([...expected].sort((a, b) => a.n - b.n || byKey(a, b)).slice(0, limit));
});

it('ties by key backwards', async () => {
  const { rows } = await ask('SELECT key, count(*) AS n FROM logs GROUP BY key ORDER BY n DESC, key DESC LIMIT 50', [
    file,
  ]);
  expect(rows).toEqual([...expected].sort((a, b) => b.n - a.n || byKey(b, a)).slice(0, 50));
});
