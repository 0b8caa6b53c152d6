/**
 * The report as one HTML page: no network, no script but the two whose hashes the policy names, every figure static text.
 * Charts are an addition for readers whose browser runs scripts.
 */
import { formatDuration } from '../core/duration.ts';
import { type Assets, scriptHash } from './assets.ts';
import { chartData } from './charts.ts';
import { html, jsonForScript, type Markup, trusted } from './html.ts';
import type { ReportData } from './report-data.ts';
import { failuresSection, marksSection, rejectsSection, slowestSection } from './sections/happenings.ts';
import { adviceSection, tiles } from './sections/overview.ts';
import { planSection, resultSection } from './sections/question.ts';
import { retainersSection } from './sections/retainers.ts';
import { chartsSection, workersSection } from './sections/workers.ts';
import { style } from './style.ts';

export function reportPage(data: ReportData, assets: Assets): string {
  const { started, ended } = data;
  if (started === null || ended === null)
    throw new Error('A report is made of a whole log: from runStarted to runEnded');
  const charts = chartData(data);
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src ${scriptHash(assets.libraryScript)} ${scriptHash(assets.drawScript)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Millrace report: ${shortened(started.sql)}</title>
<style>${trusted(assets.libraryStyle)}${trusted(style)}</style>
</head>
<body>
<main>
<header>
<h1>Millrace report</h1>
<p class="dim">${outcome(ended.error)} <time datetime="${new Date(started.at).toISOString()}">${readableTime(started.at)}</time>, ${formatDuration(ended.ms)}, millrace ${started.versions.millrace ?? ''}</p>
<pre class="query" tabindex="0" aria-label="Query"><code>${started.sql}</code></pre>
<nav aria-label="Sections">${contents(data)}</nav>
</header>
${ended.error === null ? null : html`<section class="failure"><h2>The run failed</h2><pre tabindex="0" aria-label="Error message">${ended.error}</pre></section>`}
${tiles(data)}
${adviceSection(data)}
${resultSection(data, charts.result)}
${chartsSection(charts)}
${workersSection(data)}
${retainersSection(data)}
${marksSection(data)}
${failuresSection(data)}
${slowestSection(data)}
${rejectsSection(data)}
${planSection(data)}
<footer>Made by millrace ${started.versions.millrace ?? ''} from the log of the run: <code>--events FILE</code> writes it down.</footer>
</main>
<script type="application/json" id="chart-data">${jsonForScript(charts)}</script>
<script>${trusted(assets.libraryScript)}</script>
<script type="module">${trusted(assets.drawScript)}</script>
</body>
</html>
`;
  return page.text;
}

/** Links to the sections that are there. */
function contents(data: ReportData): Markup[] {
  const sections: readonly (readonly [string, string, boolean])[] = [
    ['what-to-change', 'What to change', true],
    ['answer', 'Result', data.result !== null && (data.result.rows.length > 0 || data.ended?.error === null)],
    ['over-time', 'Over time', true],
    ['per-worker', 'Workers', true],
    ['heaps', 'Heaps', data.heap !== null],
    ['what-happened', 'What happened', true],
    ['slow', 'Slowest splits', data.slowest.length > 0],
    ['rejected', 'Rejected records', (data.ended?.stats?.records.rejected ?? data.last?.records.rejected ?? 0) > 0],
    ['plan', 'Plan', true],
  ];
  return sections.filter(([, , isThere]) => isThere).map(([id, title]) => html`<a href="#${id}">${title}</a>\n`);
}

function outcome(error: string | null): Markup {
  return error === null ? html`<span class="state good">answered</span>` : html`<span class="state bad">failed</span>`;
}

function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
}

/** `2026-11-22 13:37:00 UTC`: a report is read elsewhere. */
function readableTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
