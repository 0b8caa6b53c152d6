/** Tells a file's format by its head: the first format of the table that fits most of its records. */
import { UsageError } from '../core/errors.ts';
import { excerpt, printable } from '../core/printable.ts';
import type { Format } from './format.ts';
import { headLines } from './head.ts';
import { formatByName, formats } from './table.ts';

const enough = 0.5;
const shownCharacters = 120;

/** `head` is not empty. Throws UsageError where the file is not text, or no format fits. */
export function detectFormat(head: Uint8Array, fileName: string): Format {
  const name = printable(fileName);
  const binary = whatBinary(head);
  if (binary !== null) throw new UsageError(`Cannot read ${name}: ${binary}`);
  // the name decides where the content cannot: a file with one column looks like plain lines
  const named = /\.(csv|tsv)(\.gz)?$/i.exec(fileName)?.[1];
  // the first that fits: asking CSV's slow parser about every access log cost more than the rest of start-up
  const fitting = formats.find((candidate) => candidate.detect(head) >= enough);
  const format = fitting ?? (named === undefined ? undefined : formatByName(named));
  if (format !== undefined) return format;
  const [first] = headLines(head);
  const shown = excerpt(Buffer.from(first?.bytes ?? []).toString('utf8'), shownCharacters);
  throw new UsageError(
    `Cannot tell the format of ${name}: no format fits its first line "${shown}": name one with --format`,
  );
}

const signatures: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['gzip', [0x1f, 0x8b]],
];

/** What a file is that is no text, and the remedy; null for text. */
function whatBinary(head: Uint8Array): string | null {
  const startsWith = (bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  if (startsWith([0xff, 0xfe]) || startsWith([0xfe, 0xff])) {
    return 'it is UTF-16 text: convert it first, for example with iconv -f UTF-16 -t UTF-8';
  }
  const compressed = signatures.find(([, bytes]) => startsWith(bytes));
  const zero = head.indexOf(0);
  // "BZh" may start a line of text; what is compressed is no text
  if (compressed !== undefined && !isMostlyText(head))
    return `it is compressed with ${compressed[0]}: decompress it first`;
  if (zero >= 0)
    return `it is a binary file (a zero byte at offset ${zero}): name its format with --format to read it anyway`;
  return null;
}

function isMostlyText(head: Uint8Array): boolean {
  const sample = head.subarray(0, 512);
  const control = sample.filter((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13).length;
  return control * 50 < sample.length;
}
