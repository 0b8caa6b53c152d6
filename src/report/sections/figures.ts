/** Numbers as the report writes them. `data` elements carry the exact value beside the readable one. */
import { formatSize } from '../../core/size.ts';
import { html, type Markup } from '../html.ts';

/** `1,234,567`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `stat`: the path of the same figure in `--stats`. */
export function countOf(stat: string, value: number): Markup {
  return html`<data value="${value}" data-stat="${stat}">${count(value)}</data>`;
}

export function sizeOf(stat: string, bytes: number): Markup {
  return html`<data value="${bytes}" data-stat="${stat}">${formatSize(bytes)}</data>`;
}

export function share(part: number, whole: number): string {
  if (whole <= 0 || part === 0) return '0\u00a0%';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? '<\u00a00.1\u00a0%' : `${percent.toFixed(percent < 10 ? 1 : 0)}\u00a0%`;
}

/** A bar of how much of a cap is used; decoration beside the number. */
export function meter(kind: 'heap' | 'arena' | 'rss', used: number, limit: number): Markup {
  const width = limit > 0 ? Math.min(100, (used / limit) * 100).toFixed(1) : '0';
  return html`<div class="meter" aria-hidden="true"><i class="${kind}" style="width:${width}%"></i></div>`;
}

/** When something happened, in seconds since the run began. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
