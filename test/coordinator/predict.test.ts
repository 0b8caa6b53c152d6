import { describe, expect, test } from 'vitest';
import { divideBudget } from '../../src/coordinator/budget.ts';
import { curveThrough, predictGroups } from '../../src/coordinator/predict-groups.ts';
import { predictRun, type RunShape, type SampleFigures } from '../../src/coordinator/predict-memory.ts';
import { choosePieces } from '../../src/coordinator/predict-pieces.ts';
import type { SourceFile } from '../../src/core/source.ts';
import { Random } from '../support/random.ts';

const mib = 1024 * 1024;

/** Keys of `total` records as `key` gives them, seen in 20 pieces of 1,000 that are spread over them. */
function seen(total: number, key: (record: number) => number) {
  const all = new Set<number>();
  const growth: { records: number; groups: number }[] = [];
  const pieces: { records: number; groups: number }[] = [];
  for (let piece = 0; piece < 20; piece++) {
    const own = new Set<number>();
    const start = Math.floor((((piece * 7) % 20) / 20) * total);
    for (let record = start; record < start + 1000; record++) own.add(key(record));
    for (const value of own) all.add(value);
    growth.push({ records: (piece + 1) * 1000, groups: all.size });
    pieces.push({ records: 1000, groups: own.size });
  }
  return { growth, pieces, total };
}

function trueGroups(total: number, key: (record: number) => number): number {
  const keys = new Set<number>();
  for (let record = 0; record < total; record++) keys.add(key(record));
  return keys.size;
}

/** The same number for a record whenever it is asked for. */
function hashOf(record: number): number {
  let x = Math.imul(record ^ (record >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

describe('groups of all records, from those of a fiftieth of them', () => {
  const total = 1_000_000;
  const shapes: [string, (record: number) => number, number][] = [
    ['one group', () => 1, 1],
    ['twenty, in any order', (record) => Math.floor(hashOf(record) * 20), 1.05],
    ['5,000, in any order', (record) => Math.floor(hashOf(record) * 5000), 1.1],
    ['200,000, in any order', (record) => Math.floor(hashOf(record) * 200_000), 1.5],
    ['every record its own', (record) => record, 1.05],
    ['few that are frequent and many that are rare', (record) => Math.floor(1 / (hashOf(record) + 1e-6)), 3],
    ['stretches of 400 records', (record) => Math.floor(record / 400), 1.5],
    ['stretches of 20,000 records', (record) => Math.floor(record / 20_000), 2.5],
  ];
  test.each(shapes)('%s', (_, key, factor) => {
    const { growth, pieces } = seen(total, key);
    const [predicted, truth] = [predictGroups(growth, pieces, total), trueGroups(total, key)];
    expect(predicted).toBeGreaterThanOrEqual(Math.floor(truth / factor));
    expect(predicted).toBeLessThanOrEqual(Math.ceil(truth * factor));
  });

  test('what was seen of everything is what there is', () => {
    const growth = [
      { records: 10, groups: 4 },
      { records: 20, groups: 5 },
    ];
    const pieces = [
      { records: 10, groups: 4 },
      { records: 10, groups: 3 },
    ];
    expect(predictGroups(growth, pieces, 20)).toBe(5);
  });

  test('no sample, no groups', () => {
    expect(predictGroups([], [], 1000)).toBe(0);
    expect(curveThrough([])(1000)).toBe(0);
  });

  test('never more groups than records, and never fewer than were seen', () => {
    const random = new Random(11);
    for (let round = 0; round < 200; round++) {
      let [records, groups] = [0, 0];
      const growth = Array.from({ length: 8 }, () => {
        const more = random.int(1, 1000);
        records += more;
        groups = Math.min(records, groups + random.int(0, more));
        return { records, groups: Math.max(1, groups) };
      });
      const pieces = growth.map(() => ({ records: 100, groups: random.int(1, 100) }));
      const total = records * random.int(1, 50);
      const predicted = predictGroups(growth, pieces, total);
      expect(predicted).toBeLessThanOrEqual(total);
      expect(predicted).toBeGreaterThanOrEqual(growth.at(-1)?.groups ?? 0);
    }
  });
});

describe('pieces', () => {
  const file = (sizeBytes: number, input: SourceFile['input'] = 'file'): SourceFile => {
    return { name: 'a.log', path: 'a.log', input, sizeBytes };
  };
  const isSplittable = (input: string) => input === 'file';

  test('are the same every time, apart from each other, and spread over the input', () => {
    const chosen = choosePieces([file(500 * mib), file(500 * mib)], isSplittable);
    expect(choosePieces([file(500 * mib), file(500 * mib)], isSplittable)).toEqual(chosen);
    const places = chosen.pieces.map(({ source, start, end }) => [
      source * 500 * mib + start,
      source * 500 * mib + end,
    ]);
    places.forEach(([start = 0], i) => {
      expect(start).toBeGreaterThanOrEqual(places[i - 1]?.[1] ?? 0);
    });
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(places.some(([start = 0]) => Math.floor(start / (100 * mib)) === tenth)).toBe(true);
    }
    const bytes = places.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0);
    expect(bytes).toBeLessThanOrEqual(24 * mib);
  });

  test('the first few are spread as well', () => {
    const { pieces, order } = choosePieces([file(1000 * mib)], isSplittable);
    const quarters = order.slice(0, 6).map((place) => Math.floor((pieces[place]?.start ?? 0) / (250 * mib)));
    expect(new Set(quarters).size).toBe(4);
  });

  test('cover a small input exactly once', () => {
    const sources = [file(1000), file(0), file(7), file(50_001)];
    const { pieces } = choosePieces(sources, isSplittable);
    const reached = sources.map(() => 0);
    for (const { source, start, end } of pieces) {
      expect(start).toBe(reached[source]);
      reached[source] = end;
    }
    expect(reached).toEqual([1000, 0, 7, 50_001]);
  });

  test('streams are looked at from their start', () => {
    const { pieces } = choosePieces([file(9 * mib, 'gzip'), file(9 * mib, 'gzip')], isSplittable);
    expect(pieces.map(({ source, start }) => [source, start])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });
});

describe('memory', () => {
  const budget = (totalMib: number) =>
    divideBudget({
      totalBytes: totalMib * mib,
      workers: 2,
      cores: 2,
      spare: false,
      workerHeapBytes: null,
      workerArenaBytes: null,
    });
  const shape: RunShape = {
    budget: budget(1024),
    splits: 8,
    shape: 'grouped',
    hasKeys: true,
    hasSets: false,
    isSorted: true,
    columns: 2,
    rowsWanted: Number.POSITIVE_INFINITY,
  };
  /** A hundredth of 5 M records; so many groups in each piece of 2,500, shared or not. */
  const sample = (groups: number, stateBytes: number, areShared: boolean): SampleFigures => ({
    pieces: Array.from({ length: 20 }, () => {
      return { bytes: mib / 4, read: 2500, matched: 2500, groups, stateBytes: groups * stateBytes, elapsedMs: 1 };
    }),
    growth: Array.from({ length: 20 }, (_, i) => {
      const seenGroups = areShared ? groups : groups * (i + 1);
      return { records: 2500 * (i + 1), groups: seenGroups, stateBytes: seenGroups * stateBytes };
    }),
    mergeMs: 2,
    inputBytes: 500 * mib,
    rssBytes: 95 * mib,
    arenaBytes: 2 * mib,
    failed: 0,
  });

  test('few groups take what the process takes', () => {
    const { groups, spilledBytes, peakRssBytes, records, seconds } = predictRun(sample(16, 40, true), shape);
    expect({ groups, spilledBytes, records, seconds }).toEqual({
      groups: 16,
      spilledBytes: 0,
      records: 5_000_000,
      seconds: 1,
    });
    expect(peakRssBytes / mib).toBeCloseTo(103, 0);
  });

  test('a group for every record spills where the budget is small, and never takes more than the budget', () => {
    const many = sample(2500, 40, false);
    const shapes = [230, 256, 512, 1024, 16_384].map((size) => ({ ...shape, budget: budget(size) }));
    const predicted = shapes.map((run) => predictRun(many, run));
    for (const { groups } of predicted) expect(groups).toBeGreaterThan(4_900_000);
    predicted.forEach(({ peakRssBytes }, i) => {
      expect(peakRssBytes).toBeLessThanOrEqual(shapes[i]?.budget.totalBytes ?? 0);
      expect(peakRssBytes).toBeGreaterThanOrEqual(predicted[i - 1]?.peakRssBytes ?? 0);
    });
    expect(predicted[0]?.spilledBytes).toBeGreaterThan(150 * mib);
    expect(predicted[4]?.spilledBytes).toBe(0);
  });

  test('what was read whole is not extrapolated', () => {
    const whole = { ...sample(16, 40, true), inputBytes: 5 * mib };
    expect(predictRun(whole, shape)).toMatchObject({ records: 50_000, matched: 50_000, sampledBytes: 5 * mib });
  });

  test('a LIMIT bounds rows, state and spills', () => {
    const rows: RunShape = { ...shape, shape: 'rows', hasKeys: false, isSorted: false };
    const plain = { ...sample(0, 0, true), growth: [] };
    const wide = { ...plain, pieces: plain.pieces.map((piece) => ({ ...piece, stateBytes: 500_000 })) };
    expect(predictRun(wide, rows)).toMatchObject({ groups: null, stateBytes: 1_000_000_000, bytesPerRecord: 200 });
    expect(predictRun(wide, { ...rows, rowsWanted: 10 })).toMatchObject({ stateBytes: 2000, spilledBytes: 0 });
  });

  test('nothing matched', () => {
    const none = { ...sample(0, 0, true), pieces: [], growth: [] };
    expect(predictRun(none, shape)).toMatchObject({ groups: 0, matched: 0, bytesPerGroup: null, bytesPerRecord: null });
  });
});
