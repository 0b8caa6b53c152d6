/** The frame of the micro-benchmarks. */
import { describe, expect, it } from 'vitest';
import { behindReference, measureLanes, renderLanes } from '../../bench/micro/harness.mjs';

const brief = { warmUpMs: 5, sampleMs: 3, samples: 3 };

function spin(rounds: number): number {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum + Math.imul(i, i)) | 0;
  return sum;
}

describe('measuring', () => {
  it('tells a loop from one with fifty times the work', () => {
    const [short, long] = measureLanes(
      [
        { name: 'short', rows: 1000, bytes: 8000, run: () => spin(20_000) },
        { name: 'long', rows: 1000, run: () => spin(1_000_000) },
      ],
      brief,
    );
    expect(long.nsPerRow / short.nsPerRow).toBeGreaterThan(5);
    expect(short.bytesPerSecond).toBeCloseTo((8 / short.nsPerRow) * 1e9, -3);
    expect(long.bytesPerSecond).toBeUndefined();
  });

  it('refuses a lane whose answer changes', () => {
    let calls = 0;
    expect(() => measureLanes([{ name: 'odd', rows: 1, run: () => calls++ }], brief)).toThrow(
      'Cannot measure "odd": it gave 1 after 0',
    );
  });
});

describe('guard', () => {
  const at = (name: string, nsPerRow: number) => ({ name, nsPerRow });
  it.each([
    ['as fast', 10, {}],
    ['a fifth behind', 12.5, {}],
    ['still twice as fast as promised', 5, { times: 2 }],
  ])('lets pass what is %s', (_name, nsPerRow, limits) => {
    expect(behindReference(at('kernel', nsPerRow), at('loop', 10), limits)).toBeUndefined();
  });
  it('says what has fallen behind', () => {
    expect(behindReference(at('kernel', 12.6), at('loop', 10))).toBe(
      'kernel runs at 0.79 times the speed of loop: expected 1 less 20 % at most',
    );
    expect(behindReference(at('kernel', 10), at('loop', 10), { times: 2 })).toMatch(/^kernel runs at 1\.00 times/);
  });
});

it('prints aligned lines', () => {
  expect(
    renderLanes([
      { name: 'kernel', nsPerRow: 1.5, bytesPerSecond: 2e9 },
      { name: 'plain loop', nsPerRow: 12 },
    ]),
  ).toBe('kernel          1.50 ns/row    2000 MB/s\nplain loop     12.00 ns/row');
});
