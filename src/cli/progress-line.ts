/**
 * The progress bar as text: a pure function of where the run stands, never wider than the terminal.
 */
import { formatDuration } from '../core/duration.ts';
import { formatSize } from '../core/size.ts';
import { counted, formatCount, formatSpeed } from './rates.ts';

export interface ProgressState {
  readonly bytesRead: number;
  /** Null where an input has no known size. */
  readonly bytesTotal: number | null;
  readonly records: number;
  readonly rejected: number;
  readonly elapsedMs: number;
}

const barWidth = 20;

export function progressLine(state: ProgressState, width: number): string {
  const { bytesRead, bytesTotal, elapsedMs } = state;
  const share = bytesTotal === null || bytesTotal === 0 ? null : Math.min(1, bytesRead / bytesTotal);
  const parts: string[] = [];
  if (share !== null) parts.push(`${String(Math.floor(share * 100)).padStart(3)}%`, bar(share));
  parts.push(formatSpeed(bytesRead, elapsedMs / 1000), counted(state.records, 'record'));
  if (share === null) parts.push(formatSize(bytesRead));
  else if (share > 0 && share < 1 && elapsedMs > 500)
    parts.push(`ETA ${formatDuration(roundUpToSeconds(elapsedMs / share - elapsedMs))}`);
  if (state.rejected > 0) parts.push(`${formatCount(state.rejected)} rejected`);
  // Whole parts are left out, the last ones first, rather than a number cut in half.
  while (parts.length > 1 && parts.join('  ').length > width) parts.pop();
  return parts.join('  ').slice(0, Math.max(0, width));
}

function bar(share: number): string {
  const halves = Math.round(share * barWidth * 2);
  const full = Math.floor(halves / 2);
  return `${'━'.repeat(full)}${halves % 2 === 1 ? '╸' : ''}`.padEnd(barWidth);
}

function roundUpToSeconds(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
