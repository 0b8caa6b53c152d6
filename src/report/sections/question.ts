/** The answer, and what was asked: rows, plan, files, budget, settings, versions. */
import { explainBudget } from '../../coordinator/budget.ts';
import { formatSize } from '../../core/size.ts';
import { html, type Markup } from '../html.ts';
import type { ReportData } from '../report-data.ts';
import type { ResultChart } from '../result-chart.ts';
import { count } from './figures.ts';

export function resultSection({ result, ended }: ReportData, chart: ResultChart | null): Markup | null {
  if (result === null || (result.rows.length === 0 && ended?.error !== null)) return null; // a run that failed gave none
  const { columns, rows, rowCount } = result;
  const isNumber = columns.map(({ type }) => isNumeric(type));
  const more =
    rowCount > rows.length
      ? html`<p class="dim">The first ${count(rows.length)} of ${count(rowCount)} rows.</p>`
      : null;
  if (rows.length === 0) return html`<section id="answer"><h2>Result</h2><p class="dim">No rows.</p></section>`;
  const figures = chart?.lines.map(
    ({ name }, i) =>
      html`<figure><figcaption><b>${name}</b> over ${columns[0]?.name ?? ''}</figcaption><div class="plot" id="result-${i}-chart"></div></figure>`,
  );
  const tops = columns.map((_, i) => (isNumber[i] ? barTop(rows.map((row) => row[i] ?? null)) : null));
  return html`<section id="answer"><h2>Result</h2>${figures === undefined ? null : html`<div class="charts">${figures}</div>`}<div class="scroll" tabindex="0" role="region" aria-label="Result"><table id="result"><thead><tr>${columns.map(
    ({ name }, i) => html`<th scope="col" class="${isNumber[i] ? 'number' : ''}">${name}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((value, i) => cell(value, columns[i]?.type ?? 'text', tops[i] ?? null))}</tr>\n`,
  )}</tbody></table></div>${more}</section>`;
}

export function planSection({ started }: ReportData): Markup | null {
  if (started === null) return null;
  const { files, fileCount, settings, versions } = started;
  const more = fileCount > files.length ? html`<p class="dim">and ${count(fileCount - files.length)} more</p>` : null;
  return html`<section id="plan"><h2>Plan</h2>
<pre tabindex="0" aria-label="Plan">${started.plan}</pre>
<p class="dim">${count(started.splits)} splits of up to ${formatSize(started.splitBytes)}; ${
    started.recycleAfter === 0
      ? 'workers are not recycled by tasks'
      : `workers are recycled after ${started.recycleAfter} tasks`
  }</p>
<h3>Files</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Files"><table><tbody>${files.map(
    ({ name, sizeBytes, input }) =>
      html`<tr><td class="text mono">${name}</td><td class="number">${sizeBytes === null ? 'unknown size' : formatSize(sizeBytes)}</td><td>${input}</td></tr>\n`,
  )}</tbody></table></div>${more}
</section>
<section><h2>Memory budget</h2><pre tabindex="0" aria-label="Memory budget">${explainBudget(started.budget)}</pre></section>
<section><h2>Settings and versions</h2>
${
  settings.length === 0
    ? html`<p class="dim">Everything was left at its default.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Settings"><table><thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">From</th></tr></thead><tbody>${settings.map(
        ({ name, value, where }) =>
          html`<tr><td class="mono">${name}</td><td class="text mono">${value}</td><td>${where}</td></tr>`,
      )}</tbody></table></div>`
}
<p class="dim">${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}</p>
</section>`;
}

/** What a full bar stands for; null for columns that bars do not suit: one row, or values below zero. */
function barTop(values: readonly (string | null)[]): number | null {
  const numbers = values.flatMap((value) => (value === null ? [] : Number(value)));
  const most = Math.max(0, ...numbers);
  return numbers.length < 2 || most <= 0 || !Number.isFinite(most) || numbers.some((value) => value < 0) ? null : most;
}

function isNumeric(type: string): boolean {
  return type === 'integer' || type === 'double';
}

/** `top`: the value whose bar is full. */
function cell(value: string | null, type: string, top: number | null): Markup {
  const isNumber = isNumeric(type);
  if (value === null) return html`<td class="${isNumber ? 'number' : 'text'}"><span class="null">NULL</span></td>`;
  if (!isNumber) return html`<td class="${type === 'timestamp' ? 'time' : 'text'}">${value}</td>`;
  const [whole = '', fraction] = value.split('.');
  const isPlain = /^-?\d+$/.test(whole) && (fraction === undefined || /^\d+$/.test(fraction));
  const grouped = isPlain
    ? whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
    : value;
  const bar = top === null ? '0' : ((Number(value) / top) * 100).toFixed(1);
  return html`<td class="number bar" style="--share:${bar}%"><data value="${value}">${grouped}</data></td>`;
}
