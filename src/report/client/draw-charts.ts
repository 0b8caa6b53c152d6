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

const letters = { recycled: 'R', died: 'D', retry: 'T', spill: 'S', rescan: 'Q', pause: 'P' } as const;

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
  const mbs = (value: number) => (value >= 1000 ? `${(value / 1000).toFixed(2)} GB/s` : `${value.toFixed(0)} MB/s`);
  draw(
    'speed-chart',
    [{ label: 'Read', color: '--speed', values: data.speed, fill: true, show: mbs }],
    data.marks,
    null,
  );
  const mib = (value: number) => `${value.toFixed(0)} MiB`;
  const memory = [{ label: 'Resident memory', color: '--rss', values: data.rss, fill: true, show: mib }];
  draw('memory-chart', memory, data.marks, data.budgetMib);
  for (const worker of data.workers) {
    const of = (limit: number) => (value: number) =>
      `${value.toFixed(1)} % = ${((value / 100) * (limit / 1048576)).toFixed(1)} MiB`;
    const lines = [
      { label: 'Heap', color: '--heap', values: worker.heap, show: of(worker.heapLimitBytes) },
      { label: 'Arena', color: '--arena', values: worker.arena, show: of(worker.arenaLimitBytes) },
    ];
    draw(`worker-${worker.worker}-chart`, lines, worker.marks, 100);
  }
}

/** `cap`: drawn as a dashed line, and the top of the scale. */
function draw(id: string, lines: readonly Line[], marks: readonly ChartMark[], cap: number | null): void {
  const place = document.getElementById(id);
  if (place === null || data.seconds.length < 2) return;
  const colors = getComputedStyle(document.documentElement);
  const color = (name: string) => colors.getPropertyValue(name).trim();
  const first = lines[0];
  const axis = {
    stroke: color('--dim'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  const options: uPlot.Options = {
    width: widthOf(place),
    height: 190,
    cursor: { drag: { x: true, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false },
      y: { range: (_, __, most) => [0, scaleTop(most ?? 0, cap)] },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => `${+tick.toFixed(3)} s`) },
      { ...axis, size: 72, values: (_, ticks) => ticks.map((tick) => axisText(first, tick)) },
    ],
    series: [
      { label: 'Time', value: (_, value) => (value === null ? '–' : `${value.toFixed(1)} s`) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 1.75,
        points: { show: data.seconds.length < 30, size: 4 },
        value: (_: uPlot, value: number | null) => (value === null || value === undefined ? '–' : line.show(value)),
        ...(line.fill ? { fill: `${color(line.color)}22` } : {}),
      })),
    ],
    hooks: { draw: [(plot) => drawCap(plot, cap, color('--dim')), (plot) => drawMarks(plot, marks, color)] },
  };
  // uPlot's own type for values is mutable; it copies them
  const columns = [data.seconds, ...lines.map((line) => line.values)] as unknown as uPlot.AlignedData;
  drawn.push(new window.uPlot(options, columns, place));
}

/** The cap is on the scale unless that would press the line flat on the ground. */
function scaleTop(most: number, cap: number | null): number {
  if (cap !== null && most >= cap * 0.15) return Math.max(cap, most) * 1.08;
  return Math.max(most, 1e-9) * 1.35;
}

function axisText(line: Line | undefined, tick: number): string {
  if (line?.label === 'Heap') return `${tick} %`;
  return line === undefined ? String(tick) : line.show(tick);
}

function drawCap(plot: uPlot, cap: number | null, color: string): void {
  if (cap === null) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(cap, 'y', true);
  ctx.save();
  if (y < bbox.top) {
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.fillStyle = color;
    const times = cap / (plot.scales.y?.max ?? cap);
    const text = `cap: ${times.toFixed(times < 10 ? 1 : 0)} x the height of this chart \u2191`;
    ctx.fillText(text, bbox.left + bbox.width, bbox.top + 24 * devicePixelRatio);
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

/** A line for each mark and a letter on top, left out where it would cover the one before. */
function drawMarks(plot: uPlot, marks: readonly ChartMark[], color: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  let lastX = Number.NEGATIVE_INFINITY;
  for (const { seconds, kind } of marks) {
    const x = Math.round(plot.valToPos(seconds, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width || x - lastX < 2 * devicePixelRatio) continue;
    ctx.strokeStyle = color(`--${kind}`);
    ctx.fillStyle = color(`--${kind}`);
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + 14 * devicePixelRatio);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    if (x - lastX > 12 * devicePixelRatio) ctx.fillText(letters[kind], x, bbox.top + 10 * devicePixelRatio);
    lastX = x;
  }
  ctx.restore();
}

function widthOf(place: Element | null): number {
  return Math.max(240, Math.floor(place?.getBoundingClientRect().width ?? 600));
}
