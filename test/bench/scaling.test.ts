/** Scaling: stages from events, predictions from stages, tables from records. */
import { describe, expect, it } from 'vitest';
import { renderScaling } from '../../bench/scaling.mjs';
import { renderModel } from '../../bench/scaling-model.mjs';
import { predict } from '../../bench/scaling-predict.mjs';
import { stagesOf } from '../../bench/scaling-stages.mjs';

describe('stages of a run', () => {
  const events = [
    { type: 'splitStarted', at: 1100 },
    { type: 'splitStarted', at: 1105 },
    { type: 'splitDone', at: 1300, elapsedMs: 190 },
    { type: 'splitDone', at: 1400, elapsedMs: 280 },
    { type: 'merged', at: 1450, elapsedMs: 40 },
    { type: 'merged', at: 1470, elapsedMs: 60 },
    { type: 'runEnded', at: 1480 },
  ];

  it('lie between the moments that the events tell', () => {
    expect(stagesOf(events, 1000, 1500)).toEqual({
      startMs: 100,
      scanMs: 470,
      scanWallMs: 300,
      mergeMs: 100,
      mergeWallMs: 70,
      finishMs: 10,
      exitMs: 20,
      splits: 2,
      merges: 2,
    });
  });

  it('need no merging where the coordinator folds', () => {
    const folded = events.filter(({ type }) => type !== 'merged');
    expect(stagesOf(folded, 1000, 1500)).toMatchObject({ mergeMs: 0, mergeWallMs: 0, finishMs: 80, merges: 0 });
  });

  it('are unknown for a run that read nothing', () => {
    expect(() => stagesOf([{ type: 'runEnded', at: 1 }], 0, 2)).toThrow('Cannot tell the stages');
  });
});

const costs = {
  bytes: 1e9,
  startMs: 100,
  scanMs: 1000,
  mergeMs: 0,
  merges: 0,
  splits: 32,
  finishMs: 10,
  exitMs: 10,
  coordinatorMsPerSplit: 0.1,
  coordinatorMsPerWorker: 1,
};
const splitsFor = (_bytes: number, workers: number) => 32 * workers;

describe('model', () => {
  it('is the sum of the stages with one worker', () => {
    expect(predict(costs, 1e9, 1, splitsFor)).toMatchObject({
      ms: 1120,
      scanMs: 1000,
      serialMs: 120,
      limit: 'workers',
    });
  });

  it('divides the scan alone', () => {
    expect(predict(costs, 1e9, 4, splitsFor)).toMatchObject({ scanMs: 250, serialMs: 123 });
  });

  it('counts the last round of splits in full', () => {
    expect(predict(costs, 1e9, 3, () => 4).scanMs).toBeCloseTo(500);
  });

  it('stops at the memory and at the coordinator', () => {
    const slow = { memoryBytesPerSecond: 6e9, trafficPerByte: 3 };
    expect(predict(costs, 1e9, 4, splitsFor, { machine: slow })).toMatchObject({ scanMs: 500, limit: 'memory' });
    const busy = { ...costs, coordinatorMsPerSplit: 5 };
    expect(predict(busy, 1e9, 4, splitsFor)).toMatchObject({ scanMs: 640, limit: 'coordinator' });
  });

  it('says when starting and ending take most', () => {
    expect(predict(costs, 1e9, 64, () => 64).limit).toBe('start and end');
  });

  it('slows every worker down where there is contention', () => {
    expect(predict(costs, 1e9, 2, splitsFor, { contention: 0.2 }).scanMs).toBeCloseTo(600);
  });

  it('merges by partitions, as many times as there are more partials', () => {
    const merging = { ...costs, merges: 64, mergeMs: 640 };
    expect(predict(merging, 1e9, 1, splitsFor).mergeMs).toBeCloseTo(640 + 6.4);
    expect(predict(merging, 1e9, 2, splitsFor).mergeMs).toBeCloseTo(2 * 320 + 6.4);
  });

  it('stands beside what was measured', () => {
    const one = { ...costs, ms: 1120 };
    const result = { title: 'status', groups: '16 groups', bytes: 1e9, one, two: { ...one, ms: 700, scanMs: 1100 } };
    const text = renderModel([{ ...result, readBytesPerSecond: [5e9, 8e9] }], splitsFor);
    expect(text).toContain('| scan slowed down by a second worker | 10 % |');
    expect(text).toContain('| 2 | 621 | 1.8x | 1.6 | workers | 671 | 1.7x |');
    expect(text).toContain('2 workers 700 ms measured, 671 by the model with contention (-4 %)');
  });
});

it('sizes stand side by side, with and without starting', () => {
  const run = (bytes: number, peer: string, threads: number, ms: number) => [
    { bytes, peer, threads, pass: 'warm-up', ms: 9999, peakRssBytes: 2 ** 30 },
    { bytes, peer, threads, pass: 'measured', ms, peakRssBytes: 100 * 2 ** 20 },
  ];
  const text = renderScaling([
    ...run(2000, 'millrace', 1, 100),
    ...run(2000, 'millrace', 2, 110),
    ...run(2000, 'read-floor', 2, 1),
    ...run(1e9, 'millrace', 1, 1100),
    ...run(1e9, 'millrace', 2, 660),
    ...run(1e9, 'read-floor', 2, 125),
    ...run(2e9, 'millrace', 1, 2100),
    ...run(2e9, 'millrace', 2, 1110),
    ...run(2e9, 'read-floor', 2, 250),
  ]);
  expect(text).toContain('| 1000 | 1100 | 660 | 909 | 1515 | 1000 | 1818 | 110 % | 8000 | 100 MiB |');
  expect(text).toContain('the slowest size reaches 91 % of the speed of the fastest');
});
