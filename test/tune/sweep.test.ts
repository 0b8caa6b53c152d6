/** The sweep against engines that are formulas: it finds what a full grid finds, asks for little, and says what it left out. */
import { describe, expect, it } from 'vitest';
import { allowanceOf, type Target } from '../../src/tune/choose.ts';
import type { Setting } from '../../src/tune/setting.ts';
import { type Engine, mib, runSweep, startMs, testSpace, wholeBytes } from './engine.ts';

/** As fast as there are workers, up to what the disk gives; every worker costs memory. */
const scanning: Engine = ({ workers }) => ({
  msPerMib: 1 / Math.min(workers, 3),
  peakRssBytes: (70 + 10 * workers) * mib,
});

/** Functions that keep memory: a larger heap is replaced less often, and is paid for. */
const leaking: Engine = ({ workers, heapBytes, recycleAfter }) => ({
  msPerMib: (4 + (recycleAfter < 20 ? 4 : 0) + 100 / (heapBytes / mib)) / workers,
  peakRssBytes: 80 * mib + workers * heapBytes * 0.6,
  peakHeapBytes: heapBytes * 0.6,
  memoryEnds: 9,
});

/** Groups that do not fit small arenas; splits that cost when they are small or few. */
const grouping: Engine = ({ workers, arenaBytes, splitBytes }) => ({
  msPerMib: ((arenaBytes < 64 * mib ? 3 : 1) + Math.abs(Math.log2(splitBytes / mib / 8)) * 0.2) / workers,
  peakRssBytes: 90 * mib + workers * Math.min(arenaBytes, 200 * mib),
  peakArenaBytes: Math.min(arenaBytes, 200 * mib),
  memoryEnds: arenaBytes < 200 * mib ? 1 : 0,
});

const engines = { scanning, leaking, grouping };

/** Every setting that the sweep's ladders reach. */
function* grid(space = testSpace()): Generator<Setting> {
  for (const workers of [1, 2, 4])
    for (const heapBytes of [32, 64, 128, 256, 512].map((n) => n * mib))
      for (const arenaBytes of [16, 32, 64, 128, 256, 512, 1024].map((n) => n * mib))
        for (const splitBytes of [1, 2, 4, 8, 16, 32].map((n) => n * mib))
          for (const recycleAfter of [0, 1, 4, 16, 64, 150]) {
            const resolved = space.resolve({ workers, heapBytes, arenaBytes, splitBytes, recycleAfter });
            if (resolved !== null) yield resolved.setting;
          }
}

const wholeMs = (engine: Engine, setting: Setting) => startMs + (engine(setting).msPerMib * wholeBytes) / mib;

describe.each(Object.entries(engines))('%s', (name, engine) => {
  const space = testSpace({ hasFunctions: name === 'leaking' });

  it.each([0, 1, 2, 3, 4])(
    'is within 10 %% of a full grid at the target time, with noise of up to 4 %% (%i)',
    (seed) => {
      const noise = (trial: number) => (seed === 0 ? 0 : (((trial * 7919 + seed * 104_729) % 101) / 100) * 0.04);
      const { result, requests } = runSweep(
        engine,
        { space, target: { type: 'time' } },
        Number.POSITIVE_INFINITY,
        noise,
      );
      const best = Math.min(...[...grid(space)].map((setting) => wholeMs(engine, setting)));
      const { recommended } = result;
      if (recommended === null) throw new Error('Nothing was recommended');
      expect(wholeMs(engine, recommended.setting)).toBeLessThanOrEqual(best * 1.1);
      expect(requests.length).toBeLessThan(60);
    },
  );

  it('needs no more memory at the knee than the fastest does, and little more time', () => {
    const fast = runSweep(engine, { space, target: { type: 'time' } }).result.recommended;
    const knee = runSweep(engine, { space, target: { type: 'knee' } }).result.recommended;
    if (fast === null || knee === null) throw new Error('Nothing was recommended');
    expect(knee.peakRssBytes).toBeLessThanOrEqual(fast.peakRssBytes);
    expect(wholeMs(engine, knee.setting)).toBeLessThanOrEqual(wholeMs(engine, fast.setting) * 1.13);
  });

  it('asks the same again for the same answers', () => {
    const [first, again] = [runSweep(engine, { space }), runSweep(engine, { space })];
    expect(again.requests).toEqual(first.requests);
    expect(again.result).toEqual(first.result);
  });
});

describe('a sweep', () => {
  it('starts from what the engine does by itself, in two sizes', () => {
    const { result, requests } = runSweep(scanning);
    expect(requests.slice(0, 5).map(({ choice, size, phase }) => ({ choice, size, phase }))).toEqual([
      { choice: {}, size: 'sample', phase: 'start' },
      { choice: {}, size: 'part', phase: 'start' },
      { choice: {}, size: 'sample', phase: 'start' },
      { choice: {}, size: 'part', phase: 'start' },
      { choice: { workers: 2 }, size: 'sample', phase: 'search' },
    ]);
    expect(result.initial?.choice).toEqual({});
    expect(result.isCut).toBe(false);
  });

  it('has no part of what is the whole input', () => {
    const { requests } = runSweep(scanning, { isWhole: true });
    expect(new Set(requests.map(({ size }) => size))).toEqual(new Set(['sample']));
  });

  it('runs what it recommends, and what comes near it, several times and in turns', () => {
    const { result, requests } = runSweep(leaking, { space: testSpace({ hasFunctions: true }) });
    expect(result.recommended?.onSample.length).toBeGreaterThanOrEqual(3);
    expect(result.measured.filter(({ onSample }) => onSample.length >= 3).length).toBeGreaterThanOrEqual(3);
    const repeats = requests.filter(({ phase }) => phase === 'repeat').map(({ choice }) => JSON.stringify(choice));
    repeats.slice(1).forEach((choice, i) => {
      expect(choice).not.toBe(repeats[i]);
    });
  });

  it('says what it did not vary, and why', () => {
    const { result } = runSweep(scanning, { space: testSpace({ pinned: { workers: 2 } }) });
    expect(result.skipped).toEqual([
      { dimension: 'workers', why: 'said by you' },
      { dimension: 'heapBytes', why: 'workers keep 8 MiB there: the kernels work in the arena' },
      { dimension: 'arenaBytes', why: expect.stringMatching(/^workers reach 2 MiB of \d+ MiB$/) },
      { dimension: 'recycleAfter', why: 'nothing keeps memory from task to task' },
    ]);
    expect(result.measured.every(({ setting }) => setting.workers === 2)).toBe(true);
  });

  it('keeps within a target of memory by its budget, and never moves that', () => {
    const target: Target = { type: 'memory', bytes: 300 * mib };
    const space = testSpace({ pinned: { memoryBytes: 300 * mib, workers: 2 }, hasFunctions: true });
    const { result } = runSweep(leaking, { space, target });
    expect(result.measured.every(({ setting }) => setting.memoryBytes === 300 * mib)).toBe(true);
    expect(result.recommended?.peakRssBytes).toBeLessThanOrEqual(300 * mib);
  });

  it.each([0, 1, 2, 3, 5, 8])('that is cut after %i trials recommends from what was measured', (limit) => {
    const { result, requests } = runSweep(leaking, {}, limit);
    expect(requests).toHaveLength(limit);
    expect(result.isCut).toBe(true);
    expect(result.recommended === null).toBe(limit === 0);
    expect(result.measured.every(({ onSample }) => onSample.length > 0)).toBe(true);
  });

  it('passes over settings that fail', () => {
    const fragile: Engine = (setting) =>
      setting.workers === 4 ? leaking(setting) : { ...leaking(setting), msPerMib: Number.POSITIVE_INFINITY };
    const { result } = runSweep(fragile);
    expect(result.recommended?.setting.workers).toBe(4);
    expect(result.measured.every(({ setting }) => setting.workers === 4)).toBe(true);
  });

  it('recommends nothing where nothing runs', () => {
    const { result, requests } = runSweep(() => ({ msPerMib: Number.POSITIVE_INFINITY }));
    expect(result).toMatchObject({ recommended: null, initial: null, measured: [] });
    expect(requests).toHaveLength(1);
  });

  it('takes the defaults where the noise hides every difference', () => {
    const flat: Engine = () => ({ msPerMib: 1 });
    const noise = (trial: number) => [0.12, 0, 0.1, 0.05, 0.08, 0.02][trial % 6] ?? 0;
    const { result } = runSweep(flat, { target: { type: 'time' } }, Number.POSITIVE_INFINITY, noise);
    expect(allowanceOf({ type: 'time' }, result.noise)).toBeGreaterThan(0.02);
    // a smaller promise at the same speed is the one thing worth a word
    expect(Object.keys(result.recommended?.choice ?? { none: 0 })).toEqual(['memoryBytes']);
  });
});
