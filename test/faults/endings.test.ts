/** Ends that come from outside: a pipe that closes, Ctrl-C. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startMillrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

function bigFile(folder: string): string {
  const path = join(folder, 'big.csv');
  const block = Array.from(
    { length: 20_000 },
    (_, i) => `${i},${(i * 7919) % 100003},some words to fill the line`,
  ).join('\n');
  writeFileSync(path, `k,v,text\n${Array<string>(60).fill(block).join('\n')}\n`);
  return path;
}

it('a reader that has seen enough ends the run well', async () => {
  const path = bigFile(tempFolder());
  const child = startMillrace(['query', 'SELECT k, text FROM logs', path, '--quiet']);
  const stderr: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdout?.once('data', () => child.stdout?.destroy());
  const [code, signal] = await once(child, 'close');
  expect({ code, signal, stderr: Buffer.concat(stderr).toString() }).toEqual({ code: 0, signal: null, stderr: '' });
});

it('Ctrl-C ends the run, leaves no temporary files and says that it was stopped', async () => {
  const folder = tempFolder();
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const spilling = once(watch(temporary, { persistent: false }), 'change');
  const args = ['query', 'SELECT k, v, text, count(*) AS n FROM logs GROUP BY k, v, text, _offset', bigFile(folder)];
  const child = startMillrace([...args, '--memory', '256MiB', '--workers', '2', '--split', '1MiB', '-o', 'csv'], {
    env: { TMPDIR: temporary },
  });
  const stderr: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // when it has spilled it is in the middle of the run
  const ended = once(child, 'close');
  await Promise.race([spilling, ended]);
  child.kill('SIGINT');
  await ended;
  expect(readdirSync(temporary)).toEqual([]);
  expect(Buffer.concat(stderr).toString()).toMatch(/interrupt|stopped|cancel/i);
});
