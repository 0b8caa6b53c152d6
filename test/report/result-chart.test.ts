/** When an answer is drawn over time, and what of it. */
import { expect, test } from 'vitest';
import { resultChart } from '../../src/report/result-chart.ts';

const time = { name: 'hour', type: 'timestamp' };
const hits = { name: 'hits', type: 'integer' };
const path = { name: 'path', type: 'text' };

test('lines of numbers over rising times, whatever the order of the rows', () => {
  const rows = [
    ['2025-03-03 02:00:00', 'c', '30'],
    ['2025-03-03 00:00:00', 'a', '10'],
    ['2025-03-03 01:00:00', 'b', null],
  ];
  const midnight = Date.UTC(2025, 2, 3) / 1000;
  expect(resultChart({ columns: [time, path, hits], rows })).toEqual({
    times: [midnight, midnight + 3600, midnight + 7200],
    lines: [{ name: 'hits', values: [10, null, 30] }],
  });
});

const hours = ['2025-03-03 00:00:00', '2025-03-03 01:00:00', '2025-03-03 02:00:00'] as const;
const none: [string, Parameters<typeof resultChart>[0]][] = [
  ['without a time in front', { columns: [path, hits], rows: hours.map(() => ['a', '1']) }],
  ['of two rows', { columns: [time, hits], rows: hours.slice(1).map((at) => [at, '1']) }],
  ['with the same time twice', { columns: [time, hits], rows: [...hours, hours[0]].map((at) => [at, '1']) }],
  ['with a row that has no time', { columns: [time, hits], rows: [...hours, null].map((at) => [at, '1']) }],
  ['without numbers', { columns: [time, path], rows: hours.map((at) => [at, 'a']) }],
];
test.each(none)('no chart of an answer %s', (_, result) => {
  expect(resultChart(result)).toBeNull();
});
