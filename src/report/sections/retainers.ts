/** What `--heap-profile` found: the functions that keep most of a worker's heap, and where the files are. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Retainer } from '../../coordinator/retainers.ts';
import { formatSize } from '../../core/size.ts';
import { html, type Markup } from '../html.ts';
import type { ReportData } from '../report-data.ts';
import { count, share } from './figures.ts';

export function retainersSection({ heap }: ReportData): Markup | null {
  if (heap === null) return null;
  const { folder, profiles, snapshots, missing, retainers } = heap;
  const fraction = (part: number) => share(part, 1);
  const rows = retainers.map(
    ({ name, url, line, isYours, bytes, share: part, worker, life }) =>
      html`<tr><th scope="row" class="text mono">${name}</th><td class="text mono">${fileName(url)}:${line}</td><td>${isYours ? 'yours' : 'Millrace'}</td><td class="number">${formatSize(bytes)}</td><td class="number">${fraction(part)}</td><td>worker ${worker}, life ${life}</td></tr>\n`,
  );
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="What keeps the heaps full"><table id="retainers"><thead><tr><th scope="col">Function</th><th scope="col">File and line</th><th scope="col">Code</th><th scope="col" class="number">Keeps</th><th scope="col" class="number">Of that heap</th><th scope="col">Where most</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section id="heaps"><h2>What keeps the heaps full</h2>
<p class="dim">Functions by the memory that they allocated and that was still in use, in the life in which it was most; estimated from samples.${noneIsYours(retainers)}</p>
${retainers.length === 0 ? html`<p class="dim">No worker was sampled.</p>` : table}
<p class="dim">${count(profiles.length)} heap profiles${snapshots.length > 0 ? ` and ${count(snapshots.length)} heap snapshots` : ''} in <code>${folder}</code>: Chrome DevTools opens them (Memory, Load profile).${missing > 0 ? ` ${count(missing)} could not be written.` : ''}</p>
${files('Heap snapshots', snapshots)}${files('Heap profiles', profiles)}
</section>`;
}

function noneIsYours(retainers: readonly Retainer[]): string {
  return retainers.some(({ isYours }) => isYours) ? '' : ' No function of yours keeps any.';
}

function files(title: string, list: readonly { readonly path: string }[]): Markup | null {
  if (list.length === 0) return null;
  return html`<details><summary>${title}</summary><ul class="files">${list.map(({ path }) => html`<li><code>${basename(path)}</code></li>`)}</ul></details>`;
}

/** Of the user's files the name tells enough; the folder is in the settings. */
function fileName(url: string): string {
  return basename(fileURLToPath(url));
}
