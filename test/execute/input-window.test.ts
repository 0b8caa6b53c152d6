/** The window's bytes are the source's, however it moves and grows, and where they are copied to costs no processor more than it must. */
import { expect, it } from 'vitest';
import { InputWindow } from '../../src/execute/input-window.ts';
import { testArena } from '../support/arena.ts';

const source = Buffer.from(Uint8Array.from({ length: 3 << 20 }, (_, i) => (i * 7919) >> 8));

it.each([0, 4095, 12_345])('holds what is at its offset, from offset %i on', (offset) => {
  // a quarter of all lengths would be read to where copying is slow, if the window began at a page
  for (const skew of [0, 64, 4032]) {
    const arena = testArena();
    while (arena.alloc(64) % 4096 !== (4096 + skew - 64) % 4096);
    let at = offset;
    const slow: number[] = [];
    const window = new InputWindow(
      arena,
      {
        read(to) {
          const bytes = source.subarray(at, at + to.length);
          const further = (to.byteOffset - at) & 4095;
          if (further > 0 && further < 32) slow.push(further);
          to.set(bytes);
          at += bytes.length;
          return bytes.length;
        },
        close: async () => undefined,
      },
      offset,
    );
    for (let round = 0; !window.ended; round++) {
      window.fill(round % 3 === 0 ? 4096 * 40 : 1 << 20);
      expect(Buffer.from(window.bytes).equals(source.subarray(window.offset, window.endOffset))).toBe(true);
      expect(window.endOffset).toBe(at);
      // a few bytes are left of most rounds, and everything of some, so that it grows
      if (round % 4 !== 1) window.consumeTo(Math.max(window.begin, window.end - ((round * 5) % 40)));
    }
    expect(slow).toEqual([]);
    expect(at).toBe(source.length);
  }
});
