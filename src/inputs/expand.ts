/**
 * Turns what the user named (files, patterns, `-`) into the list of sources, in the order given, each pattern's files sorted
 * by name. All mistakes are found here, before work starts.
 */
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { glob, hasGlob } from './glob.ts';
import { isGzip } from './gunzip.ts';
import { systemErrorWords } from './system-error.ts';

/** Throws UsageError for what is missing, unreadable or a directory, and for patterns without matches. */
export function expandSources(names: readonly string[]): SourceFile[] {
  const sources = names.flatMap(expandName);
  if (sources.filter((source) => source.path === '').length > 1) {
    throw new UsageError('Cannot read "-" twice: standard input can be read only once');
  }
  return sources;
}

function expandName(name: string): SourceFile[] {
  if (name === '-') return [{ name: '-', path: '', input: 'stdin', sizeBytes: null }];
  // a file that is there wins over its name's meaning as a pattern
  const stats = statOf(name);
  if (stats !== null) return [sourceOf(name, stats)];
  if (!hasGlob(name)) throw new UsageError(`Cannot read "${printable(name)}": no such file`);
  const paths = glob(name);
  if (paths.length === 0) throw new UsageError(`Cannot read "${printable(name)}": no file matches the pattern`);
  return paths.map((path) => {
    const found = statOf(path);
    if (found === null) throw new UsageError(`Cannot read "${printable(path)}": no such file`);
    return sourceOf(path, found);
  });
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw new UsageError(`Cannot read "${printable(path)}": ${systemErrorWords(error)}`, { cause: error });
  }
}

function sourceOf(path: string, stats: Stats): SourceFile {
  if (stats.isDirectory()) {
    const pattern = `${path.replace(/\/+$/, '')}/*`;
    throw new UsageError(
      `Cannot read "${printable(path)}": it is a directory: name its files, for example "${printable(pattern)}"`,
    );
  }
  try {
    accessSync(path, constants.R_OK);
    if (!stats.isFile()) return { name: path, path, input: 'stdin', sizeBytes: null };
    return { name: path, path, input: startsLikeGzip(path) ? 'gzip' : 'file', sizeBytes: stats.size };
  } catch (error) {
    throw new UsageError(`Cannot read "${printable(path)}": ${systemErrorWords(error)}`, { cause: error });
  }
}

/** Told by content, not by name: `.gz` files that are none are read as they are. */
function startsLikeGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const magic = new Uint8Array(2);
    return readSync(descriptor, magic, 0, 2, 0) === 2 && isGzip(magic);
  } finally {
    closeSync(descriptor);
  }
}
