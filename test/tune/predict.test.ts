/** The whole input from two samples: what is fixed, what grows, and where growing ends. */
import { describe, expect, it } from 'vitest';
import {
  fixedMs,
  heapLine,
  type InputModel,
  predict,
  questionOf,
  spillsLater,
  wholeMs,
} from '../../src/tune/predict.ts';
import type { Resolved } from '../../src/tune/space.ts';
import { figures, input, mib, sampleBytes, testSpace, wholeBytes } from './engine.ts';

const part = sampleBytes / 4;

function resolved(memoryMib = 6144): Resolved {
  const found = testSpace({}, memoryMib * mib).resolve({ workers: 2 });
  if (found === null) throw new Error('The budget holds no two workers');
  return found;
}

/** Every record its own group of 25 bytes, 5 records for each kilobyte. */
const groups = (records: number) => ({ records, groups: records, stateBytes: records * 25 });
const manyGroups: InputModel = {
  wholeBytes,
  model: {
    shape: input.model.shape,
    figures: {
      ...input.model.figures,
      pieces: Array.from({ length: 8 }, () => ({
        ...{ bytes: mib, read: 5000, matched: 5000, groups: 5000, stateBytes: 125_000, elapsedMs: 5 },
      })),
      growth: [groups(10_000), groups(20_000), groups(40_000)],
    },
  },
};

describe('time', () => {
  it.each([
    [
      'two sizes tell what is fixed',
      [
        { ms: 450, bytes: part },
        { ms: 1200, bytes: sampleBytes },
      ],
      200,
    ],
    [
      'of several runs of a size the middle one',
      [
        { ms: 450, bytes: part },
        { ms: 9000, bytes: part },
        { ms: 400, bytes: part },
        { ms: 1200, bytes: sampleBytes },
      ],
      200,
    ],
    ['one size tells nothing', [{ ms: 1200, bytes: sampleBytes }], 0],
    [
      'nothing is not less than nothing',
      [
        { ms: 10, bytes: part },
        { ms: 1200, bytes: sampleBytes },
      ],
      0,
    ],
    [
      'what grows backwards is all fixed',
      [
        { ms: 500, bytes: part },
        { ms: 400, bytes: sampleBytes },
      ],
      500,
    ],
    ['no run, nothing', [], 0],
  ])('%s', (_, runs, fixed) => {
    expect(fixedMs(runs)).toBeCloseTo(fixed, 6);
  });

  it('is the fixed part and the rest by the bytes', () => {
    expect(wholeMs({ ms: 1200, bytes: sampleBytes }, 200, wholeBytes)).toBeCloseTo(200 + 1000 * 8, 6);
    expect(wholeMs({ ms: 100, bytes: sampleBytes }, 200, wholeBytes)).toBe(100);
  });
});

describe('peak memory', () => {
  const nothing = { fixedMs: 0, heapPerByte: 0 };

  it('of few groups is that of the sample', () => {
    const runs = [101, 102, 99].map((peak) => figures({ peakRssBytes: peak * mib }));
    expect(predict(runs, { fixedMs: 200, heapPerByte: 0 }, resolved(), input)).toEqual({
      ms: 200 + 800 * 8,
      peakRssBytes: 101 * mib,
      isMeasured: false,
      parts: { sampleBytes: 101 * mib, heapBytes: 0, stateBytes: 0 },
    });
  });

  it('of many groups grows by their state, and no further than the budget', () => {
    const run = figures({ stateBytes: 65 * mib });
    const large = predict([run], nothing, resolved(), manyGroups);
    // 3.5 GiB more of input hold 18.8 M more groups: more than a quarter of what may wait, where they go to a file
    expect(large?.parts.stateBytes).toBeGreaterThan(100 * mib);
    expect(large?.parts.stateBytes).toBeLessThan(resolved().budget.queuedBytes);
    const small = resolved(300);
    expect(predict([run], nothing, small, manyGroups)?.peakRssBytes).toBeLessThanOrEqual(small.budget.totalBytes);
  });

  describe('of functions that keep memory', () => {
    const line = heapLine(resolved().budget);
    const grown = (share: number, bytes = sampleBytes) =>
      figures({ bytes, heapBytes: 2 * line * share, peakHeapBytes: line * share });
    const question = questionOf([grown(0.1, part), grown(0.4)]);
    const heapOf = (run: ReturnType<typeof figures>, setting = resolved()) =>
      predict([run], question, setting, input)?.parts.heapBytes;

    it('grows up to where workers are replaced', () => {
      expect(heapOf(grown(0.4))).toBeCloseTo(2 * line * 0.6, 0);
      expect(heapOf(grown(1))).toBeCloseTo(0, 0);
    });

    it('grows in larger heaps as far as those let it', () => {
      const { setting, budget } = resolved();
      const half = { setting, budget: { ...budget, workerHeapOldMb: budget.workerHeapOldMb / 2 } };
      expect(heapOf(grown(0.4), half)).toBeLessThan(2 * line * 0.2);
    });

    it('ends with the life of a worker', () => {
      const { setting, budget } = resolved();
      const short = { setting: { ...setting, splitBytes: mib, recycleAfter: 4 }, budget };
      expect(heapOf(grown(0.01), short)).toBe(0);
    });

    it('is not known from one size, but for what the run itself has kept', () => {
      expect(questionOf([grown(0.4)])).toEqual({ fixedMs: 0, heapPerByte: 0 });
      expect(predict([grown(0.4)], nothing, resolved(), input)?.parts.heapBytes).toBeGreaterThan(line);
      expect(predict([figures()], nothing, resolved(), input)?.parts.heapBytes).toBe(0);
    });
  });

  it('is measured where the sample is everything', () => {
    const runs = [figures({ bytes: wholeBytes, ms: 3000, peakRssBytes: 150 * mib })];
    expect(predict(runs, nothing, resolved(), manyGroups)).toMatchObject({
      ...{ ms: 3000, peakRssBytes: 150 * mib, isMeasured: true },
    });
  });

  it('of no run is not known', () => {
    expect(predict([], nothing, resolved(), input)).toBeNull();
  });
});

describe('spilling', () => {
  it('that the sample does not show is seen', () => {
    expect(spillsLater({ bytes: sampleBytes, spilledBytes: 0 }, resolved(512), manyGroups)).toBe(true);
    expect(spillsLater({ bytes: sampleBytes, spilledBytes: 9 }, resolved(512), manyGroups)).toBe(false);
    expect(spillsLater({ bytes: sampleBytes, spilledBytes: 0 }, resolved(512), input)).toBe(false);
  });
});
