/**
 * Golden cases: each folder holds a command and what it must print. Every case runs on one thread and again with three
 * workers, splits of a few lines and recycling after three tasks, and must print the same bytes.
 * `UPDATE_CASES=1 npx vitest run test/cases` writes what the one thread prints; read the diff before you believe it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Finished, millrace } from '../support/millrace.ts';
import { shellWords } from '../support/shell-words.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const update = process.env.UPDATE_CASES === '1';

for (const topic of foldersIn(root)) {
  describe.concurrent(topic, () => {
    for (const name of foldersIn(join(root, topic))) {
      const folder = join(root, topic, name);
      it(name, async () => {
        const args = argumentsOf(folder);
        const single = await run(folder, [...args, '--workers', '1']);
        if (update) write(folder, single);
        check(folder, single);
        const split = String(Math.ceil(inputBytes(folder, args) / 8));
        const tiny = ['--workers', '3', '--split', split, '--recycle-after', '3'];
        check(folder, await run(folder, [...args, ...tiny]));
      });
    }
  });
}

function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'inputs')
    .map((entry) => entry.name)
    .sort();
}

/** Everything after `millrace` in the case's command, which is as one would type it in the case's folder. */
function argumentsOf(folder: string): string[] {
  const [program, ...args] = shellWords(readFileSync(join(folder, 'cmd'), 'utf8'));
  if (program !== 'millrace') throw new Error(`${folder}/cmd does not begin with "millrace"`);
  return [...args, '--quiet'];
}

function run(folder: string, args: readonly string[]): Promise<Finished> {
  const stdin = join(folder, 'stdin');
  return millrace(args, { cwd: folder, ...(existsSync(stdin) ? { input: readFileSync(stdin) } : {}) });
}

function inputBytes(folder: string, args: readonly string[]): number {
  const sizes = args.map((arg) => join(folder, arg)).map((path) => (isFile(path) ? statSync(path).size : 0));
  return Math.max(64, ...sizes);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function check(folder: string, { stdout, stderr, code }: Finished): void {
  expect({ stdout: stdout.toString(), stderr, code }).toEqual({
    stdout: expected(folder, 'expected.out'),
    stderr: expected(folder, 'expected.err'),
    code: Number(expected(folder, 'expected.code') || '0'),
  });
}

function expected(folder: string, file: string): string {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Empty files and the exit code 0 are left out. */
function write(folder: string, { stdout, stderr, code }: Finished): void {
  const texts = { 'expected.out': stdout.toString(), 'expected.err': stderr, 'expected.code': code === 0 ? '' : `${code}\n` };
  for (const [file, text] of Object.entries(texts)) {
    if (text === '') rmSync(join(folder, file), { force: true });
    else writeFileSync(join(folder, file), text);
  }
}
