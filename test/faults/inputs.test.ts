/** Inputs that go wrong while they are read or cannot be read at all: what is said, and with which exit code. */
import { chmodSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const csv = `k,name\n${Array.from({ length: 20_000 }, (_, i) => `${i},${(i * 7919) % 10007}`).join('\n')}\n`;
const question = 'SELECT count(*) AS n FROM logs';

async function fails(args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr, code } = await millrace(['query', question, ...args, '--quiet'], { cwd });
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
  return stderr;
}

it('a gzip file that is cut off fails the run and is named', async () => {
  const folder = tempFolder();
  const whole = gzipSync(csv);
  writeFileSync(join(folder, 'cut.csv.gz'), whole.subarray(0, whole.length - 1000));
  expect(await fails(['cut.csv.gz'], folder)).toMatch(/cut\.csv\.gz.*(unexpected end|cut off|truncated)/i);
});

it('a gzip file with a wrong byte fails the run and is named', async () => {
  const folder = tempFolder();
  const bytes = Buffer.from(gzipSync(csv));
  bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1; // in the checksum
  writeFileSync(join(folder, 'bad.csv.gz'), bytes);
  expect(await fails(['bad.csv.gz'], folder)).toMatch(/bad\.csv\.gz/);
});

it('a directory is refused', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'logs.d'));
  expect(await fails(['logs.d'], folder)).toMatch(/"logs\.d".*director/i);
});

it('an unreadable file is refused', async (context) => {
  context.skip(process.getuid?.() === 0, 'root can read every file');
  const folder = tempFolder();
  writeFileSync(join(folder, 'secret.log'), csv);
  chmodSync(join(folder, 'secret.log'), 0);
  expect(await fails(['secret.log'], folder)).toMatch(/secret\.log.*permission/i);
});

it('a file that shrinks after planning fails the run instead of giving part of the answer', async () => {
  const path = join(tempFolder(), 'shrinking.csv');
  writeFileSync(path, csv);
  const engine = await Engine.open({ workers: 1, recycleAfter: 0 });
  const asked = engine.ask('SELECT k, name FROM logs', { files: [path], format: 'csv', split: 1000 }, () =>
    truncateSync(path, Math.floor(csv.length / 2)),
  );
  await expect(asked).rejects.toThrow(/shrinking\.csv/);
  await engine.close();
});

it('a file that grows after planning is read up to the size it had', async () => {
  const path = join(tempFolder(), 'growing.csv');
  writeFileSync(path, csv);
  const engine = await Engine.open({ workers: 1, recycleAfter: 0 });
  const { records } = await engine.ask('SELECT k FROM logs', { files: [path], format: 'csv', split: 1000 }, () =>
    writeFileSync(openSync(path, 'a'), '1,late\n2,later\n'),
  );
  expect(records.read).toBe(20_000);
  await engine.close();
});
