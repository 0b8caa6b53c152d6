/** The plot and the table, as they are printed. */
import { describe, expect, it } from 'vitest';
import { type PlotPoint, plot } from '../../src/tune/plot.ts';
import { settingsTable } from '../../src/tune/table.ts';
import { mib, testSpace } from './engine.ts';

const point = (peakMib: number, speed: number, mark: PlotPoint['mark'] = 'other'): PlotPoint => {
  return { peakRssBytes: peakMib * mib, bytesPerSecond: speed * 1e6, mark };
};

describe('the plot', () => {
  it('shows speed against memory, the recommended one above what is in its place', () => {
    const points = [
      point(100, 500, 'recommended'),
      point(100, 500, 'initial'),
      point(200, 900, 'frontier'),
      point(150, 100),
    ];
    expect(plot(points, 50, 5)).toEqual([
      '      MB/s',
      '       980 │                                  o',
      '           │',
      '           │   ●',
      '           │',
      '        20 │                   ·',
      '           └──────────────────────────────────────',
      '            90 MiB                         210 MiB',
      '            peak memory: ● recommended, d default, o frontier, · others',
    ]);
  });

  it.each([20, 40, 79, 80, 200])('fits %i columns, but for its legend', (width) => {
    const lines = plot([point(100, 500), point(90_000, 5)], width);
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(
      Math.max(32, Math.min(width, 100)),
    );
  });

  it('of one point is none, and equal points are one place', () => {
    expect(plot([point(1, 1)], 80)).toEqual([]);
    const marks =
      plot([point(100, 500), point(100, 500)], 60, 5)
        .join('')
        .match(/·/g) ?? [];
    expect(marks).toHaveLength(2); // one, and the legend's
  });
});

it('the table is sorted by memory, and says what failed', () => {
  const resolved = testSpace({}, 1024 * mib).resolve({ workers: 2, heapBytes: 64 * mib, arenaBytes: 128 * mib });
  if (resolved === null) throw new Error('The budget does not hold the setting');
  const setting = { ...resolved.setting, splitBytes: 4 * mib, recycleAfter: 0 };
  const lines = settingsTable([
    { setting, mark: 'other', figures: null, runs: 1, failure: 'it died' },
    {
      setting,
      mark: 'initial',
      figures: { bytesPerSecond: 5e8, peakRssBytes: 200 * mib, wholeMs: 4000 },
      runs: 2,
      failure: null,
    },
    {
      setting: { ...setting, workers: 1, recycleAfter: 8 },
      mark: 'recommended',
      figures: { bytesPerSecond: 5e6, peakRssBytes: 90 * mib, wholeMs: 90_000 },
      runs: 3,
      failure: null,
    },
  ]);
  expect(lines).toEqual([
    '   workers  memory    heap    arena  split  recycle  MB/s     peak        time  runs',
    '─  ───────  ──────  ──────  ───────  ─────  ───────  ────  ───────  ──────────  ────',
    '●        1   1 GiB  64 MiB  128 MiB  4 MiB        8   5.0   90 MiB  1 min 30 s     3  recommended',
    '         2   1 GiB  64 MiB  128 MiB  4 MiB    never   500  200 MiB      4.00 s     2  default',
    '         2   1 GiB  64 MiB  128 MiB  4 MiB    never                                1  failed: it died',
  ]);
});
