/** Which splits are held responsible for the death of the process, and how they shrink to one record. */
import { describe, expect, it } from 'vitest';
import { Suspects } from '../../src/coordinator/ledger/suspects.ts';

const place = (start: number, end: number | null) => ({ source: 'a.log', start, end });

describe('a split that was under way when the process died', () => {
  it('is a suspect, and no other', () => {
    const suspects = new Suspects();
    suspects.start(place(0, 100), false);
    suspects.start(place(100, 200), false);
    suspects.finish(place(0, 100));
    suspects.endLife(true);
    expect(suspects.list()).toEqual([{ ...place(100, 200), isProven: false }]);
  });

  it('is none where the process was ended from outside', () => {
    const suspects = new Suspects();
    suspects.start(place(0, 100), false);
    suspects.endLife(false);
    suspects.endLife(true);
    expect(suspects.list()).toEqual([]);
  });

  it('is cut into eight where it had been alone, which cover it', () => {
    const suspects = new Suspects();
    suspects.start(place(5, 105), true);
    suspects.endLife(true);
    const pieces = suspects.list();
    expect(pieces).toHaveLength(8);
    expect(pieces[0]?.start).toBe(5);
    expect(pieces.at(-1)?.end).toBe(105);
    for (const [i, piece] of pieces.slice(1).entries()) expect(piece.start).toBe(pieces[i]?.end);
  });

  it('stays whole where it cannot be cut', () => {
    const suspects = new Suspects();
    suspects.start(place(0, null), true);
    suspects.endLife(true);
    expect(suspects.list()).toEqual([{ ...place(0, null), isProven: false }]);
  });
});

it('a byte that kills in every life is found in a few lives, and acquits all others', () => {
  const suspects = new Suspects();
  const deadly = 41_234_567;
  suspects.start(place(0, 64 << 20), false);
  let lives = 0;
  for (let isOver = false; !isOver; ) {
    suspects.endLife(true);
    lives++;
    isOver = true;
    for (const { start, end, isProven } of suspects.list()) {
      suspects.start(place(start, end), true);
      const kills = start <= deadly && deadly < (end ?? 0) && !isProven;
      if (kills) isOver = false;
      if (kills) break;
      suspects.finish(place(start, end));
    }
    expect(lives).toBeLessThan(20);
  }
  expect(suspects.list()).toEqual([]);
  expect(lives).toBe(11);
});
