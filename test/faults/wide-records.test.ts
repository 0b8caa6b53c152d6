/** Hundreds of columns or expressions need vectors of their own each, and these must fit into the arena of a worker under a small budget. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const columns = 200;
const records = 20_000;
const folder = tempFolder();

it('all of 200 columns are answered in 242 MiB', async () => {
  const line = (i: number) => Array.from({ length: columns }, (_, c) => (i + c) % 1000).join(',');
  const names = Array.from({ length: columns }, (_, c) => `c${c}`).join(',');
  const text = `${names}\n${Array.from({ length: records }, (_, i) => `${line(i)}\n`).join('')}`;
  writeFileSync(join(folder, 'wide.csv'), text);
  const flags = ['-q', '-o', 'csv', '-w', '2', '-m', '242MiB', '--split', '8MiB'];
  const { stdout, stderr, code } = await millrace(['query', 'SELECT * FROM logs', 'wide.csv', ...flags], {
    cwd: folder,
  });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout.toString() === text).toBe(true);
});

it('300 expressions over one column are answered in 242 MiB', async () => {
  const values = Array.from({ length: records }, (_, i) => i % 1000);
  writeFileSync(join(folder, 'narrow.csv'), `a\n${values.join('\n')}\n`);
  const factors = Array.from({ length: 300 }, (_, i) => i + 1);
  const sql = `SELECT ${factors.map((factor) => `sum(a * ${factor}) AS s${factor}`).join(', ')} FROM logs`;
  const flags = ['-q', '-o', 'csv', '-w', '2', '-m', '242MiB', '--split', '8MiB'];
  const { stdout, stderr, code } = await millrace(['query', sql, 'narrow.csv', ...flags], { cwd: folder });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const sum = values.reduce((total, value) => total + value, 0);
  expect(stdout.toString().trim().split('\n')[1]).toBe(factors.map((factor) => sum * factor).join(','));
});
