/** What a run counts, and what it refuses to vouch for. */
import { describe, expect, it } from 'vitest';
import { RunTotals } from '../../src/coordinator/run-totals.ts';
import type { Scanned } from '../../src/coordinator/scan-order.ts';
import type { SourceFile } from '../../src/core/source.ts';

const source: SourceFile = { name: 'a.log', path: 'a.log', input: 'file', sizeBytes: 20 };
const zero = { read: 0, matched: 0, filtered: 0, rejected: 0 };

function scanned(index: number, start: number, end: number, changes: object = {}): Scanned {
  const result = { records: zero, bytesRead: 0, rejects: [], ...changes } as unknown as Scanned['result']; // all that is read
  return { split: { index, source: 0, start, end }, result };
}

function reject(offset: number) {
  return { file: 'a.log', offset, reason: 'malformed record', record: new Uint8Array() };
}

describe('RunTotals', () => {
  it('adds up what was accepted', () => {
    const totals = new RunTotals(10);
    totals.accept(scanned(0, 0, 10, { records: { read: 6, matched: 3, filtered: 2, rejected: 1 }, bytesRead: 12 }));
    totals.accept(scanned(1, 10, 20, { records: { read: 1, matched: 1, filtered: 0, rejected: 0 }, bytesRead: 8 }));
    expect(totals.records).toEqual({ read: 7, matched: 4, filtered: 2, rejected: 1 });
    expect([totals.bytesRead, totals.splits]).toEqual([20, 2]);
    expect(() => totals.checkCoverage([source])).not.toThrow();
  });

  it('refuses a split that comes twice, and counts that do not add up', () => {
    const totals = new RunTotals(10);
    totals.accept(scanned(0, 0, 10));
    expect(() => totals.accept(scanned(0, 0, 10))).toThrow('Cannot count split 0 twice');
    const records = { read: 6, matched: 3, filtered: 2, rejected: 0 };
    expect(() => totals.accept(scanned(1, 10, 20, { records }))).toThrow(
      'Cannot account for the records of split 1: 6 read, but 3 matched, 2 filtered and 0 rejected',
    );
  });

  it.each([
    [
      'a hole',
      [
        [0, 8],
        [10, 20],
      ],
      8,
      10,
    ],
    [
      'an overlap',
      [
        [0, 12],
        [10, 20],
      ],
      12,
      10,
    ],
    ['a missing end', [[0, 10]], 10, 20],
    ['a missing start', [[10, 20]], 0, 10],
    ['a missing file', [], 0, 20],
  ])('finds %s', (_, ranges, covered, next) => {
    const totals = new RunTotals(10);
    ranges.forEach(([start = 0, end = 0], index) => {
      totals.accept(scanned(index, start, end));
    });
    expect(() => totals.checkCoverage([source])).toThrow(
      `Cannot vouch for the answer: the bytes of "a.log" between ${covered} and ${next} were not read exactly once`,
    );
  });

  it('keeps the first rejects by offset, also when they come last', () => {
    const totals = new RunTotals(3);
    totals.accept(scanned(2, 20, 30, { rejects: [reject(21), reject(22)] }));
    totals.accept(scanned(1, 10, 20, { rejects: [reject(11), reject(12)] }));
    totals.accept(scanned(0, 0, 10, { rejects: [reject(1)] }));
    expect(totals.rejects.map(({ offset }) => offset)).toEqual([1, 11, 12]);
  });
});
