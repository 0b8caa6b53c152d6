/** What happened on the way: recycling, deaths, retries, spills, failures, slow splits, rejected records. */

import type { LoggedSplit } from '../../coordinator/run-log.ts';
import { formatDuration } from '../../core/duration.ts';
import { formatSize } from '../../core/size.ts';
import { html, type Markup } from '../html.ts';
import type { MarkKind, ReportData } from '../report-data.ts';
import { count, countOf, seconds } from './figures.ts';

const names: Readonly<Record<MarkKind, string>> = {
  recycled: 'R recycled',
  died: 'D died',
  retry: 'T tried again',
  flush: 'F flushed',
  spill: 'S spilled',
  rescan: 'Q read again',
  pause: 'P pause',
};

export function marksSection({ marks, moreMarks }: ReportData): Markup {
  if (marks.length === 0) {
    return html`<section id="what-happened"><h2>What happened</h2><p class="dim">No worker was replaced, nothing was tried again, nothing was spilled.</p></section>`;
  }
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="What happened"><table id="marks"><thead><tr><th scope="col">At</th><th scope="col">What</th><th scope="col">Worker</th><th scope="col">Details</th></tr></thead><tbody>${marks.map(
    ({ ms, kind, worker, text }) =>
      html`<tr><td class="time">${seconds(ms)}</td><td><span class="kind ${kind}">${names[kind]}</span></td><td>${worker === null ? '' : worker}</td><td class="text">${text}</td></tr>\n`,
  )}</tbody></table></div>`;
  const total = marks.length + moreMarks;
  const more = moreMarks > 0 ? html`<p class="dim">and ${count(moreMarks)} more</p>` : null;
  if (marks.length <= 12) return html`<section id="what-happened"><h2>What happened</h2>${table}${more}</section>`;
  return html`<section id="what-happened"><h2>What happened</h2><details><summary>${count(total)} events</summary>${table}${more}</details></section>`;
}

export function failuresSection({ failures }: ReportData): Markup | null {
  if (failures.length === 0) return null;
  return html`<section><h2>Failures</h2><div class="scroll" tabindex="0" role="region" aria-label="Failures"><table><thead><tr><th scope="col">Kind</th><th scope="col">Worker</th><th scope="col">Try</th><th scope="col">What</th><th scope="col">Message</th></tr></thead><tbody>${failures.map(
    ({ kind, worker, attempt, what, message }) =>
      html`<tr><td class="kind died">${kind}</td><td>${worker}</td><td>${attempt}</td><td class="text">${what}</td><td class="text">${message}</td></tr>\n`,
  )}</tbody></table></div></section>`;
}

export function slowestSection({ slowest }: ReportData): Markup | null {
  if (slowest.length === 0) return null;
  return html`<section id="slow"><h2>Slowest splits</h2><div class="scroll" tabindex="0" role="region" aria-label="Slowest splits"><table id="slowest"><thead><tr><th scope="col" class="number">Time</th><th scope="col" class="number">Speed</th><th scope="col" class="number">Records</th><th scope="col">Worker</th><th scope="col">Split</th></tr></thead><tbody>${slowest.map(
    ({ elapsedMs, bytesRead, records, worker, split }) =>
      html`<tr><td class="number">${formatDuration(elapsedMs)}</td><td class="number">${elapsedMs > 0 ? `${(bytesRead / 1000 / elapsedMs).toFixed(0)} MB/s` : ''}</td><td class="number">${count(records.read)}</td><td>${worker}</td><td class="text">${nameOf(split)}</td></tr>\n`,
  )}</tbody></table></div></section>`;
}

export function rejectsSection({ ended, last }: ReportData): Markup | null {
  const rejected = ended?.stats?.records.rejected ?? last?.records.rejected ?? 0;
  if (rejected === 0) return null;
  const rejects = ended?.rejects ?? [];
  return html`<section id="rejected"><h2>Rejected records</h2><p class="dim">${countOf('records.rejected', rejected)} in all; the first ones:</p><div class="scroll" tabindex="0" role="region" aria-label="Rejected records"><table id="rejects"><thead><tr><th scope="col">Where</th><th scope="col">Reason</th><th scope="col">Record</th></tr></thead><tbody>${rejects.map(
    ({ file, offset, reason, record, isCut }) =>
      html`<tr><td class="text mono">${file}:${offset}</td><td class="text">${reason}</td><td class="text mono">${record}${isCut ? '...' : ''}</td></tr>\n`,
  )}</tbody></table></div></section>`;
}

function nameOf({ index, file, start, end }: LoggedSplit): string {
  return end === null ? `${file}, all of it` : `${file}, ${formatSize(start)} to ${formatSize(end)} (split ${index})`;
}
