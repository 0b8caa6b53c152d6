/** A sample is spread over the whole input, the same every time, and made of ranges that any split size cuts alike. */
import { describe, expect, it } from 'vitest';
import type { InputName, SourceFile } from '../../src/core/source.ts';
import { planSample, sampleSplits } from '../../src/tune/sample.ts';

const mib = 2 ** 20;
const isSplittable = (input: InputName) => input === 'file';

function file(sizeBytes: number, input: InputName = 'file'): SourceFile {
  return { name: 'a.log', path: 'a.log', input, sizeBytes };
}

describe('a sample', () => {
  it('goes from the first byte to the last in stretches of equal length, a multiple of the workers', () => {
    const { stretches, bytes, isWhole } = planSample([file(1000 * mib)], 200 * mib, 4, isSplittable);
    expect(isWhole).toBe(false);
    expect(stretches).toHaveLength(16);
    expect(stretches[0]?.start).toBe(0);
    expect(stretches.at(-1)?.end).toBe(1000 * mib);
    expect(new Set(stretches.map(({ start, end }) => end - start))).toEqual(new Set([12 * mib]));
    expect(bytes).toBe(192 * mib);
    stretches.slice(1).forEach(({ start }, i) => {
      expect(start).toBeGreaterThanOrEqual(stretches[i]?.end ?? 0);
    });
  });

  it('is everything where nearly everything is wanted', () => {
    expect(planSample([file(10 * mib), file(5)], 9 * mib, 2, isSplittable)).toEqual({
      stretches: [
        { source: 0, start: 0, end: 10 * mib },
        { source: 1, start: 0, end: 5 },
      ],
      bytes: 10 * mib + 5,
      isWhole: true,
    });
  });

  it('crosses from file to file, and counts every byte once', () => {
    const sources = [file(3000), file(0), file(1), file(5000)];
    const { stretches, bytes } = planSample(sources, 4000, 2, isSplittable);
    expect(stretches.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(bytes);
    expect(bytes).toBe(4000);
    for (const { source, start, end } of stretches) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(sources[source]?.sizeBytes ?? 0);
    }
  });

  it('takes what cannot be cut as it is, one for each worker', () => {
    const sources = [file(100 * mib, 'gzip'), file(100 * mib, 'gzip'), file(100 * mib, 'gzip')];
    expect(planSample(sources, 10 * mib, 2, isSplittable)).toEqual({
      stretches: [
        { source: 0, start: 0, end: Number.POSITIVE_INFINITY },
        { source: 1, start: 0, end: Number.POSITIVE_INFINITY },
      ],
      bytes: 200 * mib,
      isWhole: false,
    });
  });
});

describe('its splits', () => {
  it('are neighbours only inside a stretch: each stretch is a source of its own', () => {
    const sources = [file(100)];
    const stretches = [
      { source: 0, start: 0, end: 25 },
      { source: 0, start: 60, end: 70 },
    ];
    expect(sampleSplits({ stretches }, sources, 10)).toEqual({
      sources: [file(100), file(100)],
      splits: [
        { index: 0, source: 0, start: 0, end: 10 },
        { index: 1, source: 0, start: 10, end: 20 },
        { index: 2, source: 0, start: 20, end: 25 },
        { index: 3, source: 1, start: 60, end: 70 },
      ],
    });
  });
});
