/**
 * Records that kill workers, really: by leaving, by looping, by filling the heap. The answer is that of all other records,
 * and the record at fault is put aside with its place and its bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Engine, type EngineSettings } from '../support/engine.ts';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const functions = [fileURLToPath(new URL('../fixtures/functions/troublesome.js', import.meta.url))];
const count = 6000;

/** Lines `i,word`, most of them harmless. */
function linesWith(poison: Readonly<Record<number, string>>): string[] {
  return Array.from({ length: count }, (_, i) => `${i},${poison[i] ?? `word${i % 5}`}`);
}

function fileOf(lines: readonly string[], name = 'words.csv'): string {
  const path = join(tempFolder(), name);
  const text = `i,w\n${lines.join('\n')}\n`;
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

function offsetOf(lines: readonly string[], index: number): number {
  return 'i,w\n'.length + lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0);
}

async function ask(sql: string, path: string, engineSettings: Partial<EngineSettings> = {}, more: object = {}) {
  const engine = await Engine.open({ workers: 2, recycleAfter: 0, ...engineSettings });
  try {
    return await engine.ask(sql, { files: [path], format: 'csv', functions, split: 20_000, ...more });
  } finally {
    await engine.close();
  }
}

const sumOfIndexes = (count * (count - 1)) / 2;

describe('a record that ends its worker', () => {
  const poison = { 1234: 'exit', 1235: 'exit', 5999: 'exit' };
  const lines = linesWith(poison);
  const places = Object.keys(poison).map((index) => offsetOf(lines, Number(index)));
  const left = BigInt(sumOfIndexes - 1234 - 1235 - 5999);
  const records = { read: count, matched: count - 3, filtered: 0, rejected: 3 };

  it.each(['words.csv', 'words.csv.gz'])('is put aside, in %s', async (name) => {
    const sql = 'SELECT count(exits(w)) AS n, sum(i) AS s FROM logs';
    const found = await ask(sql, fileOf(lines, name));
    expect(found.rows).toEqual([[BigInt(count - 3), left]]);
    expect(found.records).toEqual(records);
    expect(found.rejects.map(({ offset }) => offset)).toEqual(places);
    expect(found.rejects[0]).toMatchObject({ reason: 'worker died: worker exited with code: 7' });
    expect(Buffer.from(found.rejects[2]?.record ?? []).toString()).toBe('5999,exit');
    expect(found.stats.quarantined).toBe(3);
  });

  it('leaves a hole in the rows of a plain select and nothing else, in the order of the file', async () => {
    const { rows } = await ask('SELECT i, exits(w) FROM logs', fileOf(lines));
    const expected = lines.map((line) => line.split(',')).filter(([, word]) => word !== 'exit');
    expect(rows).toEqual(expected.map(([i, word]) => [BigInt(i ?? ''), word]));
  });

  it('is found where records hold line ends, and splits begin inside quotes', async () => {
    const quoted = lines.map((line) => {
      const [i, word] = line.split(',');
      return `${i},"${word}"`.replace('word3', 'wo,\n"",\nrd3');
    });
    const found = await ask('SELECT i, exits(w) FROM logs', fileOf(quoted), {}, { split: 1999 });
    expect(found.records).toEqual(records);
    expect(found.rows.map(([i]) => i)).toEqual(lines.flatMap((line, i) => (line.endsWith('exit') ? [] : [BigInt(i)])));
    expect(found.rejects.map(({ offset }) => offset)).toEqual(
      Object.keys(poison).map((index) => offsetOf(quoted, Number(index))),
    );
  });
});

describe('a record that is never done', () => {
  it('costs its worker the life, and is put aside after the deadline', async () => {
    const lines = linesWith({ 4321: 'loop' });
    const found = await ask('SELECT count(loops(w)), sum(i) FROM logs', fileOf(lines), { deadlineMs: 700 });
    expect(found.rows).toEqual([[BigInt(count - 1), BigInt(sumOfIndexes - 4321)]]);
    expect(found.rejects.map(({ offset, reason }) => [offset, reason])).toEqual([
      [offsetOf(lines, 4321), 'worker died: deadline (no progress for 0.7 s)'],
    ]);
    expect(found.stats.recycles.deadline).toBe(2);
  });
});

describe('a record that fills the heap', () => {
  const lines = linesWith({ 3210: 'huge' });
  const sql = 'SELECT count(swells(w)), sum(i) FROM logs';

  it('is put aside where even two workers have too little', async () => {
    const found = await ask(sql, fileOf(lines), { heapOldMb: 24 });
    expect(found.rows).toEqual([[BigInt(count - 1), BigInt(sumOfIndexes - 3210)]]);
    expect(found.rejects.map(({ offset, reason }) => [offset, reason])).toEqual([
      [offsetOf(lines, 3210), 'worker died: heap limit'],
    ]);
  });

  it('gets the heap of two workers, and is answered where that is enough', async () => {
    const large = linesWith({ 3210: 'large' });
    const found = await ask(sql, fileOf(large), { heapOldMb: 40 });
    expect(found.rows).toEqual([[BigInt(count), BigInt(sumOfIndexes)]]);
    expect(found.records.rejected).toBe(0);
    expect(found.stats.retriesByReason.heap).toBe(3);
  });
});

it('a function that keeps what it was given wears workers out, and nothing is lost', async () => {
  const found = await ask(
    'SELECT count(leaks(w)), sum(i) FROM logs',
    fileOf(linesWith({})),
    { heapOldMb: 24 },
    { split: 1e6 },
  );
  expect(found.rows).toEqual([[BigInt(count), BigInt(sumOfIndexes)]]);
  expect(found.records.rejected).toBe(0);
  expect((found.stats.recycles.heap ?? 0) + (found.stats.recycles.died ?? 0)).toBeGreaterThan(0);
});

it('a function that kills at every record ends the run soon, and says what to do', async () => {
  const path = fileOf(linesWith({}));
  const args = ['query', 'SELECT count(always_exits(w)) FROM logs', path, '-q', '--no-supervise', '--max-deaths', '6'];
  const { code, stderr, stdout } = await millrace([...args, '--functions', ...functions]);
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(
    /^millrace: Cannot finish split .*words\.csv\[.*\): workers died of its records 6 times, the last one at .*words\.csv:\d+ \(worker exited with code: 7\): correct the function that does it, or raise --max-deaths to put such records aside and go on\n$/,
  );
});

it('from a pipe, which cannot be read again, a death is the end, and the message says what helps', async () => {
  const input = Buffer.from(`i,w\n${linesWith({ 17: 'exit' }).join('\n')}\n`);
  const args = ['query', 'SELECT count(exits(w)) FROM logs', '-', '-q', '--no-supervise', '-f', 'csv'];
  const { code, stderr } = await millrace([...args, '--functions', ...functions], { input });
  expect(code).toBe(2);
  expect(stderr).toBe(
    'millrace: Cannot finish split -: worker 0 died once (worker exited with code: 7), and what comes from a pipe cannot be read again: read it from a file, where such records are put aside\n',
  );
});

it('what was put aside is written down, and can be replayed with a function that works', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'words.csv'), `i,w\n${linesWith({ 17: 'exit' }).join('\n')}\n`);
  const query = ['query', 'SELECT count(exits(w)) AS n FROM logs', 'words.csv', '--rejects', 'rejects.ndjson'];
  const first = await millrace([...query, '-q', '--functions', ...functions], { cwd: folder });
  expect(first.stdout.toString()).toBe(`n\n${count - 1}\n`);
  expect(JSON.parse(readFileSync(join(folder, 'rejects.ndjson'), 'utf8'))).toEqual({
    file: 'words.csv',
    offset: offsetOf(linesWith({}), 17),
    reason: 'worker died: worker exited with code: 7',
    record: '17,exit',
  });
  const replay = [
    'replay',
    'rejects.ndjson',
    'SELECT i, throws(w) AS w FROM logs',
    '-f',
    'csv',
    '--columns',
    'i,w',
    '-q',
  ];
  const second = await millrace([...replay, '-o', 'csv', '--functions', ...functions], { cwd: folder });
  expect(second.stdout.toString()).toBe('i,w\n17,exit\n');
});
