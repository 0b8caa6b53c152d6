/** What is worth a trial: a table of what was seen and which values follow from it. */
import { describe, expect, it } from 'vitest';
import type { Dimension, Setting } from '../../src/tune/setting.ts';
import { flagValue, shownValue } from '../../src/tune/setting.ts';
import { type Ladder, ladder, type Seen, type Space } from '../../src/tune/space.ts';
import { mib, testSpace } from './engine.ts';

const setting: Setting = {
  memoryBytes: 4096 * mib,
  workers: 4,
  heapBytes: 128 * mib,
  arenaBytes: 256 * mib,
  splitBytes: 32 * mib,
  recycleAfter: 150,
};

function seen(more: Partial<Seen> = {}): Seen {
  return { setting, peakRssBytes: 100 * mib, peakHeapBytes: 8 * mib, peakArenaBytes: 2 * mib, memoryEnds: 0, ...more };
}

/** In MiB where the values are bytes. */
function shown(result: Ladder, unit: number): unknown {
  return 'why' in result ? result.why : result.directions.map((values) => values.map((value) => value / unit));
}

describe('ladder', () => {
  const functions = { hasFunctions: true };
  it.each<
    [what: string, dimension: Dimension, space: Partial<Omit<Space, 'resolve'>>, was: Partial<Seen>, ladder: unknown]
  >([
    ['fewer workers first', 'workers', { cores: 6 }, {}, [[2, 1], [6]]],
    ['one core', 'workers', { cores: 1 }, {}, 'this machine has one core'],
    ['what was said', 'workers', { pinned: { workers: 4 } }, {}, 'said by you'],
    ['budgets from four times the peak down', 'memoryBytes', {}, {}, [[512, 256, 128]]],
    ['a budget near the peak', 'memoryBytes', {}, { peakRssBytes: 4000 * mib }, 'the budget is near the peak already'],
    ['heaps that hold nothing', 'heapBytes', {}, {}, 'workers keep 8 MiB there: the kernels work in the arena'],
    [
      'heaps of functions, both ways',
      'heapBytes',
      functions,
      {},
      [
        [64, 32],
        [256, 512],
      ],
    ],
    [
      'heaps that are full',
      'heapBytes',
      {},
      { peakHeapBytes: 90 * mib },
      [
        [64, 32],
        [256, 512],
      ],
    ],
    ['arenas that are hardly used', 'arenaBytes', {}, {}, 'workers reach 2 MiB of 256 MiB'],
    ['arenas that a smaller one would cut', 'arenaBytes', {}, { peakArenaBytes: 60 * mib }, [[64, 32, 16], []]],
    [
      'arenas that are full',
      'arenaBytes',
      {},
      { peakArenaBytes: 200 * mib },
      [
        [128, 64, 32, 16],
        [512, 1024],
      ],
    ],
    ['every other split size', 'splitBytes', {}, {}, [[8, 2, 1], []]],
    ['files that are read whole', 'splitBytes', { longestStretchBytes: 0 }, {}, 'such files are read whole'],
    ['memory that no task leaves behind', 'recycleAfter', {}, {}, 'nothing keeps memory from task to task'],
    ['too few tasks in a sample', 'recycleAfter', functions, {}, [[1]]],
    [
      'many tasks in a sample',
      'recycleAfter',
      functions,
      { setting: { ...setting, splitBytes: mib } },
      [[64, 16, 4, 1]],
    ],
  ])('%s', (_, dimension, space, was, expected) => {
    const unit = dimension === 'workers' || dimension === 'recycleAfter' ? 1 : mib;
    expect(shown(ladder(testSpace(space), dimension, seen(was)), unit)).toEqual(expected);
  });
});

describe('resolve', () => {
  it('gives what the engine makes of a choice, and what the user said wins over it', () => {
    const space = testSpace({ pinned: { splitBytes: 4 * mib } });
    expect(space.resolve({ workers: 2, splitBytes: mib, heapBytes: 64 * mib })?.setting).toMatchObject({
      ...{ workers: 2, splitBytes: 4 * mib, heapBytes: 64 * mib, memoryBytes: 6144 * mib },
    });
  });

  it('gives nothing where the budget does not hold it', () => {
    expect(testSpace().resolve({ workers: 4, memoryBytes: 128 * mib })).toBeNull();
  });
});

describe('values', () => {
  it.each<[Dimension, number, string, string]>([
    ['workers', 2, '2', '2'],
    ['recycleAfter', 0, 'never', '0'],
    ['memoryBytes', 2048 * mib, '2 GiB', '2GiB'],
    ['heapBytes', 45 * mib, '45 MiB', '45MiB'],
    ['arenaBytes', 92.1875 * mib, '92.2 MiB', '94400KiB'],
    ['splitBytes', 1500, '1.5 KiB', '1500B'],
  ])('%s %d is shown as %s and written as %s', (dimension, value, text, flag) => {
    expect(shownValue(dimension, value)).toBe(text);
    expect(flagValue(dimension, value)).toBe(flag);
  });
});
