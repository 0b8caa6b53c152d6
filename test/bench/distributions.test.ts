/** Every distribution is asked, and the table shows what was found and who was off. */
import { describe, expect, it } from 'vitest';
import { planCells, renderDistributions } from '../../bench/distributions.mjs';

describe('cells', () => {
  it('ask every shape of every corpus', () => {
    const cells = planCells(undefined);
    expect(cells).toContainEqual({
      corpus: 'combined',
      distribution: 'many-zones',
      ids: ['status', 'top-paths', 'hourly-p99'],
    });
    expect(cells).toContainEqual({ corpus: 'brc', distribution: 'many-stations', ids: ['1brc'] });
    expect(cells).toContainEqual({
      corpus: 'jsonl',
      distribution: 'wide-records',
      ids: ['json-services', 'json-requests'],
    });
    expect(cells.filter(({ corpus }) => corpus === 'combined').length).toBeGreaterThan(7);
  });

  it('leave out what is not asked', () => {
    expect(planCells(['1brc']).every(({ corpus }) => corpus === 'brc')).toBe(true);
    expect(() => planCells(['what'])).toThrow('Unknown question "what"');
  });
});

it('one line per cell, the least named', () => {
  const record = (distribution: string, peer: string, ms: number, more: object = {}) => ({
    question: 'status',
    corpus: 'combined',
    corpusBytes: 1e8,
    distribution,
    peer,
    threads: 2,
    pass: 'measured',
    ms,
    peakRssBytes: 90 * 2 ** 20,
    found: { rows: 2, records: 10 },
    ...more,
  });
  const text = renderDistributions([
    record('short-lines', 'millrace', 100),
    record('short-lines', 'duckdb', 400),
    record('long-lines', 'millrace', 100, { problem: 'row 1, hits: 1 instead of 2' }),
    record('long-lines', 'duckdb', 100),
  ]);
  expect(text).toContain(
    '| combined | short-lines | status, count, sum(bytes) | 10 records in 2 rows | 100 | 1000 | 400 | 4.00x | 90 MiB / 90 MiB | agree |',
  );
  expect(text).toContain('| row 1, hits: 1 instead of 2 |');
  expect(text).toContain('Geometric mean 2.00x; the least is 1.00x (status over long-lines).');
});
