/** The corpora: the same bytes everywhere for the same recipe, whole lines, and the shapes that they promise. */
import { readFileSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../bench/answers.mjs';
import { writeBrc } from '../../bench/corpora/brc.mjs';
import { distributions as combinedShapes, writeCombined } from '../../bench/corpora/combined.mjs';
import { columns as csvColumns, distributions as csvShapes, writeCsv } from '../../bench/corpora/csv.mjs';
import { distributions as jsonShapes, writeJsonl } from '../../bench/corpora/jsonl.mjs';
import { mix32, Random, Weighted } from '../../bench/corpora/random.mjs';
import { tempFolder } from '../support/temp-folder.ts';

const combinedLine =
  /^\d+\.\d+\.\d+\.\d+ - \S+ \[\d\d\/[A-Z][a-z]{2}\/2025:\d\d:\d\d:\d\d [+-]\d{4}\] "[A-Z]+ \/\S* HTTP\/[12]\.[01]" \d{3} (\d+|-) "([^"\\]|\\.)*" "([^"\\]|\\.)*"$/;

function linesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

describe('every recipe gives its own bytes', () => {
  it.each([
    ['combined', writeCombined, { bytes: 300_000 }, '3b7dd9a2f230e98566b905100d364b17643f0602ba935bf1133674e962820669'],
    [
      'many clients',
      writeCombined,
      { bytes: 300_000, clients: 'many' },
      '82d84877deb762a39a419e728c741a1a0e4ed89d8707137c09987e80bfe9d619',
    ],
    ['jsonl', writeJsonl, { bytes: 300_000 }, '3c3378ca354823986b0a9dc277ab3b940924177fa46826f12db16ac5f25d4041'],
    [
      'brc',
      writeBrc,
      { rows: 20_000, distribution: 'one-station' },
      '7ebb29ab429b73366325b31b6602cbd402a5820f4fe87901ebd2cb8be2c58743',
    ],
    ['csv', writeCsv, { bytes: 300_000 }, '5a700b2352d51537cc481cdfadc3b02e4d7edb040ce4f01678455176558c3fd7'],
  ] as const)(
    '%s',
    async (_name, write: (path: string, options: object) => Promise<{ sha256: string }>, options, sha256) => {
      const folder = tempFolder();
      const made = await write(join(folder, 'a'), { ...options, seed: 7 });
      const other = await write(join(folder, 'b'), { ...options, seed: 8 });
      expect(made.sha256).toBe(sha256);
      expect(other.sha256).not.toBe(sha256);
    },
  );
});

describe('combined', () => {
  it.each(Object.keys(combinedShapes))('%s: every line has the format', async (distribution) => {
    const path = join(tempFolder(), 'access.log');
    const corpus = await writeCombined(path, { bytes: 400_000, distribution });
    const lines = linesOf(path);
    expect(lines.length).toBe(corpus.lines);
    expect(lines.filter((line) => !combinedLine.test(line))).toEqual([]);
    expect(statSync(path).size).toBe(corpus.bytes);
    expect(corpus.bytes).toBeLessThanOrEqual(400_000);
  });

  it('averages 197 bytes a line, with crawlers, server errors, missing sizes and escaped quotes', async () => {
    const path = join(tempFolder(), 'access.log');
    const { bytes, lines: count } = await writeCombined(path, { bytes: 8_000_000 });
    expect(bytes / count).toBeGreaterThan(195);
    expect(bytes / count).toBeLessThan(199);
    const lines = linesOf(path);
    const share = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length / lines.length;
    expect(share(/Googlebot/)).toBeCloseTo(0.05, 2);
    expect(share(/" 5\d\d /)).toBeCloseTo(0.015, 2);
    expect(share(/" 304 - /)).toBeCloseTo(0.06, 2);
    expect(share(/\\"/)).toBeGreaterThan(0.0005);
  });

  it('gives almost every line its own client when asked for many', async () => {
    const path = join(tempFolder(), 'access.log');
    const { lines: count } = await writeCombined(path, { bytes: 2_000_000, clients: 'many' });
    const clients = new Set(linesOf(path).map((line) => line.split(' ')[0]));
    expect(clients.size / count).toBeGreaterThan(0.98);
    expect(clients.size).toBeLessThan(count);
  });

  it('writes exactly as many lines as asked', async () => {
    const { lines } = await writeCombined(join(tempFolder(), 'access.log'), { lines: 10_000 });
    expect(lines).toBe(10_000);
  });

  it('names the distributions that there are', async () => {
    await expect(writeCombined(join(tempFolder(), 'access.log'), { bytes: 1000, distribution: 'odd' })).rejects.toThrow(
      /^Unknown distribution "odd": one of realistic, short-lines, /,
    );
  });
});

describe('jsonl', () => {
  it.each(Object.keys(jsonShapes))('%s: every line is one object', async (distribution) => {
    const path = join(tempFolder(), 'app.jsonl');
    const { lines: count } = await writeJsonl(path, { bytes: 300_000, distribution });
    const records = linesOf(path).map((line) => JSON.parse(line));
    expect(records.length).toBe(count);
    expect(records.every(({ ts, msg }) => Number.isFinite(Date.parse(ts)) && typeof msg === 'string')).toBe(true);
  });

  it('changes the order of keys, leaves some out and nests the request', async () => {
    const path = join(tempFolder(), 'app.jsonl');
    await writeJsonl(path, { bytes: 2_000_000 });
    const lines = linesOf(path);
    const records = lines.map((line) => JSON.parse(line));
    const share = (count: number) => count / lines.length;
    expect(share(lines.filter((line) => !line.startsWith('{"ts":')).length)).toBeCloseTo(0.1, 1);
    expect(share(records.filter(({ dur_ms }) => dur_ms === undefined).length)).toBeCloseTo(0.03, 1);
    expect(records.some(({ service }) => service === undefined)).toBe(true);
    expect(records.find(({ req }) => req !== undefined).req).toEqual({
      method: expect.any(String),
      path: expect.stringMatching(/^\//),
      status: expect.any(Number),
    });
  });
});

describe('brc', () => {
  it.each(['realistic', 'many-stations', 'one-station'])(
    '%s: every row is a station and one decimal',
    async (distribution) => {
      const path = join(tempFolder(), 'measurements.txt');
      await writeBrc(path, { rows: 20_000, distribution });
      const rows = linesOf(path);
      expect(rows.length).toBe(20_000);
      expect(rows.filter((row) => !/^[^;]+;-?\d{1,2}\.\d$/.test(row))).toEqual([]);
    },
  );
});

describe('csv', () => {
  it.each(Object.keys(csvShapes))('%s: every record has all columns', async (distribution) => {
    const path = join(tempFolder(), 'wide.csv');
    const { lines: count } = await writeCsv(path, { bytes: 300_000, distribution });
    const [header, ...records] = parseCsv(readFileSync(path, 'utf8'));
    expect(header).toEqual(csvColumns.map(([name]: string[]) => name));
    expect(records.length).toBe(count);
    expect(records.filter((record: string[]) => record.length !== csvColumns.length)).toEqual([]);
  });
});

describe('reuse', () => {
  it('keeps a corpus that the same recipe made', async () => {
    const path = join(tempFolder(), 'access.log');
    const made = await writeCombined(path, { bytes: 100_000 });
    const before = statSync(path).mtimeMs;
    expect(await writeCombined(path, { bytes: 100_000 })).toEqual(made);
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it('makes a corpus again when the recipe differs, the file was cut or the sidecar is gone', async () => {
    const path = join(tempFolder(), 'access.log');
    const first = await writeCombined(path, { bytes: 100_000 });
    expect((await writeCombined(path, { bytes: 100_000, seed: 2 })).sha256).not.toBe(first.sha256);
    expect((await writeCombined(path, { bytes: 100_000 })).sha256).toBe(first.sha256);
    truncateSync(path, 500);
    await writeCombined(path, { bytes: 100_000 });
    expect(statSync(path).size).toBe(first.bytes);
    unlinkSync(`${path}.json`);
    truncateSync(path, 500);
    await writeCombined(path, { bytes: 100_000 });
    expect(statSync(path).size).toBe(first.bytes);
  });
});

describe('randomness', () => {
  it('mixes 32-bit integers without collisions', () => {
    const mixed = new Set(Array.from({ length: 100_000 }, (_, i) => mix32(i)));
    expect(mixed.size).toBe(100_000);
  });

  it('draws by weight', () => {
    const random = new Random(3);
    const draw = new Weighted([1, 0, 3, 6]);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 100_000; i++) {
      const index = draw.draw(random);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(counts.map((count) => Math.round(count / 10_000))).toEqual([1, 0, 3, 6]);
    expect(counts[1]).toBe(0);
  });
});
