/** The process dies, is stopped or called off: the next one goes on, and the answer is the same. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../src/coordinator/process-mark.ts';
import { millrace, startMillrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const questions = {
  grouped: 'SELECT k % 1000 AS k, count(*) AS n, sum(v) AS s, p90(v) AS p FROM logs GROUP BY 1',
  rows: 'SELECT k, text FROM logs WHERE v < 50000',
  sorted: 'SELECT v, k FROM logs ORDER BY v DESC, k LIMIT 20000',
} as const;

function csvLines(count: number): string {
  const line = (i: number) => `${i},${(i * 7919) % 100_003},some words to fill the line\n`;
  return Array.from({ length: count }, (_, i) => line(i)).join('');
}

/** A folder with a file that takes dozens of splits, and one for temporary files. */
function workshop(lines = 100_000): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'tmp'));
  writeFileSync(join(cwd, 'big.csv'), `k,v,text\n${csvLines(lines)}`);
  return { cwd, env: { TMPDIR: join(cwd, 'tmp') } };
}

const small = ['--split', '100kB', '--workers', '2', '--memory', '512MiB'];
const keep = ['--state', 'state'];

/** Resolves when the ledger in the folder has got so large, or the run has ended. */
async function ledgerReaches(bytes: number, folder: string, child: ChildProcess): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const size = () => statSync(join(folder, 'ledger'), { throwIfNoEntry: false })?.size ?? 0;
  const watcher = watch(folder);
  const ended = once(child, 'exit');
  while (size() < bytes && child.exitCode === null) await Promise.race([once(watcher, 'change'), ended]);
  watcher.close();
}

function childOf(pid: number | undefined): number {
  const found =
    spawnSync('pgrep', ['-P', String(pid)])
      .stdout.toString()
      .trim()
      .split('\n')[0] ?? '';
  return Number(found);
}

async function endOf(child: ChildProcess) {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code]: unknown[] = await once(child, 'close');
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

describe.each(Object.entries(questions))('kill -9 in the middle of a question about %s', (_, sql) => {
  it('costs only the splits that were under way, for other workers and splits too', async () => {
    const place = workshop();
    const expected = await millrace(['query', sql, 'big.csv'], place);
    const child = startMillrace(['query', sql, 'big.csv', ...small, ...keep], place);
    const ended = endOf(child);
    await ledgerReaches(100_000, join(place.cwd, 'state'), child);
    child.kill('SIGKILL');
    await ended;
    const again = await millrace(['query', sql, 'big.csv', ...keep, '--resume', '--workers', '1'], place);
    expect(again.stdout.equals(expected.stdout)).toBe(true);
    expect(again.stderr).toMatch(/^Resumed: [1-9]\d* of \d+ splits \([\d.]+ [KM]iB\) are finished already\n/);
    expect(readdirSync(join(place.cwd, 'tmp'))).toEqual([]);
  });
});

describe('a state', () => {
  it('answers at once when the run had ended, and reads only what was added to the file', async () => {
    const place = workshop(20_000);
    const sql = questions.grouped;
    await millrace(['query', sql, 'big.csv', ...small, ...keep], place);
    const finished = await millrace(['query', sql, 'big.csv', ...keep, '--resume'], place);
    expect(finished.stderr).toMatch(/^Resumed: (\d+) of \1 splits/);
    appendFileSync(join(place.cwd, 'big.csv'), csvLines(100));
    const expected = await millrace(['query', sql, 'big.csv'], place);
    const grown = await millrace(['query', sql, 'big.csv', ...keep, '--resume'], place);
    expect(grown.stdout.equals(expected.stdout)).toBe(true);
    expect(grown.stderr).toMatch(/^Resumed: \d+ of \d+ splits .*; grown or new since: big\.csv\n/);
  });

  it('is not begun for standard input, nor gone on from where none is named', async () => {
    const place = workshop(10);
    const pipe = await millrace(['query', questions.grouped, '-', ...keep], {
      ...place,
      input: Buffer.from('k,v\n1,2\n'),
    });
    expect({ code: pipe.code, stderr: pipe.stderr }).toEqual({
      code: 2,
      stderr:
        'millrace: Cannot keep state in "state": standard input cannot be read a second time: save it to a file first, or run without --state\n',
    });
    const nowhere = await millrace(['query', questions.grouped, 'big.csv', '--resume'], place);
    expect({ code: nowhere.code, stderr: nowhere.stderr }).toEqual({
      code: 2,
      stderr: 'millrace: Cannot resume: no state was named: add --state DIR\n',
    });
  });

  it('is kept by Ctrl-C, which says how to go on', async () => {
    const place = workshop();
    const child = startMillrace(['query', questions.grouped, 'big.csv', ...small, ...keep], place);
    const ended = endOf(child);
    await ledgerReaches(20_000, join(place.cwd, 'state'), child);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^millrace: Interrupted: --resume goes on \(\d+ of \d+ splits are kept in "state"\)\n$/);
    expect(readdirSync(join(place.cwd, 'state'))).toEqual(['ledger']);
    expect((await millrace(['query', questions.grouped, 'big.csv', ...keep, '--resume'], place)).code).toBe(0);
  });
});

describe('under --supervise', () => {
  it.each([
    ['dies', 'SIGKILL', /^millrace: The engine died of SIGKILL: starting it again\n/],
    ['hangs', 'SIGSTOP', /^millrace: The engine said nothing for 3 s and was killed: starting it again\n/],
  ] as const)('an engine that %s is started again, and prints the rest of its rows', async (_, signal, message) => {
    const place = workshop();
    const expected = await millrace(['query', questions.rows, 'big.csv'], place);
    const env = { ...place.env, MILLRACE_SILENCE_MS: '3000' };
    const child = startMillrace(['query', questions.rows, 'big.csv', ...small, '--supervise'], { ...place, env });
    const ended = endOf(child);
    if (child.stdout !== null) await once(child.stdout, 'data'); // half of the answer is out
    process.kill(childOf(child.pid), signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(message);
    expect(stdout.equals(expected.stdout)).toBe(true);
    expect(readdirSync(join(place.cwd, 'tmp'))).toEqual([]);
  });

  it('codes and messages of the engine are handed on', async () => {
    const place = workshop(10);
    const wrong = await millrace(['query', 'SELECT nothing FROM logs', 'big.csv', '--supervise'], place);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/^millrace: Cannot .*unknown column "nothing"/i);
  });

  it('a record that brings the whole engine down is found and put aside', async () => {
    const place = workshop(3000);
    const path = join(place.cwd, 'mine.mjs');
    const source = `export const functions = { touchy: { args: ['integer'], result: 'integer', call(k) {
      if (k === 1234n) { process.kill(process.pid, 'SIGABRT'); for (;;); }
      return k;
    } } };`;
    writeFileSync(path, source);
    // supervised unless said otherwise, because the function is the user's
    const flags = ['--functions', path, '--split', '1kB', '--rejects', 'rejects.ndjson'];
    const sql = 'SELECT count(*) AS n, sum(touchy(k)) AS s FROM logs';
    const { code, stdout } = await millrace(['query', sql, 'big.csv', ...flags], place);
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: `n,s\n2999,${(2999 * 3000) / 2 - 1234}\n` });
    const reject: unknown = JSON.parse(readFileSync(join(place.cwd, 'rejects.ndjson'), 'utf8'));
    expect(reject).toMatchObject({ reason: 'the engine died of it', record: csvLines(1235).split('\n')[1234] });
  });

  it('an engine that dies again and again is given up', async () => {
    const place = workshop(10);
    const path = join(place.cwd, 'die.cjs');
    writeFileSync(path, "if (process.env.MILLRACE_SUPERVISED) process.kill(process.pid, 'SIGABRT');\n");
    const env = { ...place.env, NODE_OPTIONS: `--require ${path}` };
    const dead = await millrace(['query', questions.rows, 'big.csv', '--supervise'], { ...place, env });
    expect({ code: dead.code, stdout: dead.stdout.toString() }).toEqual({ code: 2, stdout: '' });
    expect(dead.stderr.split('\n')).toEqual([
      'millrace: The engine died of SIGABRT: starting it again',
      'millrace: The engine died of SIGABRT: starting it again',
      'millrace: Cannot finish the query: the engine died of SIGABRT, for the third time without getting further: lower --split or raise --memory',
      '',
    ]);
    expect(readdirSync(join(place.cwd, 'tmp'))).toEqual([]);
  });

  it('Ctrl-C stops the engine, and everything is tidy', async () => {
    const place = workshop();
    const child = startMillrace(['query', questions.rows, 'big.csv', ...small, '--supervise'], place);
    const ended = endOf(child);
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'millrace: Interrupted\n' });
    expect(readdirSync(join(place.cwd, 'tmp'))).toEqual([]);
  });
});

it('what a killed process left in the temporary folder is removed, and nothing else', async () => {
  const place = workshop(10);
  const { machine, started } = thisProcess();
  const { pid } = spawnSync(process.execPath, ['--version']);
  const folder = (owner: number) => join(place.cwd, 'tmp', `millrace-${machine}-${owner}-${started || '0'}-abcdef`);
  for (const owner of [pid, process.pid]) mkdirSync(folder(owner));
  mkdirSync(join(place.cwd, 'tmp', 'millrace-of-somebody'));
  await millrace(['query', questions.rows, 'big.csv'], place);
  expect([existsSync(folder(pid)), existsSync(folder(process.pid))]).toEqual([false, true]);
  expect(readdirSync(join(place.cwd, 'tmp'))).toHaveLength(2);
});
