/** The settings that were measured, with what all of the input takes, as a table: by peak memory, the least first. Pure. */
import { formatDuration } from '../core/duration.ts';
import { formatSize } from '../core/size.ts';
import { type Mark, marks } from './plot.ts';
import { dimensions, type Setting, shownValue } from './setting.ts';

export interface TableRow {
  readonly setting: Setting;
  readonly mark: Mark;
  /** null where all of its trials failed, for the reason given. */
  readonly figures: { readonly bytesPerSecond: number; readonly peakRssBytes: number; readonly wholeMs: number } | null;
  readonly runs: number;
  readonly failure: string | null;
}

const titles = ['', 'workers', 'memory', 'heap', 'arena', 'split', 'recycle', 'MB/s', 'peak', 'time', 'runs'];

/** Dimensions in which no two settings differ stay: what was not varied is part of what is recommended. */
export function settingsTable(rows: readonly TableRow[]): string[] {
  const sorted = [...rows].sort(
    (a, b) => (a.figures?.peakRssBytes ?? Infinity) - (b.figures?.peakRssBytes ?? Infinity),
  );
  const cells = [titles, ...sorted.map(cellsOf)];
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row, i) => {
    const line = row
      .slice(0, titles.length)
      .map((cell, column) => cell.padStart(widths[column] ?? 0))
      .join('  ');
    return `${line}${i === 0 ? '' : noteOf(sorted[i - 1])}`.trimEnd();
  });
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)];
}

function cellsOf({ setting, mark, figures, runs }: TableRow): string[] {
  const values = dimensions.map((dimension) => shownValue(dimension, setting[dimension]));
  if (figures === null) return [' ', ...values, '', '', '', String(runs)];
  const speed = figures.bytesPerSecond / 1e6;
  return [
    mark === 'other' || mark === 'initial' ? ' ' : marks[mark],
    ...values,
    speed.toFixed(speed < 10 ? 1 : 0),
    formatSize(figures.peakRssBytes),
    formatDuration(figures.wholeMs),
    String(runs),
  ];
}

function noteOf(row: TableRow | undefined): string {
  if (row === undefined) return '';
  if (row.figures === null) return `  failed: ${row.failure ?? 'unknown'}`;
  return row.mark === 'recommended' ? '  recommended' : row.mark === 'initial' ? '  default' : '';
}
