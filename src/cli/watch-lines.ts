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

const gap = 2;
const leastSplitWidth = 18;
/** Of bars: as wide as there is room. */
const barWidths = { least: 4, most: 10 } as const;
const percentWidth = 5;
/** From so much of a cap on a bar is painted so. */
const paints = { yellow: 0.6, red: 0.8 } as const;

/** The columns that are always there, then what fits beside them: what a worker reads in words, or only its split's number. */
function columnsFor(width: number): readonly Column[] {
  const wide = [...columnsWith(barWidths.most), lastRecycle('last recycle', 17, longAgo)];
  if (widthOf(wide) + gap + leastSplitWidth <= width) {
    const left = width - widthOf(wide) - gap;
    return [...wide, { title: 'split', width: left, align: 'left', sacrifice: 0, cell: splitName }];
  }
  let chosen: readonly Column[] = [
    ...columnsWith(barWidths.least),
    lastRecycle('last recycle', 12, shortAgo),
    splitNumber,
  ];
  for (let least = 5; least > 0 && widthOf(chosen) > width; least--) {
    chosen = chosen.filter(({ sacrifice }) => sacrifice !== least);
  }
  const bars = chosen.filter(({ title }) => title === 'heap' || title === 'arena').length;
  const more = bars === 0 ? 0 : Math.floor((width - widthOf(chosen)) / bars);
  const barWidth = Math.min(barWidths.most, barWidths.least + Math.max(0, more));
  const titles = new Set(chosen.map(({ title }) => title));
  return [...columnsWith(barWidth), lastRecycle('last recycle', 12, shortAgo), splitNumber].filter(({ title }) =>
    titles.has(title),
  );
}

function columnsWith(barWidth: number): readonly Column[] {
  const width = barWidth + percentWidth;
  return [
    { title: '#', width: 2, align: 'right', sacrifice: 0, cell: ({ worker }) => String(worker) },
    { title: 'state', width: 8, align: 'left', sacrifice: 0, cell: ({ state }) => state },
    {
      ...{ title: 'speed', width: 9, align: 'right', sacrifice: 0 },
      cell: ({ state, bytesPerSecond }) =>
        state !== 'starting' && bytesPerSecond > 0 ? formatSpeed(bytesPerSecond, 1) : '',
    },
    {
      ...{ title: 'heap', width, align: 'left', sacrifice: 0 },
      cell: ({ heapUsedBytes, heapLimitBytes }, paint) => bar(heapUsedBytes, heapLimitBytes, barWidth, paint),
    },
    {
      ...{ title: 'arena', width, align: 'left', sacrifice: 1 },
      cell: ({ arenaUsedBytes, arenaLimitBytes }, paint) => bar(arenaUsedBytes, arenaLimitBytes, barWidth, paint),
    },
    { title: 'gc', width: 4, align: 'right', sacrifice: 3, cell: ({ gcShare }) => percent(gcShare) },
    { title: 'tasks', width: 5, align: 'right', sacrifice: 2, cell: ({ tasksInLife }) => formatCount(tasksInLife) },
  ];
}

function lastRecycle(title: string, width: number, say: (reason: string, seconds: number) => string): Column {
  return {
    ...{ title, width, align: 'left', sacrifice: 4 },
    cell({ lastRecycle: last }, paint) {
      if (last === null) return '';
      const text = fitWidth(say(last.reason, Math.floor(last.secondsAgo)), width);
      return last.reason === 'died' || last.reason === 'deadline' ? paint(text, 'red') : text;
    },
  };
}

const longAgo = (reason: string, seconds: number) => `${reason}, ${seconds} s ago`;
const shortAgo = (reason: string, seconds: number) => `${reason} ${seconds}s`;

const splitNumber: Column = {
  ...{ title: 'split', width: 5, align: 'right', sacrifice: 5 },
  cell: ({ split }) => (split === null ? '' : String(split)),
};

/** Lines without line ends. `width`: columns that may be used; `height`: lines that may be used, 2 or more. */
export function watchLines(state: WatchState, { width, height, color }: WatchSize): string[] {
  const paint: Paint = (text, style) => (color && text !== '' ? `\x1b[${codes[style]}m${text}\x1b[0m` : text);
  const chosen = columnsFor(width);
  const row = (worker: WatchedWorker) =>
    chosen
      .map((column) => pad(column.cell(worker, paint), column))
      .join(' '.repeat(gap))
      .trimEnd();
  const titles = chosen.map((column) => pad(column.title, column));
  const keys = state.hasKeys ? [cut(state.isPaused ? 'p goes on, q quits' : 'p pauses, q quits', width)] : [];
  const room = Math.max(0, height - 3 - keys.length);
  const shown = state.workers.length > room ? state.workers.slice(0, Math.max(0, room - 1)) : state.workers;
  const hidden = state.workers.length - shown.length;
  const lines = [
    progressLine(state.progress, width),
    totals(state, width),
    paint(cut(titles.join(' '.repeat(gap)).trimEnd(), width), 'dim'),
    ...shown.map(row),
    ...(hidden > 0 ? [paint(cut(`... and ${counted(hidden, 'more worker')}`, width), 'dim')] : []),
    ...keys.map((line) => paint(line, state.isPaused ? 'bold' : 'dim')),
  ];
  return lines.slice(0, Math.max(1, height));
}

/** Where there is little room in fewer words. */
function totals(state: WatchState, width: number): string {
  const { splits, rssBytes, budgetBytes, recycled, retries, spilledBytes, isPaused } = state;
  const all = splits.done + splits.running + splits.queued;
  const memory = `${formatSize(rssBytes)} of ${formatSize(budgetBytes)}`;
  const queues = [splits.done, splits.running, splits.queued].map(formatCount);
  const line = (beginning: readonly string[]) =>
    [
      ...(isPaused ? ['PAUSED'] : []),
      ...beginning,
      `${formatCount(recycled)} recycled`,
      ...(retries > 0 ? [counted(retries, 'retry', 'retries')] : []),
      ...(spilledBytes > 0 ? [`${formatSize(spilledBytes)} spilled`] : []),
    ].join('  ');
  const long = line([`memory ${memory}`, `splits ${queues[0]} done, ${queues[1]} running, ${queues[2]} queued`]);
  return long.length <= width ? long : cut(line([memory, `splits ${queues[0]}/${formatCount(all)}`]), width);
}

function splitName({ file, splitStart, splitBytesRead }: WatchedWorker): string {
  if (file === '') return '';
  return `${printable(lastPart(file))} ${formatSize(splitStart)} + ${formatSize(splitBytesRead)}`;
}

/** The folder is the same for most, and the end of a name tells it from the others. */
function lastPart(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1) || file;
}

function bar(used: number, limit: number, width: number, paint: Paint): string {
  const share = limit > 0 ? Math.min(1, used / limit) : 0;
  const full = used > 0 ? Math.max(1, Math.round(share * width)) : 0;
  const style = share >= paints.red ? 'red' : share >= paints.yellow ? 'yellow' : 'green';
  return `${paint('━'.repeat(full), style)}${paint('─'.repeat(width - full), 'dim')} ${percent(share)}`;
}

function percent(share: number): string {
  return `${Math.min(999, Math.round(share * 100))}%`.padStart(4);
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
