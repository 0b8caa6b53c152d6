/**
 * The rows of a CSV file's head. Where there are quotes fast-csv parses them: it is slow and thorough, which is right for a few
 * kilobytes and wrong for the data (there a kernel does the work).
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
  const first = firstRows(text, quote);
  // without a quote there is nothing to parse, and loading fast-csv would hold up the start
  if (quote === '' || !first.includes(quote)) return plainRows(first, delimiter);
  const { Parser, ParserOptions } = fastCsv();
  const options = new ParserOptions({ delimiter, quote, ignoreEmpty: true });
  const rowsOf = (part: string) => {
    try {
      return new Parser(options).parse(part, false).rows;
    } catch {
      return null;
    }
  };
  // one bad row costs fast-csv all of them: without it, and without those that span lines, there is enough to go by
  return (
    rowsOf(first) ?? (first === text ? null : rowsOf(text)) ?? text.split('\n').flatMap((line) => rowsOf(line) ?? [])
  );
}

/** As much of a text as `maxRows` rows take, by the quotes in front of each line end: of pairs there is an even number. */
function firstRows(text: string, quote: string): string {
  let end = 0;
  let quotes = 0;
  for (let rows = 0; rows < maxRows; ) {
    const newline = text.indexOf('\n', end);
    if (newline < 0) return text;
    if (quote !== '') quotes += text.slice(end, newline).split(quote).length - 1;
    end = newline + 1;
    if (quotes % 2 === 0) rows++;
  }
  return text.slice(0, end);
}

/** Rows without quotes as fast-csv gives them: without those that are blank, and a blank first field is empty. */
function plainRows(text: string, delimiter: string): string[][] {
  const rows = text.split('\n').map((line) => {
    const fields = (line.endsWith('\r') ? line.slice(0, -1) : line).split(delimiter);
    return fields.map((field, i) => (i === 0 && field.trim() === '' ? '' : field));
  });
  return rows.filter((fields) => fields.some((field) => field.trim() !== ''));
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
