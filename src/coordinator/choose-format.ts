/**
 * Settles the format of a table from what the user said and the heads of its files: the first file that holds anything
 * decides, and a later one that looks different is mentioned.
 */
import { UsageError } from '../core/errors.ts';
import { excerpt, printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { detectFormat } from '../formats/detect.ts';
import type { Format, FormatOptions, FormatSpec } from '../formats/format.ts';
import { headLines } from '../formats/head.ts';
import { formatByName } from '../formats/table.ts';
import { inputByName } from '../inputs/table.ts';

export interface ChosenFormat {
  readonly spec: FormatSpec;
  /** What was taken from sources that cannot be read twice, by the source's position. */
  readonly prefixes: ReadonlyMap<number, Uint8Array>;
  /** For the user: empty files, files that do not fit. */
  readonly notes: readonly string[];
}

const headBytes = 64 * 1024;
/** Later files are looked at only so far: the answer does not depend on it. */
const laterHeadBytes = 8 * 1024;
const laterFiles = 100;
/** A file is said to look different when fewer of its first records fit. */
const fittingShare = 0.5;

/**
 * `hasHeaders`: false for records that come without the header of their file. Throws UsageError where no format fits, or
 * not the one that was said.
 */
export async function chooseFormat(
  sources: readonly SourceFile[],
  options: FormatOptions,
  hasHeaders = true,
): Promise<ChosenFormat> {
  const said = options.format === undefined || options.format === 'auto' ? null : formatByName(options.format);
  const prefixes = new Map<number, Uint8Array>();
  const notes: string[] = [];
  let spec: FormatSpec | null = null;
  let format: Format | null = null;
  for (const [index, source] of sources.entries()) {
    if (source.sizeBytes === 0) {
      notes.push(`"${printable(source.name)}" is empty: it has no records`);
      continue;
    }
    // A stream's head is only looked at where it decides: waiting for a slow pipe would hold up the other files.
    if (format !== null && (index >= laterFiles || source.input === 'stdin')) continue;
    const { bytes, prefix } = await inputByName(source.input).head(
      source,
      format === null ? headBytes : laterHeadBytes,
    );
    if (prefix !== null) prefixes.set(index, prefix);
    if (headLines(bytes).length === 0) {
      if (bytes.length === 0) notes.push(`"${printable(source.name)}" is empty: it has no records`);
      continue;
    }
    if (format === null) {
      format = said ?? detectFormat(bytes, source.name);
      if (said !== null) checkFits(said, bytes, source);
      const takesHeader = format.name === 'csv' || format.name === 'tsv';
      const isData = !hasHeaders && takesHeader && options.header === undefined;
      spec = format.describe(bytes, isData ? { ...options, header: false } : options);
    } else if (format.detect(bytes) < fittingShare) {
      notes.push(`"${printable(source.name)}" does not look like ${format.name}, the format of the first file`);
    }
  }
  // Nothing to look at: JSON takes any column, so that every question has its answer over no records.
  spec ??= (said ?? formatByName('json')).describe(new Uint8Array(0), options);
  return { spec, prefixes, notes };
}

/** A format with a shape of its own must fit one line at least; CSV and plain lines fit anything. */
function checkFits(format: Format, head: Uint8Array, source: SourceFile): void {
  const [first] = headLines(head);
  if (first === undefined || format.name === 'csv' || format.name === 'tsv' || format.detect(head) > 0) return;
  if (format.name === 'lines') return;
  const shown = excerpt(new TextDecoder().decode(first.bytes), 80);
  throw new UsageError(
    `Cannot read "${printable(source.name)}" as ${format.name}: none of its first lines fits, the first is "${shown}": name another --format`,
  );
}
