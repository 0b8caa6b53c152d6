/** `millrace replay`: what was rejected, asked again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A folder with two files and the rejects of a question about both. */
async function rejected(): Promise<string> {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'a.csv'), 'k,v\na,1\nb,x2\n"c\nd",3\ne,f,4\n');
  writeFileSync(join(cwd, 'b.csv'), Buffer.from('k,v\n"p,\nq",5y\n\xff,z\n"open,1\n', 'latin1'));
  const columns = ['--columns', 'k:text,v:text', '--header', '-q', '--rejects', 'rejects.ndjson'];
  const sql = 'SELECT sum(v::integer) AS s, count(*) AS n FROM logs';
  const { stdout } = await millrace(['query', sql, 'a.csv', 'b.csv', ...columns], { cwd });
  expect(stdout.toString()).toBe('s,n\n4,2\n');
  return cwd;
}

const lines = (cwd: string, name: string) =>
  readFileSync(join(cwd, name), 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

it('reads each record alone, as what it was, where it was', async () => {
  const cwd = await rejected();
  expect(lines(cwd, 'rejects.ndjson')).toEqual([
    { file: 'a.csv', offset: 8, reason: 'v: "x2" is not an integer', record: 'b,x2' },
    { file: 'a.csv', offset: 21, reason: 'malformed record', record: 'e,f,4' },
    { file: 'b.csv', offset: 4, reason: 'v: "5y" is not an integer', record: '"p,\nq",5y' },
    { file: 'b.csv', offset: 14, reason: 'v: "z" is not an integer', record: '\ufffd,z', recordBase64: '/yx6' },
    { file: 'b.csv', offset: 18, reason: 'malformed record', record: '"open,1' },
  ]);
  const sql = 'SELECT k, v, _file, _offset FROM logs';
  const args = ['replay', 'rejects.ndjson', sql, '-f', 'csv', '--columns', 'k:text,v:text', '-q', '-o', 'ndjson'];
  const { stdout } = await millrace([...args, '--rejects', 'again.ndjson'], { cwd });
  const rows = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(rows).toEqual([
    { k: 'b', v: 'x2', _file: 'a.csv', _offset: 8 },
    { k: 'p,\nq', v: '5y', _file: 'b.csv', _offset: 4 },
    { k: '\ufffd', v: 'z', _file: 'b.csv', _offset: 14 },
  ]);
  // what is rejected again keeps its place
  expect(lines(cwd, 'again.ndjson')).toEqual([
    { file: 'a.csv', offset: 21, reason: 'malformed record', record: 'e,f,4' },
    { file: 'b.csv', offset: 18, reason: 'malformed record', record: '"open,1' },
  ]);
});

it('takes another format, and the file in any place', async () => {
  const cwd = await rejected();
  const sql = "SELECT count(*) AS n, min(_offset) AS first FROM logs WHERE _raw LIKE '%,%'";
  const { stdout } = await millrace(['replay', sql, 'rejects.ndjson', '-f', 'lines', '-q'], { cwd });
  // a record of two lines is no line
  expect(stdout.toString()).toBe('n,first\n4,8\n');
});

it('rejects again what was kept only in part', async () => {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'long.log'), `short\n${'l'.repeat(3000)}\n`);
  const query = ['SELECT count(*) AS n FROM logs', '-f', 'lines', '-q'];
  await millrace(['query', ...query, 'long.log', '--max-record', '100B', '--rejects', 'r.ndjson'], { cwd });
  expect(lines(cwd, 'r.ndjson')).toMatchObject([{ offset: 6, reason: 'record too long', recordBytes: 3000 }]);
  const { stdout } = await millrace(['replay', 'r.ndjson', ...query, '--rejects', 'r2.ndjson'], { cwd });
  expect(stdout.toString()).toBe('n\n0\n');
  expect(lines(cwd, 'r2.ndjson')).toEqual(lines(cwd, 'r.ndjson'));
});

it.each([
  [
    ['r.ndjson'],
    'Cannot replay without a file and a query: write millrace replay REJECTS.ndjson "SELECT ... FROM logs"',
  ],
  [
    ['SELECT 1 FROM logs'],
    'Cannot replay without a file and a query: write millrace replay REJECTS.ndjson "SELECT ... FROM logs"',
  ],
  [['missing.ndjson', 'SELECT 1 FROM logs'], 'Cannot read "missing.ndjson": no such file'],
  [['-', 'SELECT 1 FROM logs'], 'Cannot replay "-": rejects are read from plain files'],
  [
    ['no.ndjson', 'SELECT _raw FROM logs', '-f', 'lines'],
    'Cannot replay "no.ndjson": line 2 is no rejected record: it lacks "file", "offset" or "record": name a file that --rejects wrote',
  ],
])('%j is refused', async (args, message) => {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'no.ndjson'), '{"file":"a","offset":0,"record":"x"}\n{"some":"object"}\n');
  const { stdout, stderr, code } = await millrace(['replay', ...args, '-q'], { cwd });
  expect({ stderr, code, stdout: stdout.toString() }).toEqual({
    stderr: `millrace: ${message}\n`,
    code: 2,
    stdout: '',
  });
});
