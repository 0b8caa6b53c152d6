/** The end of a record that is never held: the same place wherever the pieces are cut. */
import { expect, it } from 'vitest';
import { RecordEnd } from '../../src/execute/record-end.ts';
import type { Dialect } from '../../src/formats/format.ts';

const csv: Dialect = { delimiter: ',', quote: '"', header: false };

/** The record's length and its line end's, found in pieces of `step` bytes. */
function endOf(text: string, dialect: Dialect | null, step: number): [number, number] | null {
  const bytes = new TextEncoder().encode(text);
  const end = new RecordEnd(dialect);
  for (let from = 0; from < bytes.length; from += step) {
    const at = end.find(bytes.subarray(from, from + step));
    if (at >= 0) return [from + at - end.lineEndBytes, end.lineEndBytes];
  }
  return null;
}

it.each<[string, Dialect | null, [number, number] | null]>([
  ['abc\ndef\n', null, [3, 1]],
  ['abc\r\ndef\n', null, [3, 2]],
  ['"a\nb"\n', null, [2, 1]],
  ['no end', null, null],
  ['a,b\nc', csv, [3, 1]],
  ['a,b\r\nc', csv, [3, 2]],
  ['"a\nb",c\nd', csv, [7, 1]],
  ['"a""\n""b"\nc', csv, [9, 1]],
  ['a"b\nc"d\n', csv, [3, 1]], // a quote inside a field is text
  ['a,"b"x\ny"\n', csv, [6, 1]], // malformed: the line ends it
  ['"never closed\n,\n', csv, null],
  ['a,"",b\n', csv, [6, 1]],
  ['"a\nb",c\n', { ...csv, quote: '' }, [2, 1]],
])('%j', (text, dialect, expected) => {
  for (let step = 1; step <= text.length; step++) expect(endOf(text, dialect, step)).toEqual(expected);
});
