/** The memory matrix in small: exact answers, and the whole process within its budget. `npm run bench:memory` is the large one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cells } from '../../bench/memory/cells.mjs';
import { leastMemory, measureMillrace } from '../../bench/memory/measure.mjs';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const rows = {
  'keys-5M': 600_000,
  'long-lines': 300,
  'count-distinct': 600_000,
  'exact-quantile': 600_000,
  'order-by': 600_000,
};
const mib = 2 ** 20;

describe('in 64 MiB more than the least budget', () => {
  it.each(Object.entries(rows))(
    '%s is answered exactly and within it',
    async (name, count) => {
      const found = cells.find((cell) => cell.name === name);
      if (found === undefined) throw new Error(`The matrix has no cell "${name}"`);
      const cell = { ...found, rows: count };
      const folder = tempFolder();
      const path = join(folder, cell.file);
      await cell.write(path, cell.rows);
      const budget = (await leastMemory(path)) + 64 * mib;
      const run = await measureMillrace(cell, path, String(budget), ['--workers', '2', '--spill-dir', folder]);
      expect(run.problem).toBeNull();
      expect(run.peakRssBytes).toBeLessThanOrEqual(budget);
      expect(run.stats.records.read).toBe(count);
      expect(readdirSync(folder).filter((entry) => entry.startsWith('millrace-'))).toEqual([]);
    },
    120_000,
  );
});

describe('a spill folder', () => {
  it('that cannot be written is no matter until something has to be spilled', async () => {
    const folder = tempFolder();
    const cell = cells.find(({ name }) => name === 'keys-5M');
    if (cell === undefined) throw new Error('The matrix has lost a cell');
    const path = join(folder, cell.file);
    await cell.write(path, 600_000);
    const gone = join(folder, 'gone');
    const small = await millrace(['query', `SELECT count(*) AS n FROM '${path}'`, '--spill-dir', gone, '--quiet']);
    expect(small.stdout.toString()).toBe('n\n600000\n');
    const args = ['query', cell.sql(path), '--memory', '242MiB', '--workers', '2', '--spill-dir', gone, '--quiet'];
    const large = await millrace(args);
    expect(large.code).toBe(2);
    expect(large.stderr).toMatch(/^millrace: Cannot spill to ".*gone": .*: name another folder with --spill-dir\n$/);
  }, 60_000);
});

it('says that NODE_OPTIONS overrides the caps of workers', async () => {
  const folder = tempFolder();
  const [cell] = cells;
  if (cell === undefined) throw new Error('The matrix is empty');
  const path = join(folder, cell.file);
  await cell.write(path, 1000);
  const env = { NODE_OPTIONS: '--max-old-space-size=2048' };
  const { code, stderr } = await millrace(['query', `SELECT count(*) FROM '${path}'`, '--memory', '256MiB'], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /Worker heaps are limited to 2(\.\d)? GiB instead of [\d.]+ MiB: --max-old-space-size .* overrides the limit: start without it/,
  );
});
