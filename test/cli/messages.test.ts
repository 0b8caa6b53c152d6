/** What the command says about wrong usage and odd input: whole texts and exit codes, of the built command. */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { millrace, millracePath } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { accessLog } from './access-log.ts';

const countAll = 'SELECT count(*) AS n FROM logs';

/** A folder with an access log, `logs`, and whatever else is wanted. */
function logFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = tempFolder();
  for (const [name, content] of Object.entries({ 'access.log': accessLog(100), ...files })) {
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

async function said(args: readonly string[], cwd: string) {
  const { code, stdout, stderr } = await millrace(args, { cwd });
  return { code, stdout: stdout.toString(), stderr };
}

/** The summary, whose figures are not the same twice, as `<summary>`. */
function withoutFigures(stderr: string): string {
  return stderr.replace(/^[\d,]+ records? · .*$/m, '<summary>');
}

test.skipIf(!existsSync('/dev/full')).each(['csv', 'json', 'table'])(
  'a full disk behind stdout is said in words, of %s',
  (output) => {
    const full = openSync('/dev/full', 'w');
    try {
      const sql = 'SELECT path, count(*) AS n FROM logs GROUP BY path';
      const { status, stderr } = spawnSync(
        process.execPath,
        [millracePath, 'query', sql, 'access.log', '--output', output, '--quiet'],
        { cwd: logFolder(), stdio: ['ignore', full, 'pipe'], encoding: 'utf8' },
      );
      expect(stderr).toBe(
        'millrace: Cannot write the result to standard output: no space left on the device: send it elsewhere, and run again\n',
      );
      expect(status).toBe(2);
    } finally {
      closeSync(full);
    }
  },
);

describe.concurrent('mistakes end with code 2, one message and nothing on stdout', () => {
  test.each<[string, readonly string[], string]>([
    ['no command', [], 'No command given: write millrace query "SELECT ..." FILE, or see "millrace help"'],
    ['an unknown command', ['qurey', 'x'], 'Unknown command "qurey": did you mean "query"?'],
    ['no query', ['query'], 'No query given: write millrace query "SELECT ..." FILE'],
    [
      'an unknown flag',
      ['query', countAll, 'access.log', '--fromat', 'csv'],
      'Unknown flag "--fromat": did you mean "--format"?',
    ],
    [
      'a value that cannot be used',
      ['query', countAll, 'access.log', '--memory', '1GiG'],
      'Cannot use --memory "1GiG": write a number and a unit, as in "512MiB"',
    ],
    [
      'an unknown format',
      ['query', countAll, 'access.log', '--format', 'combind'],
      'Cannot use format "combind": unknown format: did you mean "combined"?',
    ],
    [
      'no files',
      ['query', countAll],
      `No files given for the table "logs": name them after the query, or write FROM 'file.log'`,
    ],
    [
      'files named twice',
      ['query', "SELECT 1 FROM 'access.log'", 'access.log'],
      `Cannot read both FROM 'access.log' and the files named: write FROM logs to read the latter`,
    ],
    ['a missing file', ['query', countAll, 'acces.log'], 'Cannot read "acces.log": no such file'],
    [
      'a pattern without matches',
      ['query', "SELECT 1 FROM '*.lgo'"],
      'Cannot read "*.lgo": no file matches the pattern',
    ],
    [
      'a missing configuration',
      ['query', countAll, 'access.log', '--config', 'c.yaml'],
      `Cannot read configuration "c.yaml": no such file or directory (ENOENT)`,
    ],
  ])('%s', async (_, args, message) => {
    expect(await said(args, logFolder())).toEqual({ code: 2, stdout: '', stderr: `millrace: ${message}\n` });
  });

  test('an unknown column, underlined', async () => {
    expect(await said(['query', 'SELECT statsu FROM logs', 'access.log'], logFolder())).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'millrace: Cannot bind query: unknown column "statsu" at 7: did you mean "status"?\n' +
        '  SELECT statsu FROM logs\n         ^\n',
    });
  });

  test('an unknown function, underlined', async () => {
    expect(await said(['query', 'SELECT p95x(bytes) FROM logs', 'access.log'], logFolder())).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'millrace: Cannot bind query: unknown function "p95x" at 7: did you mean "p95"?\n' +
        '  SELECT p95x(bytes) FROM logs\n         ^\n',
    });
  });

  test('a directory', async () => {
    const folder = logFolder();
    mkdirSync(join(folder, 'logs'));
    expect(await said(['query', countAll, 'logs'], folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'millrace: Cannot read "logs": it is a directory: name its files, for example "logs/*"\n',
    });
  });

  test('a file that may not be read', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read everything');
    const folder = logFolder();
    chmodSync(join(folder, 'access.log'), 0o000);
    expect(await said(['query', countAll, 'access.log'], folder)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'millrace: Cannot read "access.log": permission denied\n',
    });
  });

  test('a format that fits no line', async () => {
    expect(
      await said(['query', countAll, 'a.jsonl', '--format', 'combined'], logFolder({ 'a.jsonl': '{"a":1}\n' })),
    ).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'millrace: Cannot read "a.jsonl" as combined: none of its first lines fits, the first is "{"a":1}": name another --format\n',
    });
  });

  test('a file name cannot steer the terminal', async () => {
    expect((await said(['query', countAll, 'a\x1b]2;x.log'], logFolder())).stderr).toBe(
      'millrace: Cannot read "a\\x1b]2;x.log": no such file\n',
    );
  });

  test('a stack trace comes only when it is asked for', async () => {
    const { stderr } = await millrace(['query', countAll, 'nowhere.log'], { env: { MILLRACE_DEBUG: '1' } });
    expect(stderr).toMatch(/^millrace: Cannot read "nowhere.log": no such file\nUsageError: .*\n {4}at /);
  });
});

describe.concurrent('odd input is answered, with a note', () => {
  test('an empty file has no records', async () => {
    const ended = await said(['query', countAll, 'empty.log'], logFolder({ 'empty.log': '' }));
    expect({ ...ended, stderr: withoutFigures(ended.stderr) }).toEqual({
      code: 0,
      stdout: 'n\n0\n',
      stderr: '"empty.log" is empty: it has no records\n<summary>\n',
    });
  });

  test('no record matched', async () => {
    const ended = await said(['query', 'SELECT path FROM logs WHERE status = 999', 'access.log'], logFolder());
    expect({ ...ended, stderr: withoutFigures(ended.stderr) }).toEqual({
      code: 0,
      stdout: 'path\n',
      stderr: 'No record matched: 100 records filtered out\n<summary>\n',
    });
  });

  test('a second file of another format, whose records are rejected', async () => {
    const folder = logFolder({ 'b.jsonl': '{"a":1}\n{"a":2}\n' });
    const ended = await said(['query', countAll, 'access.log', 'b.jsonl'], folder);
    expect({ ...ended, stderr: withoutFigures(ended.stderr) }).toEqual({
      code: 0,
      stdout: 'n\n100\n',
      stderr:
        '"b.jsonl" does not look like combined, the format of the first file\n' +
        '<summary>\n' +
        '2 records rejected: --rejects FILE keeps them\n' +
        '  b.jsonl:0 malformed record\n' +
        '  b.jsonl:8 malformed record\n',
    });
  });

  test('quiet says nothing of it', async () => {
    expect(await said(['query', countAll, 'empty.log', '-q'], logFolder({ 'empty.log': '' }))).toEqual({
      code: 0,
      stdout: 'n\n0\n',
      stderr: '',
    });
  });
});
