/** Sorting in the arena, against a stable sort of the same keys by their bytes. */
import { describe, expect, it } from 'vitest';
import { RowOutbox } from '../../src/execute/row-outbox.ts';
import { Sorter } from '../../src/execute/sorter.ts';
import { testArena } from '../support/arena.ts';
import { Random } from '../support/random.ts';

interface Row {
  readonly key: Buffer;
  readonly row: Buffer;
}

/** Keys with common beginnings, zero bytes and repetitions; the row says which it is. */
function randomRows(count: number, seed: number, longest = 20): Row[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = random.int(0, longest);
    const key = Buffer.alloc(length, random.int(0, 3) === 0 ? 0 : 97);
    for (let at = random.int(0, 12); at < length; at++) key[at] = random.int(0, 3);
    return { key, row: Buffer.from(`row ${i} `.repeat(random.int(1, 4))) };
  });
}

/** Compared as texts: buffers are compared slowly. */
function shown(rows: readonly Row[]): string[] {
  return rows.map(({ key, row }) => `${key.toString('hex')} ${row.toString('latin1')}`);
}

function sorted(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => Buffer.compare(a.key, b.key));
}

function runOf(sorter: Sorter): Row[] {
  const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
  sorter.flush(outbox);
  const rows: Row[] = [];
  for (const block of outbox.finish().rows.map((bytes) => Buffer.from(bytes))) {
    for (let at = 0; at < block.length; ) {
      const keyEnd = at + 8 + block.readUInt32LE(at);
      const end = keyEnd + block.readUInt32LE(at + 4);
      rows.push({ key: block.subarray(at + 8, keyEnd), row: block.subarray(keyEnd, end) });
      at = end;
    }
  }
  return rows;
}

describe('Sorter', () => {
  it.each([0, 1, 2, 15, 16, 17, 33, 1000, 20_000])(
    'sorts %d rows by the bytes of their keys, equal keys as they came',
    (count) => {
      const rows = randomRows(count, count);
      const sorter = new Sorter(testArena(), Number.POSITIVE_INFINITY);
      for (const { key, row } of rows) expect(sorter.add(key, row)).toBe(true);
      expect(shown(runOf(sorter))).toEqual(shown(sorted(rows)));
    },
  );

  it('sorts what is sorted, reversed or all equal without taking quadratic time', () => {
    const key = (i: number) => Buffer.from(String(i).padStart(12, '0'));
    for (const keyOf of [key, (i: number) => key(1e6 - i), () => key(7)]) {
      const rows = Array.from({ length: 30_000 }, (_, i) => ({ key: keyOf(i), row: Buffer.from(String(i)) }));
      const sorter = new Sorter(testArena(), Number.POSITIVE_INFINITY);
      for (const each of rows) sorter.add(each.key, each.row);
      expect(shown(runOf(sorter))).toEqual(shown(sorted(rows)));
    }
  });

  it('keeps the wanted rows when it drops the others, and rows that come later', () => {
    const rows = randomRows(5000, 3);
    const sorter = new Sorter(testArena(), 100);
    for (const [i, { key, row }] of rows.entries()) {
      sorter.add(key, row);
      if (i % 700 === 699) expect(sorter.prune()).toBe(true);
      expect(sorter.rows).toBeLessThanOrEqual(800);
    }
    sorter.prune();
    expect(shown(runOf(sorter))).toEqual(shown(sorted(rows).slice(0, 100)));
  });

  it('says when the arena is full, and goes on when the rows have left', () => {
    const arena = testArena(2 << 20);
    const sorter = new Sorter(arena, Number.POSITIVE_INFINITY);
    const rows = randomRows(30_000, 5);
    const found: Row[][] = [];
    for (const { key, row } of rows) {
      if (sorter.add(key, row)) continue;
      found.push(runOf(sorter));
      expect(sorter.add(key, row)).toBe(true);
    }
    found.push(runOf(sorter));
    expect(found.length).toBeGreaterThan(1);
    expect(shown(sorted(found.flat()))).toEqual(shown(sorted(rows)));
    for (const run of found) expect(shown(run)).toEqual(shown(sorted(run)));
  });

  it('hands out rows that are longer than a piece', () => {
    const sorter = new Sorter(testArena(), Number.POSITIVE_INFINITY);
    const rows = ['b', 'a', 'c'].map((letter) => ({ key: Buffer.from(letter), row: Buffer.alloc(200_000, letter) }));
    for (const { key, row } of rows) sorter.add(key, row);
    expect(shown(runOf(sorter))).toEqual(shown(sorted(rows)));
  });
});
