// The jobs that tuning is judged by, each with its full grid: every combination of these values is run on the whole input.
// Dimensions that a job cannot feel are still in its grid, with fewer values.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const leaks = fileURLToPath(new URL('../../test/fixtures/functions/troublesome.js', import.meta.url));
const workers = [...new Set([1, Math.max(1, availableParallelism() >> 1), availableParallelism()])];

/** `sampleShare`: how much of the input the trials of `tune` see; the rest has to be foretold. */
export const jobs = [
  {
    name: 'few-groups',
    what: 'status, count(*), sum(bytes) of a combined log: 16 groups',
    corpus: 'combined',
    sql: 'SELECT status, count(*) AS hits, sum(bytes) AS total FROM logs GROUP BY status ORDER BY status',
    functions: [],
    sampleShare: 1 / 3,
    grid: {
      workers,
      'worker-heap': ['32MiB', '512MiB'],
      'worker-arena': ['32MiB', '512MiB'],
      split: ['1MiB', '4MiB', '16MiB', '32MiB'],
      'recycle-after': ['0', '16'],
    },
  },
  {
    name: 'many-groups',
    what: 'the ten most frequent of 5 M clients of a combined log',
    corpus: 'combined-many-clients',
    sql: 'SELECT client, count(*) AS hits FROM logs GROUP BY client ORDER BY hits DESC, client LIMIT 10',
    functions: [],
    sampleShare: 1 / 3,
    grid: {
      workers,
      'worker-heap': ['128MiB'],
      'worker-arena': ['32MiB', '512MiB'],
      split: ['1MiB', '4MiB', '32MiB'],
      'recycle-after': ['0'],
    },
  },
  {
    name: 'leaking-function',
    what: "a user's function that keeps 3 KB of every call, called for 3.6 % of the records",
    corpus: 'combined',
    sql: 'SELECT status, count(leaks(path)) AS n FROM logs WHERE status = 404 GROUP BY status',
    functions: [leaks],
    sampleShare: 1 / 3,
    grid: {
      workers,
      'worker-heap': ['32MiB', '128MiB', '512MiB'],
      'worker-arena': ['32MiB'],
      split: ['4MiB', '32MiB'],
      'recycle-after': ['0', '4'],
    },
  },
];

/** `[{ workers: 1, split: '4MiB', ... }, ...]`, in a shuffled order that is always the same: a mood of the machine hits no value alone. */
export function gridOf({ grid }) {
  let cells = [{}];
  for (const [flag, values] of Object.entries(grid)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [flag]: String(value) })));
  }
  return cells
    .map((cell, index) => ({ cell, rank: Math.imul(index + 1, 2654435761) >>> 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ cell }) => cell);
}

export function flagsOf(cell) {
  return Object.entries(cell).flatMap(([flag, value]) => [`--${flag}`, value]);
}
