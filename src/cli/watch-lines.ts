/**
 * The live view as text: a pure function of what was seen, never wider or higher than the terminal. Names of files are made
 * safe to show, because a name may hold anything.
 */
import { printable } from '../core/printable.ts';
import { formatSize } from '../core/size.ts';
import { displayWidth, fitWidth } from '../outputs/display-width.ts';
import { progressLine } from './progress-line.ts';
import { counted, formatCount, formatSpeed } from './rates.ts';
import type { WatchedWorker, WatchState } from './watch-state.ts';

export interface WatchSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

/** A column of the table of workers. */
interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Left out, the highest first, where the terminal is narrow; 0 stays. */
  readonly sacrifice: number;
  readonly cell: (worker: WatchedWorker, paint: Paint) => string;
}

type Paint = (text: string, style: 'dim' | 'green' | 'yellow' | 'red' | 'bold') => string;

const barWidth = 10;
const gap = 2;
const leastSplitWidth = 18;

const columns: readonly Column[] = [
  { title: '#', width: 2, align: 'right', sacrifice: 0, cell: ({ worker }) => String(worker) },
  { title: 'state', width: 8, align: 'left', sacrifice: 0, cell: ({ state }) => state },
  {
    title: 'speed',
    width: 9,
    align: 'right',
    sacrifice: 0,
    cell: ({ bytesPerSecond }) => (bytesPerSecond > 0 ? formatSpeed(bytesPerSecond, 1) : ''),
  },
  {
    title: 'heap',
    width: barWidth + 5,
    align: 'left',
    sacrifice: 0,
    cell: ({ heapUsedBytes, heapLimitBytes }, paint) => bar(heapUsedBytes, heapLimitBytes, paint),
  },
  {
    title: 'arena',
    width: barWidth + 5,
    align: 'left',
    sacrifice: 1,
    cell: ({ arenaUsedBytes, arenaLimitBytes }, paint) => bar(arenaUsedBytes, arenaLimitBytes, paint),
  },
  { title: 'gc', width: 4, align: 'right', sacrifice: 3, cell: ({ gcShare }) => percent(gcShare) },
  { title: 'tasks', width: 5, align: 'right', sacrifice: 2, cell: ({ tasksInLife }) => formatCount(tasksInLife) },
  {
    title: 'last recycle',
    width: 17,
    align: 'left',
    sacrifice: 4,
    cell: ({ lastRecycle }) =>
      lastRecycle === null ? '' : `${lastRecycle.reason}, ${Math.floor(lastRecycle.secondsAgo)} s ago`,
  },
];

/** Lines without line ends. `width`: columns that may be used; `height`: lines that may be used, 2 or more. */
export function watchLines(state: WatchState, { width, height, color }: WatchSize): string[] {
  const paint: Paint = (text, style) => (color && text !== '' ? `\x1b[${codes[style]}m${text}\x1b[0m` : text);
  const chosen = fittingColumns(width);
  const taken = widthOf(chosen);
  const splitWidth = width - taken - gap >= leastSplitWidth ? width - taken - gap : 0;
  const row = (worker: WatchedWorker) => {
    const cells = chosen.map((column) => pad(column.cell(worker, paint), column));
    if (splitWidth > 0) cells.push(fitWidth(splitName(worker), splitWidth));
    return cells.join(' '.repeat(gap)).trimEnd();
  };
  const titles = [...chosen.map((column) => pad(column.title, column)), ...(splitWidth > 0 ? ['split'] : [])];
  const keys = state.hasKeys ? [cut(state.isPaused ? 'p goes on, q quits' : 'p pauses, q quits', width)] : [];
  const room = Math.max(0, height - 3 - keys.length);
  const shown = state.workers.length > room ? state.workers.slice(0, Math.max(0, room - 1)) : state.workers;
  const hidden = state.workers.length - shown.length;
  const lines = [
    progressLine(state.progress, width),
    cut(totals(state), width),
    paint(cut(titles.join(' '.repeat(gap)), width), 'dim'),
    ...shown.map(row),
    ...(hidden > 0 ? [paint(cut(`... and ${counted(hidden, 'more worker')}`, width), 'dim')] : []),
    ...keys.map((line) => paint(line, state.isPaused ? 'bold' : 'dim')),
  ];
  return lines.slice(0, Math.max(1, height));
}

function totals({ splits, rssBytes, budgetBytes, recycled, retries, spilledBytes, isPaused }: WatchState): string {
  return [
    ...(isPaused ? ['PAUSED'] : []),
    `memory ${formatSize(rssBytes)} of ${formatSize(budgetBytes)}`,
    `splits ${formatCount(splits.done)} done, ${formatCount(splits.running)} running, ${formatCount(splits.queued)} queued`,
    `${formatCount(recycled)} recycled`,
    ...(retries > 0 ? [counted(retries, 'retry', 'retries')] : []),
    ...(spilledBytes > 0 ? [`${formatSize(spilledBytes)} spilled`] : []),
  ].join('  ');
}

function splitName({ file, splitStart, splitBytesRead }: WatchedWorker): string {
  if (file === '') return '';
  return `${printable(lastPart(file))} ${formatSize(splitStart)} + ${formatSize(splitBytesRead)}`;
}

/** The folder is the same for most, and the end of a name tells it from the others. */
function lastPart(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1) || file;
}

function bar(used: number, limit: number, paint: Paint): string {
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  const full = used > 0 ? Math.max(1, Math.round(share * barWidth)) : 0;
  const style = share >= 0.8 ? 'red' : share >= 0.6 ? 'yellow' : 'green';
  return `${paint('━'.repeat(full), style)}${paint('─'.repeat(barWidth - full), 'dim')} ${percent(share)}`;
}

function percent(share: number): string {
  return `${Math.min(999, Math.round(share * 100))}%`.padStart(4);
}

function fittingColumns(width: number): readonly Column[] {
  let chosen = columns;
  for (let least = 4; least > 0 && widthOf(chosen) > width; least--) {
    chosen = chosen.filter(({ sacrifice }) => sacrifice !== least);
  }
  return chosen;
}

function widthOf(chosen: readonly Column[]): number {
  return chosen.reduce((sum, column) => sum + column.width, 0) + gap * (chosen.length - 1);
}

function pad(text: string, { width, align }: Column): string {
  const fitting = text.includes('\x1b') ? text : fitWidth(text, width); // what is painted was made to measure
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(fitting.replace(paintCodes, ''))));
  return align === 'right' ? spaces + fitting : fitting + spaces;
}

function cut(text: string, width: number): string {
  return fitWidth(text, Math.max(1, width));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const paintCodes = /\x1b\[\d+m/g;

const codes = { dim: '2', green: '32', yellow: '33', red: '31', bold: '1' } as const;
