/**
 * What is said on stderr when the answer is out: one line on what it took, and how to find the records that were rejected.
 */

import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HeapProfileFound } from '../coordinator/heap-profile.ts';
import type { Retainer } from '../coordinator/retainers.ts';
import { formatDuration } from '../core/duration.ts';
import { printable } from '../core/printable.ts';
import type { RecordCounts, Reject } from '../core/reject.ts';
import { formatSize } from '../core/size.ts';
import { counted, formatCount, formatSpeed } from './rates.ts';

/** The part of a run's statistics that the summary shows. */
export interface SummaryStats {
  readonly elapsedSeconds: number;
  readonly bytesRead: number;
  readonly records: RecordCounts;
  readonly workers: number;
  readonly retries: number;
  readonly recycles: Readonly<Record<string, number>>;
  readonly memory: {
    readonly budgetBytes: number;
    readonly peakRssBytes: number;
    readonly predictedPeakRssBytes?: number;
  };
}

export function summaryLine(stats: SummaryStats): string {
  const { bytesRead, elapsedSeconds, records, workers, retries, memory } = stats;
  const recycled = Object.values(stats.recycles).reduce((sum, count) => sum + count, 0);
  const speed = formatSpeed(bytesRead, elapsedSeconds);
  const predicted = memory.predictedPeakRssBytes;
  const foretold = predicted === undefined ? '' : ` (${formatSize(predicted)} foretold)`;
  return [
    counted(records.read, 'record'),
    `${formatSize(bytesRead)} in ${formatDuration(elapsedSeconds * 1000)} (${speed})`,
    `${formatCount(records.rejected)} rejected`,
    `peak memory ${formatSize(memory.peakRssBytes)} of ${formatSize(memory.budgetBytes)}${foretold}`,
    `${counted(workers, 'worker')}, ${formatCount(recycled)} recycled${retries > 0 ? `, ${counted(retries, 'retry', 'retries')}` : ''}`,
  ].join(' · ');
}

const shownRetainers = 3;

/** Lines on what `--heap-profile` wrote, and on the functions of the user's that keep most. */
export function heapLines({ folder, profiles, snapshots, missing, retainers }: HeapProfileFound): string[] {
  const files = [
    counted(profiles.length, 'heap profile'),
    ...(snapshots.length > 0 ? [counted(snapshots.length, 'heap snapshot')] : []),
  ].join(' and ');
  const lost = missing > 0 ? ` (${formatCount(missing)} could not be written)` : '';
  const yours = retainers.filter(({ isYours }) => isYours).slice(0, shownRetainers);
  return [
    `${files} in ${printable(folder)}${lost}: open them in Chrome DevTools, Memory, Load profile`,
    ...yours.map((retainer) => `  ${printable(retainerText(retainer))}`),
  ];
}

function retainerText({ name, url, line, bytes, share, worker, life }: Retainer): string {
  const percent = `${Math.round(share * 100)} %`;
  return `${name} (${basename(fileURLToPath(url))}:${line}) keeps ${formatSize(bytes)}, ${percent} of the heap of worker ${worker} in life ${life}`;
}

const shownRejects = 3;

/** Lines on the records that were rejected, none where there are none. `kept`: the file that `--rejects` named. */
export function rejectLines(count: number, first: readonly Reject[], kept: string | undefined): string[] {
  if (count === 0) return [];
  const shown = first
    .slice(0, shownRejects)
    .map(({ file, offset, reason }) => `  ${printable(`${file}:${offset} ${reason}`)}`);
  const more = count > shown.length ? [`  ... and ${formatCount(count - shown.length)} more`] : [];
  const where = kept === undefined ? '--rejects FILE keeps them' : `kept in ${printable(kept)}`;
  return [`${counted(count, 'record')} rejected: ${where}`, ...shown, ...more];
}
