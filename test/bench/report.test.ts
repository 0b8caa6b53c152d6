/** From raw records to tables: medians, ratios, losses in plain sight. */
import { describe, expect, it } from 'vitest';
import { replaceBlock } from '../../bench/marked-block.mjs';
import { parseOptions, parseSize } from '../../bench/options.mjs';
import { renderReport } from '../../bench/report.mjs';
import { geometricMean, median } from '../../bench/statistics.mjs';
import { renderSummary, summarize } from '../../bench/summary.mjs';

const base = { question: 'status', corpus: 'combined', corpusBytes: 1e9, found: { rows: 2, records: 100 } };
const mebibyte = 2 ** 20;

function runs(peer: string, threads: number, times: number[], more: object = {}): object[] {
  const titles: Record<string, string> = {
    millrace: 'Millrace',
    duckdb: 'DuckDB',
    'read-floor': 'read floor',
    mawk: 'mawk',
  };
  const common = {
    ...base,
    peer,
    title: titles[peer],
    threads,
    timing: 'process',
    peakRssBytes: 50 * mebibyte,
    ...more,
  };
  return [{ ...common, pass: 'warm-up', ms: 99_999 }, ...times.map((ms) => ({ ...common, pass: 'measured', ms }))];
}

const records = [
  ...runs('millrace', 1, [900]),
  ...runs('millrace', 2, [480, 700, 500]),
  ...runs('duckdb', 2, [1000, 1000, 1000], { peakRssBytes: 120 * mebibyte }),
  ...runs('mawk', 1, [250], { cpuMs: 240, problem: 'row 1, hits: 1 instead of 2' }),
  ...runs('read-floor', 2, [100], { floor: true, found: { rows: 1, first: '1000000000' } }),
];
const machine = {
  label: '2c-test',
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 2 ** 34,
  kernel: '6',
  loadAverage: [0.1],
};
const options = { date: '2026-01-02', sizeText: '1000 MB', size: 1e9, seed: 1, distribution: 'realistic', runs: 3 };
const versions = { node: 'v20', millrace: '0.1.0' };

describe('summary', () => {
  it('takes medians of measured runs only', () => {
    const ours = summarize(records).find(({ peer, threads }) => peer === 'millrace' && threads === 2);
    expect(ours).toMatchObject({ ms: 500, fastestMs: 480, slowestMs: 700, runs: 3, peakRssBytes: 50 * mebibyte });
  });

  it('sets ours beside DuckDB, the floor, memory and what was found', () => {
    const questions = [{ id: 'status', title: 'status, count', reach: 3 }];
    const text = renderSummary({ machine, versions, options, questions, entries: summarize(records), skipped: [] });
    expect(text).toContain(
      '| status, count | 100 records in 2 rows | 900 | 500 |  | 1000 | 2.00x | 3x | 20 % | 50 MiB / 120 MiB | differs: mawk |',
    );
    expect(text).toContain('| mawk | 1 | whole process | 250 | 250 to 250 | 240 | 1 | 4000 | 50 MiB |');
    expect(text).toContain('| row 1, hits: 1 instead of 2 |');
  });

  it('shows a peer that failed', () => {
    const failed = { ...base, peer: 'mawk', title: 'mawk', threads: 1, timing: 'process', pass: 'measured' };
    const questions = [{ id: 'status', title: 'status, count', reach: 3 }];
    const entries = summarize([{ ...failed, found: undefined, problem: 'failed: no such file' }]);
    const text = renderSummary({
      machine,
      versions,
      options,
      questions,
      entries,
      skipped: [{ peer: 'awk', reason: 'awk is mawk here' }],
    });
    expect(text).toContain('| failed: no such file |');
    expect(text).toContain('- awk: awk is mawk here');
  });
});

describe('report', () => {
  it('names every loss and every answer that was off', () => {
    const text = renderReport({ name: '2026-01-02-2c-test', machine, versions, options, records });
    expect(text).toContain('| status, count, sum(bytes) | 500 | 1000 | 250 * | 100 | 2.00x | 50 MiB / 120 MiB |');
    expect(text).toContain('- status, count, sum(bytes): 2.00 times DuckDB, the goal is 3');
    expect(text).toContain('- status, count, sum(bytes): mawk is 2.00 times as fast');
    expect(text).toContain('- mawk, status: row 1, hits: 1 instead of 2');
    expect(text).toContain('Geometric mean against DuckDB: **2.00x**.');
  });

  it('compares by speed, and says so, where a slow peer got a smaller corpus', () => {
    const slow = runs('mawk', 1, [100], { corpusBytes: 1e8 });
    const text = renderReport({ name: 'run', machine, versions, options, records: [...records.slice(0, -4), ...slow] });
    expect(text).toContain('| 100 for 100 MB (1000 MB/s) |');
    expect(text).not.toContain('mawk is');
  });

  it('names the questions that need more memory than DuckDB', () => {
    const large = runs('duckdb', 2, [1600], { peakRssBytes: 40 * mebibyte });
    const text = renderReport({ name: 'run', machine, versions, options, records: [...records.slice(0, 6), ...large] });
    expect(text).toContain('- status, count, sum(bytes): 50 MiB of memory, DuckDB 40 MiB');
    expect(text).not.toContain('times DuckDB, the goal');
  });

  it('fills its block and leaves the rest alone', () => {
    const page = 'before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n';
    expect(replaceBlock(page, 'bench', 'new')).toBe('before\n<!-- bench:start -->\nnew\n<!-- bench:end -->\nafter\n');
  });

  it.each([
    ['no markers', 'text'],
    ['markers the wrong way round', '<!-- bench:end --><!-- bench:start -->'],
    ['a marker twice', '<!-- bench:start --><!-- bench:end --><!-- bench:start -->'],
  ])('refuses a page with %s', (_name, page) => {
    expect(() => replaceBlock(page, 'bench', 'new')).toThrow(
      'Cannot fill block "bench": the page needs "<!-- bench:start -->" and "<!-- bench:end -->" once, in this order',
    );
  });
});

describe('statistics', () => {
  it.each([
    [[3], 3],
    [[1, 9, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));
  it('geometric mean of 2 and 8 is 4', () => expect(geometricMean([2, 8])).toBeCloseTo(4));
  it('there is none of nothing', () => expect(() => median([])).toThrow('Cannot take the median of no values'));
});

describe('options', () => {
  it.each([
    ['100MB', 1e8],
    ['1GiB', 2 ** 30],
    ['1.5 GB', 1.5e9],
    ['42', 42],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));
  it('refuses what is no size or count', () => {
    expect(() => parseSize('much')).toThrow('Cannot read size "much": give a number with kB, MB, GB, KiB, MiB or GiB');
    expect(() => parseOptions(['--runs', '0'])).toThrow('Cannot read --runs "0": give a whole number above 0');
  });
  it('knows what else to measure, one at a time, each with its defaults', () => {
    expect(parseOptions([])).toMatchObject({ kind: 'compare', size: 1e9, slowSize: 1e8, runs: 5 });
    expect(parseOptions(['--distributions'])).toMatchObject({ kind: 'distributions', size: 2e8, runs: 3 });
    expect(parseOptions(['--overhead', '--runs', '2'])).toMatchObject({ kind: 'overhead', runs: 2 });
    expect(() => parseOptions(['--scaling', '--model'])).toThrow('Cannot measure --scaling and --model at once');
  });
  it('gives slow peers no more than the others', () => {
    expect(parseOptions(['--size', '50MB'])).toMatchObject({ size: 5e7, slowSize: 5e7 });
    expect(parseOptions(['--slow-size', '300MB'])).toMatchObject({ slowSize: 3e8 });
  });
  it('lets --quick change defaults only', () => {
    expect(parseOptions(['--quick'])).toMatchObject({
      size: 1e8,
      runs: 3,
      peers: expect.arrayContaining(['millrace']),
    });
    expect(parseOptions(['--quick', '--size', '5MB', '--peers', 'wc'])).toMatchObject({ size: 5e6, peers: ['wc'] });
  });
});
