/**
 * The rows of a CSV file's head, parsed by fast-csv: it is slow and thorough, which is right for a few kilobytes and wrong for
 * the data (there a kernel does the work).
 *
 * Invariant: what it is given is bounded, because a quote that is never closed takes it quadratic time.
 */
import { createRequire } from 'node:module';
import { byteOrderMarkBytes } from './head.ts';

const maxBytes = 1 << 16;
const maxRows = 500;

/** Complete rows first; an unterminated last one only where there would be fewer than two rows without it. */
export function headRows(head: Uint8Array, delimiter: string, quote: string): string[][] {
  const bytes = head.subarray(byteOrderMarkBytes(head), maxBytes);
  const text = Buffer.from(bytes).toString('utf8');
  const lineEnd = text.lastIndexOf('\n') + 1;
  const rows = parse(text.slice(0, lineEnd), delimiter, quote);
  const last = lineEnd < text.length && rows.length < 2 ? parse(text, delimiter, quote) : rows;
  return last.slice(0, maxRows);
}

function parse(text: string, delimiter: string, quote: string): string[][] {
  const { Parser, ParserOptions } = fastCsv();
  const options = new ParserOptions({ delimiter, quote: quote === '' ? null : quote, ignoreEmpty: true });
  try {
    return new Parser(options).parse(text, false).rows;
  } catch {
    // one bad row costs fast-csv all of them: without it, and without those that span lines, there is enough to go by
    return text.split('\n').flatMap((line) => {
      try {
        return new Parser(options).parse(line, false).rows;
      } catch {
        return [];
      }
    });
  }
}

/** Its parser without the stream around it, so that describing a file stays synchronous; loaded when a CSV file comes. */
function fastCsv() {
  const require = createRequire(import.meta.url);
  const { Parser } =
    require('@fast-csv/parse/build/src/parser/Parser.js') as typeof import('@fast-csv/parse/build/src/parser/Parser.js');
  const { ParserOptions } =
    require('@fast-csv/parse/build/src/ParserOptions.js') as typeof import('@fast-csv/parse/build/src/ParserOptions.js');
  return { Parser, ParserOptions };
}
