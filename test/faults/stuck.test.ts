/** Threads that nothing in their process can end. In a system call that never returns a thread is as deaf as in V8's livelock. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const sql = 'SELECT count(sticks(_raw)) AS n FROM logs';

function folder(): string {
  const cwd = tempFolder();
  execFileSync('mkfifo', [join(cwd, 'nobody-writes')]);
  const call = `(text) { if (text === 'c') openSync(${JSON.stringify(join(cwd, 'nobody-writes'))}); return text; }`;
  writeFileSync(
    join(cwd, 'sticks.mjs'),
    `import { openSync } from 'node:fs';
export const functions = { sticks: { args: ['text'], result: 'text', call${call} } };
`,
  );
  writeFileSync(join(cwd, 'letters.txt'), 'a\nb\nc\nd\n');
  return cwd;
}

const args = ['query', sql, 'letters.txt', '-f', 'lines', '--functions', './sticks.mjs', '--deadline', '1'];

it('end with their process under supervision, and the record is put aside', async () => {
  const cwd = folder();
  const { code, stdout, stderr } = await millrace([...args, '--rejects', 'rejects.ndjson'], { cwd });
  expect({ code, stdout: stdout.toString() }, stderr).toEqual({ code: 0, stdout: 'n\n3\n' });
  const rejects = readFileSync(join(cwd, 'rejects.ndjson'), 'utf8').trim().split('\n');
  expect(rejects.map((line) => JSON.parse(line))).toEqual([
    { file: 'letters.txt', offset: 4, reason: 'the engine died of it', record: 'c' },
  ]);
}, 180_000);
