/** Throughput against peak memory, in characters: every setting that was measured. Pure. */
import { formatSize } from '../core/size.ts';

export interface PlotPoint {
  readonly peakRssBytes: number;
  readonly bytesPerSecond: number;
  readonly mark: Mark;
}

/** From what gives way to what stays where two fall into one place. */
export const marks = { other: '·', frontier: 'o', initial: 'd', recommended: '●' } as const;
export type Mark = keyof typeof marks;

const rank = Object.keys(marks);
const axisWidth = 10;

/** Lines no wider than `width`; none for less than two points. */
export function plot(points: readonly PlotPoint[], width: number, height = 10): string[] {
  if (points.length < 2) return [];
  const columns = Math.max(20, Math.min(width, 100) - axisWidth - 2);
  const x = scale(points.map(({ peakRssBytes }) => peakRssBytes));
  const y = scale(points.map(({ bytesPerSecond }) => bytesPerSecond));
  const cells = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  for (const { peakRssBytes, bytesPerSecond, mark } of [...points].sort(
    (a, b) => rank.indexOf(a.mark) - rank.indexOf(b.mark),
  )) {
    const row = cells[height - 1 - Math.round(y.share(bytesPerSecond) * (height - 1))];
    if (row !== undefined) row[Math.round(x.share(peakRssBytes) * (columns - 1))] = marks[mark];
  }
  const label = (row: number) =>
    row === 0 || row === height - 1
      ? megabytes(y.at(1 - row / (height - 1))).padStart(axisWidth)
      : ' '.repeat(axisWidth);
  const [left, right] = [formatSize(x.at(0)), formatSize(x.at(1))];
  return [
    `${'MB/s'.padStart(axisWidth)}`,
    ...cells.map((row, i) => `${label(i)} │${row.join('')}`.trimEnd()),
    `${' '.repeat(axisWidth)} └${'─'.repeat(columns)}`,
    `${' '.repeat(axisWidth + 2)}${left}${right.padStart(Math.max(1, columns - left.length))}`,
    `${' '.repeat(axisWidth + 2)}peak memory: ${marks.recommended} recommended, ${marks.initial} default, ${marks.frontier} frontier, ${marks.other} others`,
  ];
}

function megabytes(bytesPerSecond: number): string {
  return (bytesPerSecond / 1e6).toFixed(bytesPerSecond < 1e7 ? 1 : 0);
}

/** Some room around the values, so that a small difference is not shown as a large one. */
function scale(values: readonly number[]): { share(value: number): number; at(share: number): number } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((most - least) * 0.1, most * 0.02);
  const [from, to] = [Math.max(0, least - room), most + room];
  return {
    share: (value) => (to === from ? 0 : (value - from) / (to - from)),
    at: (share) => from + share * (to - from),
  };
}
