/** Which setting is recommended: a table of what was measured and what follows. */
import { describe, expect, it } from 'vitest';
import { type Candidate, choose, finalists, frontier, noiseOf, type Target } from '../../src/tune/choose.ts';
import type { Setting } from '../../src/tune/setting.ts';

const mib = 2 ** 20;
const setting: Setting = {
  memoryBytes: 1024 * mib,
  workers: 2,
  heapBytes: 64 * mib,
  arenaBytes: 128 * mib,
  splitBytes: 32 * mib,
  recycleAfter: 100,
};

interface Named extends Candidate {
  readonly name: string;
}

function candidate(name: string, wholeMs: number, peakMib: number, more: Partial<Candidate> = {}): Named {
  return { name, setting, saidCount: 0, wholeMs, peakRssBytes: peakMib * mib, ...more };
}

const knee: Target = { type: 'knee' };
const time: Target = { type: 'time' };

describe('choose', () => {
  const fast = candidate('fast', 1000, 400);
  const near = candidate('near', 1040, 200);
  const slow = candidate('slow', 2000, 100);
  const budget = { ...setting, memoryBytes: 256 * mib };

  it.each<[what: string, candidates: readonly Named[], target: Target, noise: number, chosen: string | undefined]>([
    ['the knee gives some time for much memory', [fast, candidate('lean', 1090, 200), slow], knee, 0, 'lean'],
    ['the knee gives no time for little memory', [fast, candidate('lean', 1090, 360), slow], knee, 0, 'fast'],
    ['the knee gives no more than 10 %', [fast, candidate('lean', 1110, 50), slow], knee, 0, 'fast'],
    ['the knee gives more where the noise is more', [fast, candidate('lean', 1110, 50), slow], knee, 0.12, 'lean'],
    ['the knee takes no time that is only noise', [fast, candidate('lean', 1050, 370), slow], knee, 0.05, 'lean'],
    ['the target time gives 2 %', [fast, near, slow], time, 0, 'fast'],
    ['nothing is preferred for less than the noise', [fast, near, slow], time, 0.05, 'near'],
    [
      'a limit of memory leaves out what exceeds it',
      [fast, near, slow],
      { type: 'memory', bytes: 150 * mib },
      0,
      'slow',
    ],
    ['none within the limit, none chosen', [fast, near], { type: 'memory', bytes: 50 * mib }, 0, undefined],
    ['equal: the smaller budget', [fast, candidate('small', 1010, 405, { setting: budget })], time, 0, 'small'],
    [
      'equal: what says less',
      [candidate('said', 1000, 400, { saidCount: 2 }), candidate('plain', 1010, 400)],
      time,
      0,
      'plain',
    ],
    ['equal in all but time: the faster', [candidate('a', 1010, 400), candidate('b', 1000, 400)], time, 0, 'b'],
    ['of nothing nothing', [], knee, 0, undefined],
  ])('%s', (_, candidates, target, noise, chosen) => {
    expect(choose(candidates, target, noise)?.name).toBe(chosen);
    expect(choose([...candidates].reverse(), target, noise)?.name).toBe(chosen);
  });

  it('the best few are the best, the best of the rest, and so on', () => {
    expect(finalists([slow, fast, near], knee, 0, 2).map(({ name }) => name)).toEqual(['near', 'fast']);
    expect(finalists([slow], knee, 0, 3).map(({ name }) => name)).toEqual(['slow']);
  });

  it('the frontier holds what no other beats in both, by memory', () => {
    const beaten = candidate('beaten', 1500, 300);
    expect(frontier([beaten, fast, slow, near]).map(({ name }) => name)).toEqual(['slow', 'near', 'fast']);
  });
});

describe('noise', () => {
  it.each([
    ['one run tells nothing', [[100], [50]], 0],
    ['the second fastest against the fastest', [[150, 100, 110]], 0.1],
    [
      'of several settings the middle one',
      [
        [100, 101],
        [100, 150],
        [100, 110],
      ],
      0.1,
    ],
    ['of nothing nothing', [], 0],
  ])('%s', (_, runs, noise) => {
    expect(noiseOf(runs)).toBeCloseTo(noise, 10);
  });
});
