/**
 * Shell patterns over files: `*`, `?`, `[abc]`, `[!a-c]`, `{a,b}` and, as a whole segment, `**`. A leading dot must be written
 * out. Symbolic links are followed, except by `**`, which could go round in circles.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function hasGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}

/** Paths that match and are no directories, each once, sorted by code units. Folders that cannot be read hold no matches. */
export function glob(pattern: string): string[] {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const absolute = alternative.startsWith('/');
    const segments = alternative.split('/').filter((segment) => segment !== '');
    walk(absolute ? '/' : '', segments, found);
  }
  return [...found].sort();
}

function walk(folder: string, segments: readonly string[], found: Set<string>): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  if (segment === '**') {
    walk(folder, rest, found);
    for (const entry of entriesOf(folder)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) walk(join(folder, entry.name), segments, found);
    }
    return;
  }
  const matches = hasGlob(segment) ? matcher(segment) : null;
  const names =
    matches === null
      ? [segment]
      : entriesOf(folder)
          .map((entry) => entry.name)
          .filter(matches);
  for (const name of names) {
    const path = join(folder, name);
    if (rest.length > 0) walk(path, rest, found);
    else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) found.add(path);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** `a{b,c}d` as `abd` and `acd`, nested ones too; braces without a comma stay as they are. */
function expandBraces(pattern: string): string[] {
  let depth = 0;
  let open = -1;
  let commas: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '{' && depth++ === 0) {
      open = i;
      commas = [];
    } else if (c === ',' && depth === 1) {
      commas.push(i);
    } else if (c === '}' && depth > 0 && --depth === 0 && commas.length > 0) {
      const cuts = [open, ...commas, i];
      const tails = expandBraces(pattern.slice(i + 1));
      return cuts.slice(1).flatMap((cut, index) => {
        const option = pattern.slice((cuts[index] ?? open) + 1, cut);
        return expandBraces(option).flatMap((middle) => tails.map((tail) => pattern.slice(0, open) + middle + tail));
      });
    }
  }
  return [pattern];
}

/** Whether a name fits one segment of a pattern. */
function matcher(segment: string): (name: string) => boolean {
  let source = '';
  for (let i = 0; i < segment.length; i++) {
    const c = segment.charAt(i);
    const close = c === '[' ? segment.indexOf(']', i + 2 + (segment[i + 1] === '!' ? 1 : 0)) : -1;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (close > 0) {
      const negated = segment[i + 1] === '!' || segment[i + 1] === '^';
      const set = segment.slice(i + 1 + (negated ? 1 : 0), close).replace(/[\\\]^[]/g, '\\$&');
      source += `[${negated ? '^' : ''}${set}]`;
      i = close;
    } else source += c.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  }
  const pattern = new RegExp(`^${source}$`, 'su');
  return (name) => (segment.startsWith('.') || !name.startsWith('.')) && pattern.test(name);
}
