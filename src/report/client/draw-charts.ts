/**
 * Runs in the reader's browser: draws the charts of the report with uPlot, from the data in the page, in the colours of the
 * page's theme. Imports nothing: it is put into the page as it is compiled.
 */
import type uPlot from 'uplot';
import type { ChartData, ChartMark } from '../charts.ts';

declare global {
  interface Window {
    readonly uPlot: typeof uPlot;
  }
}

/** One line of a chart: a name, the variable of its colour, and how its values read. */
interface Line {
  readonly label: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
  readonly fill?: boolean;
  readonly show: (value: number) => string;
}

interface Chart {
  readonly id: string;
  /** Seconds: since the run began, or since 1970. */
  readonly times: readonly number[];
  readonly isDated?: boolean;
  readonly lines: readonly Line[];
  readonly marks?: readonly ChartMark[];
  /** A dashed line, and the top of the scale. */
  readonly cap?: number;
  /** What the ticks of the left axis say. */
  readonly tick: (value: number) => string;
  readonly hasPhases?: boolean;
}

const letters = { recycled: 'R', died: 'D', retry: 'T', flush: 'F', spill: 'S', rescan: 'Q', pause: 'P' } as const;
/** Where letters would cover each other the first of these stays. */
const ranks: readonly ChartMark['kind'][] = ['died', 'retry', 'pause', 'rescan', 'recycled', 'flush', 'spill'];

const data: ChartData = JSON.parse(document.getElementById('chart-data')?.textContent ?? 'null');
let drawn: uPlot[] = [];

document.documentElement.classList.add('scripted');
drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
addEventListener('resize', () => {
  for (const plot of drawn) plot.setSize({ width: widthOf(plot.root.parentElement), height: plot.height });
});

function drawAll(): void {
  for (const plot of drawn) plot.destroy();
  drawn = [];
  for (const chart of charts()) draw(chart);
}

function charts(): Chart[] {
  const times = data.seconds;
  const mbs = (value: number) => (value >= 1000 ? `${(value / 1000).toFixed(2)} GB/s` : `${value.toFixed(0)} MB/s`);
  const mib = (value: number) => `${value.toFixed(0)} MiB`;
  const read = { label: 'Read', color: '--speed', values: data.speed, fill: true, show: mbs };
  const rss = { label: 'Resident memory', color: '--rss', values: data.rss, fill: true, show: mib };
  const run = { times, marks: data.marks, hasPhases: true };
  return [
    ...(data.result === null ? [] : resultCharts(data.result)),
    { id: 'speed-chart', ...run, lines: [read], tick: mbs },
    { id: 'memory-chart', ...run, lines: [rss], cap: data.budgetMib, tick: mib },
    ...data.workers.map(({ worker, heap, arena, heapLimitBytes, arenaLimitBytes, marks }) => {
      const of = (limit: number) => (value: number) =>
        `${mib(((value / 100) * limit) / 1048576)} (${value.toFixed(0)} %)`;
      const lines = [
        { label: 'Heap', color: '--heap', values: heap, show: of(heapLimitBytes) },
        { label: 'Arena', color: '--arena', values: arena, show: of(arenaLimitBytes) },
      ];
      return { id: `worker-${worker}-chart`, times, marks, lines, cap: 100, tick: (value: number) => `${value} %` };
    }),
  ];
}

function resultCharts({ times, lines }: NonNullable<ChartData['result']>): Chart[] {
  const colors = ['--heap', '--arena', '--speed', '--rss'];
  return lines.map(({ name, values }, i) => {
    const show = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 });
    const line = { label: name, color: colors[i % colors.length] ?? '--heap', values, fill: true, show };
    return { id: `result-${i}-chart`, times, isDated: true, lines: [line], tick: compact };
  });
}

function compact(value: number): string {
  return value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 });
}

function draw({ id, times, isDated = false, lines, marks = [], cap, tick, hasPhases = false }: Chart): void {
  const place = document.getElementById(id);
  if (place === null || times.length < 2) return;
  const colors = getComputedStyle(document.documentElement);
  const color = (name: string) => colors.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--dim'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1, size: 5 },
    font: '12px system-ui, sans-serif',
  };
  const seconds = (_: uPlot, ticks: number[]) => ticks.map((at) => `${+at.toFixed(3)} s`);
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const options: uPlot.Options = {
    width: widthOf(place),
    height: 200,
    padding: [marks.length > 0 ? 20 : 8, 14, 0, 0], // letters of marks stand above the lines
    tzDate: (at) => window.uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: {
      x: { time: isDated },
      y: { range: (_, least, most) => [Math.min(0, least ?? 0), scaleTop(most ?? 0, cap)] },
    },
    axes: [
      isDated ? { ...axis, size: 46, space: 90, values: dateTicks } : { ...axis, size: 32, values: seconds },
      { ...axis, size: 72, space: 34, values: (_, ticks) => ticks.map(tick) },
    ],
    series: [
      {
        label: 'Time',
        value: (_, at) => (at === null ? rangeText(first, last, isDated) : timeText(at, isDated)),
      },
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 1.75,
        points: { show: times.length < 30, size: 4 },
        // without a cursor the legend tells the peak
        value: (_: uPlot, value: number | null, __: number, at: number | null) =>
          at === null ? peakText(line) : value === null || value === undefined ? 'none' : line.show(value),
        ...(line.fill ? { fill: `${color(line.color)}22` } : {}),
      })),
    ],
    hooks: {
      drawClear: hasPhases ? [(plot) => drawMerging(plot, color)] : [],
      draw: [(plot) => drawCap(plot, cap, color('--dim')), (plot) => drawMarks(plot, marks, color)],
    },
  };
  // uPlot's own type for values is mutable; it copies them
  const columns = [times, ...lines.map((line) => line.values)] as unknown as uPlot.AlignedData;
  drawn.push(new window.uPlot(options, columns, place));
}

function timeText(at: number, isDated: boolean): string {
  return isDated ? new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ') : `${at.toFixed(1)} s`;
}

/** Hours, with the day below where it begins; days where ticks are so far apart. */
function dateTicks(_: uPlot, ticks: number[], __: number, ___: number, stepSeconds: number): string[] {
  return ticks.map((at, i) => {
    const [day = '', time = ''] = timeText(at, true).split(' ');
    if (stepSeconds >= 86_400) return day;
    return i === 0 || time === '00:00' ? `${time}\n${day}` : time;
  });
}

function rangeText(first: number, last: number, isDated: boolean): string {
  return isDated
    ? `${timeText(first, true).slice(0, 10)} to ${timeText(last, true).slice(0, 10)}`
    : `${first.toFixed(0)}\u2013${timeText(last, false)}`;
}

function peakText({ values, show }: Line): string {
  const most = values.reduce<number>((peak, value) => Math.max(peak, value ?? peak), Number.NEGATIVE_INFINITY);
  return Number.isFinite(most) ? `peak ${show(most)}` : 'none';
}

/** The cap is on the scale unless that would press the line flat on the ground. */
function scaleTop(most: number, cap: number | undefined): number {
  if (cap !== undefined && most >= cap * 0.15) return Math.max(cap, most) * 1.04;
  return Math.max(most, 1e-9) * 1.1;
}

function drawCap(plot: uPlot, cap: number | undefined, color: string): void {
  if (cap === undefined) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(cap, 'y', true);
  ctx.save();
  if (y < bbox.top) {
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.fillStyle = color;
    const times = cap / (plot.scales.y?.max ?? cap);
    const text = `the cap is ${times.toFixed(times < 10 ? 1 : 0)} times as high as this chart`;
    ctx.fillText(text, bbox.left + bbox.width, bbox.top + bbox.height - 6 * devicePixelRatio);
    ctx.restore();
    return;
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** The time in which nothing is read because partitions are merged. */
function drawMerging(plot: uPlot, color: (name: string) => string): void {
  if (data.merging === null) return;
  const { ctx, bbox } = plot;
  const inside = (x: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  const [from, to] = data.merging.map((at) => inside(plot.valToPos(at, 'x', true))) as [number, number]; // of a pair
  ctx.save();
  ctx.fillStyle = color('--track');
  ctx.globalAlpha = 0.6;
  ctx.fillRect(from, bbox.top, to - from, bbox.height);
  ctx.globalAlpha = 1;
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.fillStyle = color('--dim');
  const text = 'merging';
  const width = ctx.measureText(text).width;
  if (to - from > width + 8 * devicePixelRatio) {
    ctx.fillText(text, (from + to - width) / 2, bbox.top + 14 * devicePixelRatio);
  }
  ctx.restore();
}

/** A line for each mark and a letter above it, left out where it would cover one of more weight. */
function drawMarks(plot: uPlot, marks: readonly ChartMark[], color: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const placed = marks
    .map(({ seconds, kind }) => ({ kind, x: Math.round(plot.valToPos(seconds, 'x', true)) }))
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width)
    .sort((a, b) => ranks.indexOf(a.kind) - ranks.indexOf(b.kind));
  const lines: number[] = [];
  const texts: number[] = [];
  const isFree = (taken: readonly number[], x: number, room: number) => taken.every((at) => Math.abs(at - x) >= room);
  ctx.save();
  ctx.font = `600 ${11 * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.lineWidth = pixel;
  for (const { x, kind } of placed) {
    ctx.strokeStyle = color(`--${kind}`);
    ctx.fillStyle = color(`--${kind}`);
    if (isFree(lines, x, 2 * pixel)) {
      ctx.globalAlpha = kind === 'died' || kind === 'retry' ? 0.8 : 0.35;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top - 3 * pixel);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      lines.push(x);
    }
    ctx.globalAlpha = 1;
    if (isFree(texts, x, 12 * pixel)) {
      ctx.fillText(letters[kind], x, bbox.top - 6 * pixel);
      texts.push(x);
    }
  }
  ctx.restore();
}

function widthOf(place: Element | null): number {
  return Math.max(240, Math.floor(place?.getBoundingClientRect().width ?? 600));
}
