/** The tuning bench: its grid is full, and its summary says what was missed. */
import { describe, expect, it } from 'vitest';
import { flagsOf, gridOf, jobs } from '../../bench/tune/jobs.mjs';
import { summarize } from '../../bench/tune/summary.mjs';

const mib = 2 ** 20;
const machine = { cpu: 'a processor', cores: 2, node: 'v20' };
const [job] = jobs;
if (job === undefined) throw new Error('The bench has no jobs');

function records(recommendedMs: number, foretoldMib: number) {
  const setting = { workers: 2, memoryBytes: 0, heapBytes: 0, arenaBytes: 0, splitBytes: 0, recycleAfter: 0 };
  const predicted = { seconds: 1, peakRssBytes: foretoldMib * mib };
  const recommendation = { setting, reason: 'the fastest', predicted };
  const run = { job: job?.name, peakRssBytes: 100 * mib };
  return [
    { ...run, step: 'tune', ms: 9000, target: 'time', trials: 9, noise: 0.01, ended: 'complete', recommendation },
    { ...run, step: 'grid', cell: { workers: '1' }, ms: 1000 },
    { ...run, step: 'grid', cell: { workers: '2' }, failure: 'died' },
    ...[1000, 1010, 990].map((ms) => ({ ...run, step: 'final', name: 'grid 1', cell: { workers: '1' }, ms })),
    ...[1, 1.01, 0.99].map((factor) => ({ ...run, step: 'final', name: 'recommended', ms: recommendedMs * factor })),
  ].map((record) => ({ ...record, sample: { bytes: mib }, input: { bytes: 9 * mib } }));
}

describe('the grid', () => {
  it.each(jobs.map((entry) => [entry.name, entry] as const))('of %s holds every combination once', (_, entry) => {
    const cells = gridOf(entry).map((cell) => JSON.stringify(cell));
    const values: readonly (readonly unknown[])[] = Object.values(entry.grid);
    expect(cells).toHaveLength(values.reduce((product, { length }) => product * length, 1));
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('is told as flags', () => {
    expect(flagsOf({ workers: '2', split: '4MiB' })).toEqual(['--workers', '2', '--split', '4MiB']);
  });
});

describe('the summary', () => {
  it.each([
    ['both goals reached', 1090, 110, 0],
    ['too slow', 1200, 110, 1],
    ['memory foretold too low', 1000, 80, 1],
    ['both missed', 1200, 120, 2],
  ])('%s', (_, recommendedMs, foretoldMib, missed) => {
    const { text, misses } = summarize(records(recommendedMs, foretoldMib), jobs, machine);
    expect(misses).toBe(missed);
    expect(text).toContain(`Missed: ${missed}.`);
    expect(text.match(/\*\*missed\*\*/g)?.length ?? 0).toBe(missed);
  });

  it('of nothing has no rows', () => {
    expect(summarize([], jobs, machine)).toMatchObject({ misses: 0 });
  });
});
