/** The answer as a chart: for rows whose first column is a time, a line for each of the first columns of numbers. Pure. */
import type { ResultRows } from '../coordinator/run-log.ts';

export interface ResultChart {
  /** Seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** Two points make no course. */
const leastRows = 3;
const mostLines = 4;

/** Null where there is nothing to draw: no times, the same time twice, no numbers. */
export function resultChart({ columns, rows }: Pick<ResultRows, 'columns' | 'rows'>): ResultChart | null {
  if (columns[0]?.type !== 'timestamp' || rows.length < leastRows) return null;
  const timed = rows.map((row) => ({ time: secondsOf(row[0]), row })).sort((a, b) => a.time - b.time);
  if (timed.some(({ time }, i) => Number.isNaN(time) || time === timed[i - 1]?.time)) return null;
  const lines = columns
    .map(({ name, type }, at) => ({ name, type, at }))
    .filter(({ type }) => type === 'integer' || type === 'double')
    .slice(0, mostLines)
    .map(({ name, at }) => ({ name, values: timed.map(({ row }) => numberOf(row[at])) }));
  return lines.length === 0 ? null : { times: timed.map(({ time }) => time), lines };
}

/** `2025-03-05 10:00:00`, as written in the log. */
function secondsOf(text: string | null | undefined): number {
  return typeof text === 'string' ? Date.parse(`${text.replace(' ', 'T')}Z`) / 1000 : Number.NaN;
}

function numberOf(text: string | null | undefined): number | null {
  const value = typeof text === 'string' ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
