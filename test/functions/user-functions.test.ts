/** Queries that call functions and aggregates of the user's, on real workers: the answers of plain JavaScript. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const tools = fileURLToPath(new URL('../fixtures/functions/text-tools.js', import.meta.url));
const troublesome = fileURLToPath(new URL('../fixtures/functions/troublesome.js', import.meta.url));

interface Line {
  readonly k: bigint;
  readonly name: string | null;
  readonly n: bigint;
}

const lines: readonly Line[] = Array.from({ length: 6000 }, (_, i) => ({
  k: BigInt((i * 7919) % 41),
  name: i % 17 === 0 ? null : `${'abcdefg'[i % 7]}da ${'xyz'[(i * 31) % 3]}ith${i % 23}`,
  n: BigInt((i * 37) % 1009),
}));

function csvFile(name: string, content: string): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

const csv = csvFile('lines.csv', `k,name,n\n${lines.map(({ k, name, n }) => `${k},${name ?? ''},${n}`).join('\n')}\n`);
const settings = { files: [csv], format: 'csv', functions: [tools] };

const one = await Engine.open({ workers: 1, recycleAfter: 0 });
const many = await Engine.open({ workers: 3, recycleAfter: 3 });
afterAll(() => Promise.all([one.close(), many.close()]));

/** The same on one thread and on three with tiny splits. */
async function ask(sql: string, more: object = {}) {
  const whole = await one.ask(sql, { ...settings, ...more });
  const cut = await many.ask(sql, { ...settings, ...more, split: 4000 });
  expect(cut.rows).toEqual(whole.rows);
  if (!sql.includes('LIMIT')) expect(cut.records).toEqual(whole.records); // what a limit leaves unread is nobody's concern
  return whole;
}

/** Names, longest first, then in order. */
function byLength(group: readonly Line[]): string[] {
  return group.flatMap(({ name }) => name ?? []).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function mostFrequent(group: readonly Line[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { name } of group) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}

describe('functions', () => {
  it('take and give every type', async () => {
    const sql = `SELECT k, times(n, 0.5), initials(name), even(n), next_day('2024-02-28T01:02:03'::timestamp) FROM logs LIMIT 20`;
    const { rows } = await ask(sql);
    const nextDay = BigInt(Date.UTC(2024, 1, 29, 1, 2, 3)) * 1000n;
    expect(rows).toEqual(
      lines.slice(0, 20).map(({ k, name, n }) => {
        const initials = name === null ? null : name.replace(/(\w)\w* ?/g, '$1');
        return [k, Number(n) / 2, initials, n % 2n === 0n, nextDay];
      }),
    );
  });

  it('see NULL only where they want to', async () => {
    const { rows } = await ask('SELECT or_none(name) AS name, count(*) AS n FROM logs WHERE name IS NULL GROUP BY 1');
    expect(rows).toEqual([['none', BigInt(lines.filter(({ name }) => name === null).length)]]);
  });

  it('stand in WHERE, GROUP BY, HAVING and ORDER BY', async () => {
    const { rows } = await ask(
      'SELECT k, count(*) AS n FROM logs WHERE even(n) GROUP BY k HAVING even(count(*)) ORDER BY times(k, -1.0)',
    );
    const counts = new Map<bigint, bigint>();
    for (const { k, n } of lines) if (n % 2n === 0n) counts.set(k, (counts.get(k) ?? 0n) + 1n);
    const expected = [...counts].filter(([, n]) => n % 2n === 0n).sort(([a], [b]) => Number(b - a));
    expect(rows).toEqual(expected);
  });

  it('run only for records that evaluation comes to', async () => {
    const { records } = await ask("SELECT k FROM logs WHERE k < 0 AND throws('throw') = 'x'", {
      functions: [troublesome],
    });
    expect(records).toMatchObject({ matched: 0, rejected: 0, filtered: lines.length });
  });
});

describe('aggregates', () => {
  it('agree with plain JavaScript in every group', async () => {
    const sql = 'SELECT k, longest(name), mode(name), weighted_mean(n, k) FROM logs GROUP BY k ORDER BY k';
    const { rows } = await ask(sql);
    const keys = [...new Set(lines.map(({ k }) => k))].sort((a, b) => Number(a - b));
    const expected = keys.map((k) => {
      const group = lines.filter((line) => line.k === k);
      const weight = k * BigInt(group.length);
      const total = group.reduce((sum, { n }) => sum + n * k, 0n);
      return [k, byLength(group)[0], mostFrequent(group), weight === 0n ? null : Number(total) / Number(weight)];
    });
    expect(rows).toEqual(expected);
  });

  it('take FILTER, stand beside ours, and give a row where no record matched', async () => {
    const { rows } = await ask('SELECT mode(name) FILTER (WHERE k = 3), count(*), longest(name) FROM logs WHERE k < 0');
    expect(rows).toEqual([[null, 0n, null]]);
    const [expected] = byLength(lines.filter(({ k }) => k === 3n));
    const some = await ask('SELECT longest(name) FILTER (WHERE k = 3), count(*) FROM logs');
    expect(some.rows).toEqual([[expected, BigInt(lines.length)]]);
  });

  it('leave the heap as partials when there are many groups', async () => {
    const path = csvFile(
      'keys.csv',
      `k,name\n${Array.from({ length: 60_000 }, (_, i) => `${i % 30_011},n${i}`).join('\n')}\n`,
    );
    const small = await Engine.open({ workers: 2, recycleAfter: 0, heapOldMb: 24 });
    const { rows, records } = await small.ask('SELECT k, mode(name) AS m FROM logs GROUP BY k ORDER BY k LIMIT 3', {
      files: [path],
      format: 'csv',
      functions: [tools],
    });
    await small.close();
    expect(records).toMatchObject({ matched: 60_000, rejected: 0 });
    expect(rows).toEqual([
      [0n, 'n0'],
      [1n, 'n1'],
      [2n, 'n2'],
    ]);
  });

  it('that cannot merge fail the question with their own words', async () => {
    const asked = many.ask('SELECT k, stubborn(name) FROM logs GROUP BY k', {
      ...settings,
      functions: [troublesome],
      split: 4000,
    });
    await expect(asked).rejects.toThrow('Cannot finish an aggregate: stubborn.merge: merging is for others');
  });
});

describe('what goes wrong in a call', () => {
  const words = csvFile('words.csv', 'w\na\nthrow\nb\nwrong\nthrow\na\n');
  const files = { files: [words], functions: [troublesome] };

  it('rejects the record, with the words of the error', async () => {
    const { rows, rejects, records } = await ask('SELECT throws(w) AS w, count(*) AS n FROM logs GROUP BY 1', files);
    expect(rows).toEqual([
      ['a', 2n],
      ['b', 1n],
      ['wrong', 1n],
    ]);
    expect(records).toEqual({ read: 6, matched: 4, filtered: 0, rejected: 2 });
    expect(rejects.map(({ offset, reason }) => [offset, reason])).toEqual([
      [4, 'throws: no use for "throw"'],
      [18, 'throws: no use for "throw"'],
    ]);
  });

  it('rejects a value of another type', async () => {
    const { rejects } = await ask('SELECT misleads(w) FROM logs', files);
    expect(rejects.map(({ reason }) => reason)).toEqual(['misleads: it returned a value of type string, not integer']);
  });

  it('leaves no trace of the record in any aggregate, whatever was counted before', async () => {
    const sql = 'SELECT fragile_count(w) AS f, count(*) AS n, fragile_count(w || w) AS g FROM logs';
    const { rows, rejects, records } = await ask(sql, files);
    expect(rows).toEqual([[4n, 4n, 4n]]);
    expect(records).toEqual({ read: 6, matched: 4, filtered: 0, rejected: 2 });
    expect(rejects.map(({ reason }) => reason)).toEqual(Array(2).fill('fragile_count.update: cannot count this'));
  });
});

it('the example in config does what it says', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.csv'), 'path,bytes,agent\n/shop/cart?id=7,1,x\n/shop,2048,y\n/,3000,y\n/shop/,5,y\n');
  const example = fileURLToPath(new URL('../../config/functions.mjs', import.meta.url));
  const sql =
    'SELECT section(path) AS s, sum(kilobytes(bytes)) AS kb, top_value(agent) AS a FROM logs GROUP BY 1 ORDER BY 1';
  const { rows } = await ask(sql, { files: [join(folder, 'a.csv')], functions: [example] });
  expect(rows).toEqual([
    ['', 3n, 'y'],
    ['shop', 4n, 'y'],
  ]);
});

describe('on the command line', () => {
  it('what functions print is no part of the answer', async () => {
    const args = ['query', 'SELECT prints(name) AS name FROM logs WHERE k = 3 LIMIT 1', csv, '-q', '-o', 'csv'];
    const { stdout, stderr } = await millrace([...args, '--functions', troublesome]);
    const first = lines.find(({ k }) => k === 3n)?.name;
    expect(stdout.toString()).toBe(`name\n${first}\n`);
    expect(stderr).toContain(`saw ${first}`);
  });

  it('takes several modules, and says what is wrong with one', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'w.csv'), 'w\nab cd\n');
    writeFileSync(join(folder, 'none.mjs'), 'export const other = 1;\n');
    writeFileSync(join(folder, 'broken.mjs'), 'export const = 1;\n');
    writeFileSync(join(folder, 'exits.mjs'), 'process.exit(3);\n');
    const query = (...args: string[]) =>
      millrace(['query', 'SELECT initials(throws(w)) AS i FROM logs', 'w.csv', '-q', '-o', 'csv', ...args], {
        cwd: folder,
      });
    expect((await query('--functions', tools, '--functions', troublesome)).stdout.toString()).toBe('i\nac\n');
    const said = await Promise.all(
      ['none.mjs', 'broken.mjs', 'exits.mjs', 'missing.mjs'].map(async (name) => {
        const { stderr, code, stdout } = await query('--no-supervise', '--functions', name);
        expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
        return stderr;
      }),
    );
    expect(said[0]).toBe(
      'millrace: Cannot use functions of "none.mjs": it exports neither "functions" nor "aggregates"\n',
    );
    expect(said[1]).toMatch(/^millrace: Cannot load functions from ".*broken\.mjs": /);
    expect(said[2]).toBe('millrace: Cannot load functions from "exits.mjs": its thread exited with code 3\n');
    expect(said[3]).toBe('millrace: Cannot read functions from "missing.mjs": no such file\n');
  });
});

it('have their garbage counted from the first record of a worker on, however short its task is', async () => {
  const folder = tempFolder();
  const waste = join(folder, 'waste.mjs');
  const body = '(n) => { let last; for (let i = 0; i < 400; i++) last = [i, n, last?.[0]]; return BigInt(last[0]); }';
  writeFileSync(
    waste,
    `export const functions = { waste: { args: ['integer'], result: 'integer', call: ${body} } };\n`,
  );
  const metrics = join(folder, 'm.prom');
  const sql = `SELECT sum(waste(n)) FROM '${csv}'`;
  const flags = ['--workers', '1', '--functions', waste, '--metrics-textfile', metrics, '-o', 'csv', '--quiet'];
  const { code, stderr } = await millrace(['query', sql, ...flags]);
  expect([code, stderr]).toEqual([0, '']);
  const pauses = readFileSync(metrics, 'utf8').matchAll(/^millrace_worker_gc_pauses_total\{.*\} (\d+)$/gm);
  expect([...pauses].reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(0);
});
