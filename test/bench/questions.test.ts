/**
 * The questions in the words of each peer: on small corpora the exact references, and every peer that is installed, give
 * what a plain JavaScript loop over the same lines gives.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { disagreement } from '../../bench/answers.mjs';
import { mawk } from '../../bench/compare/awk.mjs';
import { askDuckdb, duckdb, duckdbLines } from '../../bench/compare/duckdb.mjs';
import { readFloor } from '../../bench/compare/read-floor.mjs';
import { ripgrep } from '../../bench/compare/ripgrep.mjs';
import { peers, selectPeers } from '../../bench/compare/table.mjs';
import { wc } from '../../bench/compare/wc.mjs';
import { writeBrc } from '../../bench/corpora/brc.mjs';
import { writeCombined } from '../../bench/corpora/combined.mjs';
import { writeJsonl } from '../../bench/corpora/jsonl.mjs';
import { questions, selectQuestions } from '../../bench/questions.mjs';

interface Corpus {
  readonly path: string;
  readonly bytes: number;
  readonly lines: number;
}
interface Hit {
  readonly client: string;
  readonly hour: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number | null;
  readonly agent: string;
}

const writers: Record<string, (path: string) => Promise<Corpus>> = {
  combined: (path) => writeCombined(path, { bytes: 1_000_000 }),
  'combined-many-clients': (path) => writeCombined(path, { bytes: 1_000_000, clients: 'many' }),
  brc: (path) => writeBrc(path, { rows: 30_000 }),
  jsonl: (path) => writeJsonl(path, { bytes: 1_000_000 }),
};

/** One folder for the whole file: a corpus is made once and then reused. */
const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string): Promise<Corpus> {
  const writer = writers[name];
  if (writer === undefined) throw new Error(`No small corpus called ${name}`);
  return writer(join(folder, name));
}

const fields =
  /^(\S+) \S+ \S+ \[(\d\d)\/Mar\/2025:(\d\d):\d\d:\d\d \+0000\] "\S+ (\S+) \S+" (\d+) (\S+) "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"$/;

function hitsOf(path: string): Hit[] {
  return linesOf(path).map((line) => {
    const [, client = '', day, hour, target = '', status, bytes, agent = ''] = fields.exec(line) ?? [];
    return {
      client,
      hour: `2025-03-${day} ${hour}:00:00`,
      path: target,
      status: Number(status),
      bytes: bytes === '-' ? null : Number(bytes),
      agent,
    };
  });
}

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

function groups<T>(rows: readonly T[], key: (row: T) => string): [string, T[]][] {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const group = map.get(key(row));
    if (group === undefined) map.set(key(row), [row]);
    else group.push(row);
  }
  return [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function quantileRange(values: readonly number[]): string {
  if (values.length === 0) return '';
  const sorted = [...values].sort((a, b) => a - b);
  const rank = 0.99 * (sorted.length - 1);
  return `${sorted[Math.floor(rank)]}..${sorted[Math.ceil(rank)]}`;
}

function topTen(rows: readonly Hit[], key: (row: Hit) => string): string[][] {
  const ranked = groups(rows, key).map(([name, hits]) => [name, hits.length] as const);
  return ranked
    .sort((a, b) => b[1] - a[1])
    .slice(0, 10)
    .map(([name, hits]) => [name, String(hits)]);
}

const notNull = (value: number | null | undefined): value is number => value !== null && value !== undefined;

/** The slow, plain answers. */
const answers: Record<string, (path: string) => string[][]> = {
  status: (path) =>
    groups(hitsOf(path), ({ status }) => String(status)).map(([status, hits]) => {
      const sizes = hits.map(({ bytes }) => bytes).filter(notNull);
      return [status, String(hits.length), sizes.length === 0 ? '' : String(sum(sizes))];
    }),
  'top-paths': (path) => topTen(hitsOf(path), (hit) => hit.path),
  'top-clients': (path) => topTen(hitsOf(path), (hit) => hit.client),
  'hourly-p99': (path) =>
    groups(hitsOf(path), ({ hour }) => hour).map(([hour, hits]) => [
      hour,
      String(hits.length),
      quantileRange(hits.map(({ bytes }) => bytes).filter(notNull)),
    ]),
  'googlebot-errors': (path) => [
    [String(hitsOf(path).filter(({ agent, status }) => agent.includes('Googlebot') && status >= 500).length)],
  ],
  'distinct-clients': (path) => [[String(new Set(hitsOf(path).map(({ client }) => client)).size)]],
  '1brc': (path) =>
    groups(
      linesOf(path).map((line) => line.split(';')),
      ([station]) => station ?? '',
    ).map(([station, rows]) => {
      const tenths = rows.map(([, temperature]) => Math.round(Number(temperature) * 10));
      const [low, high] = [Math.min(...tenths) / 10, Math.max(...tenths) / 10];
      return [station, String(low), String(sum(tenths) / tenths.length / 10), String(high)];
    }),
  'json-services': (path) => {
    const records: { service?: string; dur_ms?: number }[] = linesOf(path).map((line) => JSON.parse(line));
    // The missing service sorts last, as NULLs do.
    const last = '\u{10ffff}';
    return groups(records, ({ service }) => service ?? last).map(([service, group]) => {
      const durations = group.map(({ dur_ms }) => dur_ms).filter(notNull);
      return [
        service === last ? '' : service,
        String(group.length),
        durations.length === 0 ? '' : String(sum(durations)),
        quantileRange(durations),
      ];
    });
  },
};

/** A reference states a quantile as a range: its lower end must be ours, and its upper end too. */
function lowerEnds(rows: readonly string[][]): string[][] {
  return rows.map((row) => row.map((cell) => cell.split('..')[0] ?? ''));
}

describe.each(questions.map((question) => [question.id, question] as const))('%s', (id, question) => {
  it('the reference is exact', async (context) => {
    context.skip(!duckdb.available().available, 'DuckDB is not installed');
    const corpus = await write(question.corpus);
    const { answer } = await askDuckdb(question.reference ?? question.duckdb, corpus.path, 1);
    const plain = answers[id]?.(corpus.path) ?? [];
    expect(plain.length).toBeGreaterThan(0);
    expect(disagreement(question.columns, lowerEnds(answer), plain)).toBeUndefined();
    expect(disagreement(question.columns, lowerEnds(plain), answer)).toBeUndefined();
  });

  for (const peer of [duckdb, duckdbLines, mawk, ripgrep].filter((candidate) => candidate.answers(question))) {
    // DuckDB's estimate of distinct values has a larger error than the tolerance that the bench states.
    if (peer === duckdb && id === 'distinct-clients') continue;
    it(`${peer.name} agrees`, async (context) => {
      const { available, reason } = peer.available();
      context.skip(!available, reason);
      const corpus = await write(question.corpus);
      const { answer, ms, peakRssBytes } = await peer.run(question, corpus, 1);
      // Few rows fall into an hour of so small a log: neighbours in rank differ by more than the sketch's error.
      expect(disagreement(question.columns, answer, answers[id]?.(corpus.path) ?? [])).toBeUndefined();
      expect(ms).toBeGreaterThan(0);
      expect(peakRssBytes).toBeGreaterThan(500_000);
    });
  }
});

describe('floors', () => {
  it.each([wc, readFloor])('$name takes in the whole corpus', async (peer) => {
    const corpus = await write('combined');
    const { answer } = await peer.run(undefined, corpus, 2);
    expect(answer).toEqual([[String(peer === wc ? corpus.lines : corpus.bytes)]]);
  });

  it.each([
    ['wc', wc, { lines: 1 }, /^wc counted \d+ lines of .* instead of 1$/],
    ['the read floor', readFloor, { bytes: 1 }, /^Read \d+ bytes of .* instead of 1$/],
  ] as const)('%s fails when it did not', async (_name, peer, wrong, message) => {
    const corpus = await write('combined');
    await expect(peer.run(undefined, { ...corpus, ...wrong }, 1)).rejects.toThrow(message);
  });
});

describe('selection', () => {
  it('knows questions and peers by name', () => {
    expect(selectQuestions(['1brc', 'status']).map(({ id }: { id: string }) => id)).toEqual(['1brc', 'status']);
    expect(() => selectQuestions(['stat'])).toThrow(/^Unknown question "stat": one of status, top-paths, /);
    expect(selectPeers(['wc'], false)).toEqual([wc]);
    expect(() => selectPeers(['wcc'], false)).toThrow(/^Unknown peer "wcc": one of millrace, duckdb, /);
  });
  it('leaves out slow peers unless asked', () => {
    expect(selectPeers(undefined, false).some(({ slow }: { slow?: boolean }) => slow)).toBe(false);
    expect(selectPeers(undefined, true)).toEqual(peers);
  });
});
