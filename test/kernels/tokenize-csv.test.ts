import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { csv, tsv } from '../../src/formats/csv.ts';
import type { TokenizerSpec } from '../../src/formats/format.ts';
import { testArena } from '../support/arena.ts';
import { realData, tokenize, tokenizeFormat } from '../support/tokenize.ts';

const arena = testArena(128 * 1024 * 1024);
const seed = 20240502;

type Row = readonly (string | null)[] | null;

/** The kernel's rules, a character at a time. */
function reference(text: string, delimiter: string, quote: string, fieldCount: number): Row[] {
  const rows: Row[] = [];
  let at = 0;
  const atLineEnd = () =>
    at >= text.length || text[at] === '\n' || (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 >= text.length));
  while (at < text.length) {
    if (text[at] === '\n') {
      at += 1;
      continue;
    }
    if (text.startsWith('\r\n', at) || text.slice(at) === '\r') {
      at += 2;
      continue;
    }
    const fields: (string | null)[] = [];
    let isGood = true;
    for (;;) {
      let field = '';
      if (quote !== '' && text[at] === quote) {
        at++;
        for (;;) {
          if (at >= text.length) {
            isGood = false;
            break;
          }
          if (text[at] === quote && text[at + 1] === quote) at++;
          else if (text[at] === quote) break;
          field += text[at++];
        }
        at++;
        fields.push(field);
        if (at < text.length && text[at] !== delimiter && !atLineEnd()) {
          isGood = false;
          while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at++;
        }
      } else {
        while (at < text.length && text[at] !== delimiter && !atLineEnd()) field += text[at++];
        fields.push(field === '' ? null : field);
      }
      if (at < text.length && text[at] === delimiter) {
        at++;
        continue;
      }
      if (text[at] === '\r') at++;
      at++;
      break;
    }
    rows.push(isGood && fields.length === fieldCount ? fields : null);
  }
  return rows;
}

function specOf(fieldCount: number, delimiter = ',', quote = '"', outputs?: readonly number[]): TokenizerSpec {
  return {
    type: 'csv',
    dialect: { delimiter, quote, header: false },
    fieldCount,
    outputs: outputs ?? Array.from({ length: fieldCount }, (_, i) => i),
  };
}

const soup = fc
  .array(
    fc.constantFrom(
      ',',
      ',',
      '"',
      '"',
      '""',
      '\n',
      '\n',
      '\r\n',
      '\r',
      'a',
      'bc',
      'é',
      ' ',
      '\t',
      ';',
      'x'.repeat(70),
      '12.5',
    ),
    { maxLength: 120 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf8').toString('latin1'));

describe('the CSV kernel', () => {
  it.each([
    [',', '"'],
    [';', "'"],
    ['\t', ''],
    [',', ''],
  ])('agrees with reading a character at a time, delimiter %j and quote %j', (delimiter, quote) => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 4 }), (text, fieldCount) => {
        const input = quote === "'" ? text.replaceAll('"', "'").replaceAll(',', ';') : text;
        const records = tokenize(arena, specOf(fieldCount, delimiter, quote), fieldCount, Buffer.from(input, 'latin1'));
        expect(records.map(({ fields }) => fields)).toEqual(reference(input, delimiter, quote, fieldCount));
      }),
      { seed, numRuns: 1500 },
    );
  });

  it('gives the same records whatever fields are asked for', () => {
    fc.assert(
      fc.property(soup, fc.shuffledSubarray([0, 1, 2]), (text, outputs) => {
        const input = Buffer.from(text, 'latin1');
        const all = tokenize(arena, specOf(3), 3, input);
        const some = tokenize(arena, specOf(3, ',', '"', outputs), outputs.length, input);
        expect(some).toEqual(
          all.map(({ fields, ...record }) => ({
            ...record,
            fields: fields && outputs.map((output) => fields[output] ?? null),
          })),
        );
      }),
      { seed, numRuns: 300 },
    );
  });

  it('gives the same records wherever its input was cut', () => {
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 30 }), (text, chunkBytes) => {
        const input = Buffer.from(text, 'latin1');
        expect(tokenize(arena, specOf(2), 2, input, { chunkBytes })).toEqual(tokenize(arena, specOf(2), 2, input));
      }),
      { seed, numRuns: 500 },
    );
  });

  it('agrees with fast-csv on well-formed files', async () => {
    const field = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('', 'a "quoted" word', 'two\nlines', 'crlf\r\n', ',', '"', '""', 'é', ' padded '),
    );
    const file = fc.tuple(
      fc
        .integer({ min: 2, max: 5 })
        .chain((width) =>
          fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
        ),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(file, async ([rows, lineEnd, lastLineEnd]) => {
        // quoting everything leaves no room for opinions about spaces and empty rows
        const lines = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const input = lines.join(lineEnd) + (lastLineEnd ? lineEnd : '');
        const oracle: string[][] = [];
        await new Promise((resolve, reject) =>
          parseString(input)
            .on('data', (row: string[]) => oracle.push(row))
            .on('error', reject)
            .on('end', resolve),
        );
        const width = rows[0]?.length ?? 0;
        const records = tokenize(arena, specOf(width), width, Buffer.from(input));
        expect(
          records.map(({ fields }) => fields?.map((text) => Buffer.from(text ?? '', 'latin1').toString())),
        ).toEqual(oracle);
        expect(oracle).toEqual(rows);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('skips byte order mark and header, wherever its input was cut', () => {
    const input = Buffer.from('\ufeff\r\n"a\nb",b\r\n1,"x ""y"""\n\n2,\r\n');
    const { columns, records } = tokenizeFormat(arena, csv, input);
    expect(columns).toEqual(['a\nb', 'b']);
    expect(records.map(({ fields, offset }) => [offset, fields])).toEqual([
      [14, ['1', 'x "y"']],
      [27, ['2', null]],
    ]);
    for (let chunkBytes = 1; chunkBytes < input.length; chunkBytes++) {
      expect(tokenizeFormat(arena, csv, input, undefined, {}, { chunkBytes }).records).toEqual(records);
    }
    expect(tokenizeFormat(arena, csv, Buffer.from('a,b\n')).records).toEqual([]);
    expect(tokenizeFormat(arena, csv, Buffer.from('a,b')).records).toEqual([]);
  });

  it('reads files of one column, in which blank lines are no records', () => {
    const { columns, records } = tokenizeFormat(arena, csv, Buffer.from('name\na\n\n""\n"b"\n'));
    expect(columns).toEqual(['name']);
    expect(records.map(({ fields }) => fields)).toEqual([['a'], [''], ['b']]);
  });

  it('keeps unescaped text of many and of huge records', () => {
    const big = '""x'.repeat(20_000);
    const lines = [
      ...Array.from({ length: 60 }, (_, i) => `${i},"${big}"`),
      `60,"${'""'.repeat(3_000_000)}"`,
      '61,"a""b"',
    ];
    const records = tokenize(arena, specOf(2), 2, Buffer.from(lines.join('\n')));
    expect(records).toHaveLength(62);
    records.slice(0, 60).forEach(({ fields }, i) => {
      expect(fields?.[0]).toBe(String(i));
      expect(fields?.[1] === '"x'.repeat(20_000)).toBe(true);
    });
    expect(records[60]?.fields?.[1] === '"'.repeat(3_000_000)).toBe(true);
    expect(records[61]?.fields).toEqual(['61', 'a"b']);
  });
});

describe('real CSV files', () => {
  const spectrum = (() => {
    try {
      return readdirSync(new URL('../../../shared/data/csv/csv-spectrum/csvs', import.meta.url));
    } catch {
      return [];
    }
  })();

  it('csv-spectrum has its answers', ({ skip }) => {
    if (spectrum.length === 0) return skip('no ../shared/data/csv/csv-spectrum');
    for (const name of spectrum) {
      const input = realData(`csv/csv-spectrum/csvs/${name}`) ?? Buffer.alloc(0);
      const answers: unknown = JSON.parse(
        (realData(`csv/csv-spectrum/json/${name.replace('.csv', '.json')}`) ?? Buffer.alloc(0)).toString(),
      );
      const { columns, records } = tokenizeFormat(arena, csv, input, undefined, { header: true });
      const got = records.map(({ fields }) =>
        Object.fromEntries(columns.map((column, i) => [column, Buffer.from(fields?.[i] ?? '', 'latin1').toString()])),
      );
      // this answer has another telephone number than its file, and no list around it
      if (name === 'location_coordinates.csv')
        expect(got[0]).toEqual({ ...(answers as object), 'Contact Phone Number': '2095257564' });
      else expect(got, name).toEqual(answers);
    }
  });

  it.for([
    ['csv/duckdb-real/voter.tsv', tsv, 0],
    ['csv/duckdb-real/nfc_normalization_rn.csv', csv, 0],
    ['csv/duckdb-real/ncvoter.csv', tsv, 0],
    ['csv/duckdb-real/ontime_sample.csv', csv, 0],
    ['csv/nezha/2022-08-22/log/05_19_log.csv', csv, 0],
    ['text/loghub/HDFS/HDFS_2k.log_structured.csv', csv, 0],
    ['text/loghub/OpenStack/OpenStack_2k.log_structured.csv', csv, 0],
  ] as const)('%s', async ([path, format, malformed], { skip }) => {
    const input = realData(path);
    if (input === null) return skip(`no ../shared/data/${path}`);
    const { columns, records } = tokenizeFormat(arena, format, input);
    expect(records.filter(({ fields }) => fields === null)).toHaveLength(malformed);
    const { dialect } = format.describe(input.subarray(0, 1 << 16), {});
    const oracle: string[][] = [];
    await new Promise((resolve, reject) =>
      parseString(input.toString('utf8'), {
        delimiter: dialect?.delimiter ?? ',',
        quote: dialect?.quote || null,
        ignoreEmpty: false,
      })
        .on('data', (row: string[]) => {
          // fast-csv's own notion of an empty row includes rows of unusual spaces
          if (row.length > 1 || row[0] !== '') oracle.push(row);
        })
        .on('error', reject)
        .on('end', resolve),
    );
    if (dialect?.header) oracle.shift();
    expect(records.length).toBe(oracle.length);
    expect(columns.length).toBe(oracle[0]?.length);
    for (let row = 0; row < records.length; row += 20) {
      expect(
        records[row]?.fields?.map((text) =>
          Buffer.from(text ?? '', 'latin1')
            .toString()
            .trim(),
        ),
      ).toEqual(oracle[row]?.map((text) => text.trim()));
    }
  });
});
