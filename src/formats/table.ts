/** Every log format. Adding one is its file and a line here. */
import { UsageError } from '../core/errors.ts';
import { combined } from './combined.ts';
import { common } from './common.ts';
import { csv, tsv } from './csv.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import { lines } from './lines.ts';

/** In the order in which detection prefers them. */
export const formats: readonly Format[] = [json, combined, common, csv, tsv, lines];

const aliases: Readonly<Record<string, string>> = { jsonl: 'json', ndjson: 'json', text: 'lines' };

/** Names for `--format`, without `auto` and aliases. */
export function formatNames(): string[] {
  return formats.map((format) => format.name);
}

/** The format that a user named. Throws UsageError with the nearest name. */
export function formatByName(name: string): Format {
  const lower = name.toLowerCase();
  const wanted = aliases[lower] ?? lower;
  const format = formats.find((candidate) => candidate.name === wanted);
  if (format !== undefined) return format;
  const near = nearest(lower, [...formatNames(), ...Object.keys(aliases), 'auto']);
  const hint = near === null ? `use one of auto, ${formatNames().join(', ')}` : `did you mean "${near}"?`;
  throw new UsageError(`Cannot use format "${name}": unknown format: ${hint}`);
}

/** The candidate within a third of the name's length in edits, null where none is. */
function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
