/** Where the memory went, worker by worker: charts for who can see them, a table for everybody. */
import { formatDuration } from '../../core/duration.ts';
import { formatSize } from '../../core/size.ts';
import type { ChartData } from '../charts.ts';
import { html, type Markup } from '../html.ts';
import type { ReportData } from '../report-data.ts';
import { count, meter, share, sizeOf } from './figures.ts';

export function chartsSection(charts: ChartData): Markup {
  const caption = (title: string, text: string) => html`<figcaption><b>${title}</b> ${text}</figcaption>`;
  return html`<section id="over-time"><h2>Over time</h2>
<p class="without-script">The charts need JavaScript; their figures are in the tables below.</p>
${charts.seconds.length < 2 ? html`<p class="dim">The run was too short for charts.</p>` : null}
<div class="charts">
<figure>${caption('Throughput', 'bytes of records read')}<div class="plot" id="speed-chart"></div></figure>
<figure>${caption('Process memory', 'against the budget (dashed)')}<div class="plot" id="memory-chart"></div></figure>
${charts.workers.map(
  ({ worker, heapLimitBytes, arenaLimitBytes }) =>
    html`<figure>${caption(`Worker ${worker}`, `share of its caps (dashed): heap ${formatSize(heapLimitBytes)}, arena ${formatSize(arenaLimitBytes)}`)}<div class="plot" id="worker-${worker}-chart"></div></figure>`,
)}
</div>
${charts.moreWorkers > 0 ? html`<p class="dim">and ${count(charts.moreWorkers)} more workers, which the table below has</p>` : null}
<p class="dim">Marks: R recycled, D died, T tried again, F arena flushed at its soft line, S spilled, Q read again for quotes, P paused. Drag across a chart to look closer, double-click to go back.</p>
</section>`;
}

export function workersSection(data: ReportData): Markup {
  const perWorker = data.ended?.stats?.memory.perWorker ?? failedRunMemory(data);
  return html`<section id="per-worker"><h2>Workers</h2><div class="scroll" tabindex="0" role="region" aria-label="Workers"><table id="workers"><thead><tr>
<th scope="col">Worker</th><th scope="col">Peak heap</th><th scope="col">Peak arena</th><th scope="col" class="number">Garbage collection</th><th scope="col" class="number">Splits</th><th scope="col" class="number">Read</th><th scope="col">Lives</th></tr></thead><tbody>${perWorker.map(
    ({ worker, peakHeapBytes, heapLimitBytes, peakArenaBytes, arenaLimitBytes, gcSeconds }, i) => {
      const lives = data.workers.get(worker);
      const stat = `memory.perWorker.${i}`;
      const reasons = Object.entries(lives?.reasons ?? {}).map(([reason, n]) => `${reason} (${n})`);
      const cost = (lives?.retireMs ?? 0) > 0 ? `, ${formatDuration(lives?.retireMs ?? 0)} to end` : '';
      return html`<tr><th scope="row">${worker}</th>
<td>${usage('heap', sizeOf(`${stat}.peakHeapBytes`, peakHeapBytes), sizeOf(`${stat}.heapLimitBytes`, heapLimitBytes), peakHeapBytes, heapLimitBytes)}</td>
<td>${usage('arena', sizeOf(`${stat}.peakArenaBytes`, peakArenaBytes), sizeOf(`${stat}.arenaLimitBytes`, arenaLimitBytes), peakArenaBytes, arenaLimitBytes)}</td>
<td class="number"><data value="${gcSeconds}" data-stat="${stat}.gcSeconds">${formatDuration(gcSeconds * 1000)}</data></td>
<td class="number">${count(lives?.splits ?? 0)}</td><td class="number">${formatSize(lives?.bytesRead ?? 0)}</td>
<td>${reasons.length === 0 ? '1, never recycled' : `${count((lives?.retired ?? 0) + 1)}; ended by ${reasons.join(', ')}${cost}`}</td></tr>\n`;
    },
  )}</tbody></table></div></section>`;
}

function usage(kind: 'heap' | 'arena', peak: Markup, limit: Markup, used: number, most: number): Markup {
  return html`<div class="usage"><span>${peak} of ${limit}</span> <span class="dim">${share(used, most)}</span></div>${meter(kind, used, most)}`;
}

/** A run that failed has no statistics: its last sample stands for them. */
function failedRunMemory({ last, samples }: ReportData) {
  return (last?.workers ?? []).map((worker) => {
    const mine = samples.flatMap((sample) => sample.workers.filter((other) => other.worker === worker.worker));
    return {
      ...worker,
      peakHeapBytes: Math.max(0, ...mine.map(({ heapUsedBytes }) => heapUsedBytes)),
      peakArenaBytes: Math.max(0, ...mine.map(({ arenaUsedBytes }) => arenaUsedBytes)),
    };
  });
}
