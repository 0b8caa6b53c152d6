/** More rejected records than memory holds: all are written down, in the order of the file, whoever read them. */
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { leastMemory, millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
/** About 37 MB of lines that are no records, and two that are. */
const garbageLines = 300_000;
const garbageLine = (i: number) => `${String(i).padStart(8, '0')},not,${'z'.repeat(100)},a,record\n`;
let memory = '';

beforeAll(async () => {
  const pieces = function* () {
    yield 'k,v\n1,2\n';
    for (let i = 0; i < garbageLines; i += 1000)
      yield Array.from({ length: 1000 }, (_, j) => garbageLine(i + j)).join('');
    yield '3,4\n';
  };
  await pipeline(pieces, createWriteStream(join(folder, 'garbage.csv')));
  await pipeline(
    createReadStream(join(folder, 'garbage.csv')),
    createGzip({ level: 1 }),
    createWriteStream(join(folder, 'garbage.csv.gz')),
  );
  memory = await leastMemory('garbage.csv', folder, 2);
});

it.each(['garbage.csv', 'garbage.csv.gz'])('%s, at the least memory', async (name) => {
  const sql = 'SELECT sum(v) AS s FROM logs';
  const flags = ['-q', '-o', 'csv', '-w', '2', '-m', memory, '--split', '8MiB', '--stats', `${name}.json`];
  const { stdout, stderr } = await millrace(['query', sql, name, ...flags, '--rejects', `${name}.ndjson`], {
    cwd: folder,
  });
  expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: 's\n6.0\n', stderr: '' });
  const stats = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  expect(stats.records).toEqual({ read: garbageLines + 2, matched: 2, filtered: 0, rejected: garbageLines });
  expect(stats.memory.peakRssBytes).toBeLessThan(stats.memory.budgetBytes);

  let count = 0;
  const first = 8;
  const length = garbageLine(0).length;
  for await (const line of createInterface({ input: createReadStream(join(folder, `${name}.ndjson`)) })) {
    if (count % 1000 === 0) {
      expect(JSON.parse(line)).toEqual({
        file: name,
        offset: first + count * length,
        reason: 'malformed record',
        record: garbageLine(count).trimEnd(),
      });
    }
    count++;
  }
  expect(count).toBe(garbageLines);
});

it('a reject budget ends the run early, with the first rejects', async () => {
  const args = ['query', 'SELECT sum(v) AS s FROM logs', 'garbage.csv', '-q', '-w', '1', '--split', '1MiB'];
  const byCount = await millrace([...args, '--max-rejects', '5', '--stats', 'never.json'], { cwd: folder });
  expect({ code: byCount.code, stdout: byCount.stdout.toString() }).toEqual({ code: 2, stdout: '' });
  expect(byCount.stderr).toMatch(
    /^millrace: Cannot go on: \d+ of \d+ records were rejected, more than the 5 allowed, among them garbage\.csv:8 \(malformed record\), garbage\.csv:131 \(malformed record\), garbage\.csv:254 \(malformed record\): raise --max-rejects, or keep them with --rejects to see what is wrong\n$/,
  );
  const byShare = await millrace([...args, '--max-rejects', '0.1%'], { cwd: folder });
  expect(byShare.stderr).toMatch(
    /^millrace: Cannot go on: \d+ of \d+ records were rejected, more than the 0\.1% allowed/,
  );
});

it('a file that cannot be written is refused before anything is read', async () => {
  writeFileSync(join(folder, 'one.csv'), 'a\n1\n');
  const args = ['query', 'SELECT a FROM logs', 'one.csv', '-q', '--rejects', join('missing', 'r.ndjson')];
  const { stderr, code } = await millrace(args, { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^millrace: Cannot write rejects to "missing.r\.ndjson": ENOENT/);
});
