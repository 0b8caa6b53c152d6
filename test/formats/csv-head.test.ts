/** The rows of a CSV file's head are what fast-csv finds in it, whether it was asked or not. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headRows } from '../../src/formats/csv-head.ts';

const require = createRequire(import.meta.url);
const { Parser } =
  require('@fast-csv/parse/build/src/parser/Parser.js') as typeof import('@fast-csv/parse/build/src/parser/Parser.js');
const { ParserOptions } =
  require('@fast-csv/parse/build/src/ParserOptions.js') as typeof import('@fast-csv/parse/build/src/ParserOptions.js');

function parsed(text: string, delimiter: string): string[][] {
  return new Parser(new ParserOptions({ delimiter, quote: '"', ignoreEmpty: true })).parse(text, false).rows;
}

const head = (text: string) => headRows(Buffer.from(text), ',', '"');

describe('headRows', () => {
  it('cuts rows without quotes as fast-csv does', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '1', ' ', '.', 'é', "'", '|', '\t'), maxLength: 4 });
    const row = fc.array(field, { minLength: 1, maxLength: 4 });
    const rows = fc.array(row, { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.constantFrom(',', '|', '\t'), (cells, lineEnd, delimiter) => {
        const text = cells.map((fields) => `${fields.join(delimiter)}${lineEnd}`).join('');
        expect(headRows(Buffer.from(text), delimiter, '"')).toEqual(parsed(text, delimiter));
      }),
      { seed: 17, numRuns: 300 },
    );
  });

  it.each([
    { name: 'plain', row: (i: number) => `${i},b` },
    { name: 'quoted', row: (i: number) => `${i},"b ""${i}"""` },
    { name: 'of several lines', row: (i: number) => `${i},"b\n${i}\n"` },
  ])('gives the first 500 rows, $name', ({ row }) => {
    const text = Array.from({ length: 900 }, (_, i) => `${row(i)}\n`).join('');
    expect(head(text)).toEqual(parsed(text, ',').slice(0, 500));
    expect(head(text)).toHaveLength(500);
  });

  it('is not misled by quotes inside of fields, or by one that is never closed', () => {
    const plain = Array.from({ length: 600 }, (_, i) => `${i},5" nails\n`).join('');
    expect(head(plain).at(-1)).toEqual(['499', '5" nails']);
    const open = `a,b\n1,"x\n${'2,y\n'.repeat(600)}`;
    expect(head(open).slice(0, 3)).toEqual([
      ['a', 'b'],
      ['2', 'y'],
      ['2', 'y'],
    ]);
  });

  it('takes an unterminated row where there is hardly another', () => {
    expect(head('a,b')).toEqual([['a', 'b']]);
    expect(head('\n , \na,b\n1,2\n3')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
  });
});
