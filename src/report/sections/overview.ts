/** The first screen: what the run did in a few figures, and what to change. */
import { formatDuration } from '../../core/duration.ts';
import { formatSize } from '../../core/size.ts';
import { adviseRun, type RunFacts } from '../advice.ts';
import { html, type Markup } from '../html.ts';
import type { ReportData } from '../report-data.ts';
import { count, countOf, meter, share, sizeOf } from './figures.ts';

/** Of a run that failed the tiles show how far it came. */
export function tiles(data: ReportData): Markup {
  const { ended, last, started } = data;
  const stats = ended?.stats ?? null;
  const records = stats?.records ?? last?.records ?? { read: 0, matched: 0, filtered: 0, rejected: 0 };
  const bytesRead = stats?.bytesRead ?? last?.bytesRead ?? 0;
  const elapsed = stats?.elapsedSeconds ?? (ended?.ms ?? 0) / 1000;
  const budget = started?.budget.totalBytes ?? 0;
  const peak = stats?.memory.peakRssBytes ?? Math.max(0, ...data.samples.map(({ rssBytes }) => rssBytes));
  const recycled = Object.values(stats?.recycles ?? {}).reduce((sum, n) => sum + n, 0);
  const tile = (name: string, value: Markup | string, note: Markup | string) =>
    html`<div class="tile"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`;
  const rejected = html`${countOf('records.filtered', records.filtered)} filtered, ${countOf('records.rejected', records.rejected)} rejected (${share(records.rejected, records.read)})`;
  const quarantined = stats?.quarantined ?? 0;
  const setAside =
    quarantined > 0
      ? html`, ${countOf('quarantined', quarantined)} ${quarantined === 1 ? 'record' : 'records'} put aside`
      : null;
  return html`<dl class="tiles">
${tile('Records read', countOf('records.read', records.read), html`${countOf('records.matched', records.matched)} matched`)}
${tile('Left out', count(records.filtered + records.rejected), rejected)}
${tile('Bytes read', sizeOf('bytesRead', bytesRead), `${speed(bytesRead, elapsed)} on average`)}
${tile('Time', html`<data value="${elapsed}" data-stat="elapsedSeconds">${formatDuration(elapsed * 1000)}</data>`, processorTime(data))}
${tile('Peak memory', sizeOf('memory.peakRssBytes', peak), html`${share(peak, budget)} of ${sizeOf('memory.budgetBytes', budget)}${meter('rss', peak, budget)}`)}
${tile('Workers', countOf('workers', stats?.workers ?? started?.budget.workers ?? 0), `${count(recycled)} recycled`)}
${tile('Splits', countOf('splits', stats?.splits ?? last?.splits.done ?? 0), html`${countOf('retries', stats?.retries ?? 0)} retries, ${countOf('rescans', stats?.rescans ?? 0)} rescans${setAside}`)}
${tile('Spilled', sizeOf('spilledBytes', stats?.spilledBytes ?? 0), `${count(data.merges)} merge tasks, ${formatDuration(data.mergeMs)}`)}
</dl>`;
}

export function adviceSection(data: ReportData): Markup {
  const facts = runFacts(data);
  const advice = facts === null ? [] : adviseRun(facts);
  const nothing = html`<li class="good"><strong>Nothing to change</strong>The run stayed inside its limits and kept its workers busy.</li>`;
  return html`<section id="what-to-change"><h2>What to change</h2><ul class="advice">${
    advice.length === 0 && data.ended?.error === null
      ? nothing
      : advice.map(
          ({ weight, finding, change }) => html`<li class="${weight}"><strong>${finding}</strong>${change}</li>`,
        )
  }${data.ended?.error !== null && advice.length === 0 ? html`<li class="problem"><strong>The run failed</strong>The message above says why.</li>` : null}</ul>${data.warnings.map((warning) => html`<p class="dim">${warning}</p>`)}</section>`;
}

/** Null for a run without statistics. */
export function runFacts(data: ReportData): RunFacts | null {
  const { started, ended, last } = data;
  const stats = ended?.stats;
  if (started === null || stats === null || stats === undefined) return null;
  const sorted = [...data.splitMs].sort((a, b) => a - b);
  let bootMs = 0;
  for (const worker of data.workers.values()) bootMs += worker.bootMs;
  const first = data.samples[0];
  return {
    elapsedSeconds: stats.elapsedSeconds,
    cpuSeconds: last === null || first === undefined ? 0 : last.cpuSeconds - first.cpuSeconds,
    cores: started.cores,
    workers: stats.workers,
    splits: stats.splits,
    splitBytes: started.splitBytes,
    bytesRead: stats.bytesRead,
    records: stats.records,
    budgetBytes: stats.memory.budgetBytes,
    peakRssBytes: stats.memory.peakRssBytes,
    spilledBytes: stats.spilledBytes,
    recycleAfter: started.recycleAfter,
    retries: stats.retriesByReason,
    quarantined: stats.quarantined,
    isProfiled: data.heap !== null,
    recycles: stats.recycles,
    recycleMs: stats.recycleMs + bootMs,
    slowestSplitMs: data.slowest[0]?.elapsedMs ?? 0,
    medianSplitMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    perWorker: stats.memory.perWorker,
  };
}

function processorTime({ samples, last, started }: ReportData): string {
  const first = samples[0];
  if (first === undefined || last === null || started === null) return '';
  return `${formatDuration((last.cpuSeconds - first.cpuSeconds) * 1000)} of processor, ${started.cores} cores`;
}

function speed(bytes: number, elapsedSeconds: number): string {
  if (elapsedSeconds <= 0) return formatSize(bytes);
  const megabytes = bytes / 1e6 / elapsedSeconds;
  return megabytes >= 1000
    ? `${(megabytes / 1000).toFixed(2)} GB/s`
    : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB/s`;
}
