/**
 * Lengths of time, as people write and read them: `500ms`, `30s`, `1h30m`. Milliseconds inside.
 */
import { UsageError } from './errors.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds in a written duration: parts as in `1h30m`, or a bare number of seconds. Throws UsageError. */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(\.\d+)?\s*(ms|min|s|m|h|d)\s*)+$/.test(trimmed)) {
    throw new UsageError(`Cannot read duration "${text}": write a number and a unit, as in "30s" or "1h30m"`);
  }
  let ms = 0;
  for (const [, amount, unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d)/g)) {
    ms += Number(amount) * (unitMs[unit] ?? 0);
  }
  return ms;
}

/** `0 ms`, `850 ms`, `2.35 s`, `12.3 s`, `2 min 5 s`, `1 h 2 min`: two units at most. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
