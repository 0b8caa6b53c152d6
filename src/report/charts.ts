/** The figures that the charts draw, as plain data for the page. Undefined numbers are null, as the chart library wants gaps. */
import type { MarkKind, ReportData } from './report-data.ts';
import { type ResultChart, resultChart } from './result-chart.ts';

export interface ChartMark {
  readonly seconds: number;
  readonly kind: MarkKind;
}

export interface WorkerChart {
  readonly worker: number;
  /** Shares of the caps, in percent. */
  readonly heap: readonly (number | null)[];
  readonly arena: readonly (number | null)[];
  readonly heapLimitBytes: number;
  readonly arenaLimitBytes: number;
  readonly marks: readonly ChartMark[];
}

export interface ChartData {
  /** Seconds since the run began. */
  readonly seconds: readonly number[];
  /** MB/s between this sample and the one before. */
  readonly speed: readonly (number | null)[];
  /** MiB. */
  readonly rss: readonly number[];
  readonly budgetMib: number;
  readonly workers: readonly WorkerChart[];
  /** Workers that have no chart of their own. */
  readonly moreWorkers: number;
  readonly marks: readonly ChartMark[];
  /** When partitions were merged, in seconds; null where none was. */
  readonly merging: readonly [number, number] | null;
  /** The answer over time, where its first column is a time. */
  readonly result: ResultChart | null;
}

const mib = 1024 * 1024;
/** More charts than a person looks at; the table has all. */
const mostWorkers = 16;

export function chartData(data: ReportData): ChartData {
  const samples = data.last === null || data.samples.includes(data.last) ? data.samples : [...data.samples, data.last];
  const sampled = samples.flatMap(({ workers }) => workers.map(({ worker }) => worker));
  const ids = [...new Set(sampled)].sort((a, b) => a - b);
  const marks = data.marks.map(({ ms, kind, worker }) => ({ seconds: ms / 1000, kind, worker }));
  return {
    seconds: samples.map(({ ms }) => ms / 1000),
    speed: samples.map((sample, i) => {
      const before = samples[i - 1];
      if (before === undefined || sample.ms <= before.ms) return null;
      return round((sample.bytesRead - before.bytesRead) / 1000 / (sample.ms - before.ms));
    }),
    rss: samples.map(({ rssBytes }) => round(rssBytes / mib)),
    budgetMib: (data.started?.budget.totalBytes ?? 0) / mib,
    workers: ids.slice(0, mostWorkers).map((worker) => {
      const mine = samples.map(({ workers }) => workers.find((sample) => sample.worker === worker));
      const share = (used: number | undefined, limit: number | undefined) =>
        used === undefined || limit === undefined || limit === 0 ? null : round((used / limit) * 100);
      return {
        worker,
        heap: mine.map((sample) => share(sample?.heapUsedBytes, sample?.heapLimitBytes)),
        arena: mine.map((sample) => share(sample?.arenaUsedBytes, sample?.arenaLimitBytes)),
        heapLimitBytes: Math.max(0, ...mine.map((sample) => sample?.heapLimitBytes ?? 0)),
        arenaLimitBytes: Math.max(0, ...mine.map((sample) => sample?.arenaLimitBytes ?? 0)),
        marks: marks.filter((mark) => mark.worker === worker),
      };
    }),
    moreWorkers: Math.max(0, ids.length - mostWorkers),
    marks,
    merging: data.mergingFromMs === null ? null : [data.mergingFromMs / 1000, data.mergingToMs / 1000],
    result: data.result === null ? null : resultChart(data.result),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
