/** Rows sorted in the arena: any keys, also where what they have in common gets less between two sorts. */
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../src/execute/row-cursor.ts';
import { RowOutbox } from '../../src/execute/row-outbox.ts';
import { Sorter } from '../../src/execute/sorter.ts';
import { placeText, testArena } from '../support/arena.ts';
import { Random } from '../support/random.ts';

interface Row {
  readonly key: Buffer;
  readonly row: Buffer;
}

/** Ever shorter, and then none. */
const beginnings = ['/products/green-kettle-', '/products/green-', '/products/blue-', '/pro', 'x', ''];

function randomRow(random: Random, beginning: string, n: number): Row {
  const rest = random.many(0, 12, () => random.pick([0, 1, 97, 98, 255]));
  const row = Buffer.from(`row ${n}${'.'.repeat(random.pick([0, 1, 7, 8, 15, 16, 17, 300]))}`);
  return { key: Buffer.concat([Buffer.from(beginning), Buffer.from(rest)]), row };
}

function rowsOf(blocks: readonly Uint8Array[]): { key: string; row: string }[] {
  return blocks.flatMap((block) => {
    const rows = [];
    for (const cursor = new Cursor(block); !cursor.isOver; cursor.advance()) {
      const begin = cursor.rowBegin;
      const length = cursor.bytes.readUInt32LE(cursor.keyBegin - 4);
      rows.push({
        key: cursor.bytes.toString('latin1', cursor.keyBegin, begin),
        row: cursor.bytes.toString('latin1', begin, begin + length),
      });
    }
    return rows;
  });
}

function finish(sorter: Sorter): { key: string; row: string }[] {
  const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
  sorter.flush(outbox);
  return rowsOf(outbox.finish().rows);
}

/** Stable, as the sorter is. */
const inOrder = (rows: readonly Row[]) =>
  rows
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .map(({ key, row }) => ({ key: key.toString('latin1'), row: row.toString('latin1') }));

describe.each([{ bySpans: false }, { bySpans: true }])('rows added by spans: $bySpans', ({ bySpans }) => {
  it.each([
    { name: 'all', wanted: Number.POSITIVE_INFINITY },
    { name: 'the first 50', wanted: 50 },
    { name: 'the first 700', wanted: 700 },
  ])('$name', ({ wanted }) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = new Random(seed);
      const arena = testArena(64 << 20);
      const sorter = new Sorter(arena, wanted);
      for (let use = 0; use < 2; use++) {
        const all: Row[] = [];
        const first = random.int(0, beginnings.length - 1);
        for (const beginning of beginnings.slice(first)) {
          const rows = random.many(0, 400, () => randomRow(random, beginning, all.length));
          all.push(...rows);
          if (bySpans) {
            const keys = placeText(
              arena,
              rows.map(({ key }) => key),
            );
            const texts = placeText(
              arena,
              rows.map(({ row }) => row),
            );
            expect(sorter.addSpans(keys, texts, 0, rows.length)).toBe(rows.length);
          } else {
            for (const { key, row } of rows) expect(sorter.add(key, row)).toBe(true);
          }
          if (random.chance(0.7)) sorter.prune();
        }
        sorter.prune();
        const found = finish(sorter);
        const expected = inOrder(all).slice(0, Number.isFinite(wanted) ? wanted : undefined);
        expect(found).toEqual(expected);
      }
    }
  });
});
