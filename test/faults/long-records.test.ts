/** A record far longer than anything may hold: skipped in constant memory, wherever splits begin, and the rest is exact. */
import { appendFileSync, createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { leastMemory, millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const giantMib = 32;
const mib = 1024 * 1024;
const some = Array.from({ length: 500 }, (_, i) => `k${i},${i}\n`).join('');
const folder = tempFolder();

/** Ordinary lines, one giant field, ordinary lines. `opening` and `closing` stand around the giant's contents. Gives its length. */
function giantFile(name: string, opening: string, filling: string, closing: string): number {
  const path = join(folder, name);
  writeFileSync(path, `k,v\n${some}${opening}`);
  const piece = filling.repeat(mib / filling.length);
  for (let i = 0; i < giantMib; i++) appendFileSync(path, piece);
  appendFileSync(path, `${closing}\n${some}`);
  return opening.length + giantMib * piece.length + closing.length;
}

let plainBytes = 0;
let quotedBytes = 0;
let memory = '';
beforeAll(async () => {
  plainBytes = giantFile('plain.csv', '', 'x', ',1');
  quotedBytes = giantFile('quoted.csv', '"', `${'q'.repeat(5000)}\n"",1 ab\n\n,,,`, '",1');
  await pipeline(
    createReadStream(join(folder, 'plain.csv')),
    createGzip({ level: 1 }),
    createWriteStream(join(folder, 'plain.csv.gz')),
  );
  memory = await leastMemory('plain.csv', folder, 2);
});

describe.each(['plain.csv', 'plain.csv.gz', 'quoted.csv'])('%s', (name) => {
  it.each(['1MiB', '32MiB'])('is answered at the least memory, in splits of %s', async (split) => {
    const sql = 'SELECT count(*) AS n, sum(v) AS s FROM logs';
    const flags = ['-q', '-o', 'csv', '-w', '2', '-m', memory, '--split', split];
    const outputs = ['--stats', `${name}-${split}.json`, '--rejects', `${name}-${split}.ndjson`];
    const { stdout, stderr, code } = await millrace(['query', sql, name, ...flags, ...outputs], { cwd: folder });
    expect({ stdout: stdout.toString(), stderr, code }).toEqual({ stdout: 'n,s\n1000,249500\n', stderr: '', code: 0 });

    const stats = JSON.parse(readFileSync(join(folder, `${name}-${split}.json`), 'utf8'));
    expect(stats.records).toEqual({ read: 1001, matched: 1000, filtered: 0, rejected: 1 });
    expect(stats.memory.peakRssBytes).toBeLessThan(stats.memory.budgetBytes);

    const reject = JSON.parse(readFileSync(join(folder, `${name}-${split}.ndjson`), 'utf8'));
    const recordBytes = name === 'quoted.csv' ? quotedBytes : plainBytes;
    expect(reject).toMatchObject({ file: name, offset: 4 + some.length, reason: 'record too long', recordBytes });
    expect(reject.record).toHaveLength(1024);
  });
});

it('the same records are too long, held or not, however the file is cut', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `${i},${'y'.repeat((i * 37) % 100)}`);
  writeFileSync(join(folder, 'mixed.csv'), `i,t\r\n${lines.join('\r\n')}\r\n`);
  const fitting = lines.filter((line) => line.length <= 64);
  const expected = `n\n${fitting.length}\n`;
  const answers = await Promise.all(
    ['7KiB', '100B', '64MiB'].map(async (split) => {
      const args = ['query', 'SELECT count(*) AS n FROM logs', 'mixed.csv', '--max-record', '64B', '--split', split];
      const rejects = `mixed-${split}.ndjson`;
      const { stdout } = await millrace([...args, '-q', '-w', '3', '--rejects', rejects], { cwd: folder });
      return { stdout: stdout.toString(), rejects: readFileSync(join(folder, rejects), 'utf8') };
    }),
  );
  expect(answers[0]?.stdout).toBe(expected);
  for (const answer of answers) expect(answer.stdout === expected && answer.rejects === answers[0]?.rejects).toBe(true);
  expect(answers[0]?.rejects.trim().split('\n')).toHaveLength(lines.length - fitting.length);
});
