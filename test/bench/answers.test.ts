/** When answers of the bench agree, and when they do not. */
import { describe, expect, it } from 'vitest';
import { disagreement, found, parseCsv } from '../../bench/answers.mjs';

const columns = [
  { name: 'key', kind: 'text' },
  { name: 'hits', kind: 'integer', counts: true },
  { name: 'mean', kind: 'double' },
  { name: 'p99', kind: 'quantile' },
];
const reference = [
  ['a', '12', '0.3', '100..110'],
  ['', '5', '', ''],
];

describe('agreement', () => {
  it.each([
    ['the same', ['a', '12', '0.3', '100']],
    ['an integer in another spelling', ['a', '012', '0.3', '100']],
    ['a double within rounding', ['a', '12', '0.30000000000000004', '105']],
    ['a quantile one percent below the lower rank', ['a', '12', '0.3', '99']],
    ['a quantile one percent above the upper rank', ['a', '12', '0.3', '111.1']],
  ])('%s agrees', (_name, row) => {
    expect(disagreement(columns, [row, ['', '5', '', '']], reference)).toBeUndefined();
  });

  it.each([
    ['a wrong count', ['a', '13', '0.3', '100'], 'row 1, hits: 13 instead of 12'],
    ['a fraction for an integer', ['a', '12.0', '0.3', '100'], 'row 1, hits: 12.0 instead of 12'],
    ['a wrong key', ['b', '12', '0.3', '100'], 'row 1, key: b instead of a'],
    ['a double that is off', ['a', '12', '0.3000001', '100'], 'row 1, mean: 0.3000001 instead of 0.3'],
    ['a quantile that is off', ['a', '12', '0.3', '98.9'], 'row 1, p99: 98.9 instead of 100..110'],
    ['a value that is missing', ['a', '12', '', '100'], 'row 1, mean: NULL instead of 0.3'],
    ['a column too few', ['a', '12', '0.3'], 'row 1 has 3 columns instead of 4'],
  ])('%s is said', (_name, row, message) => {
    expect(disagreement(columns, [row, ['', '5', '', '']], reference)).toBe(message);
  });

  it('says a value where NULL belongs, and rows too few', () => {
    expect(
      disagreement(
        columns,
        [
          ['a', '12', '0.3', '100'],
          ['', '5', '0', ''],
        ],
        reference,
      ),
    ).toBe('row 2, mean: 0 instead of NULL');
    expect(disagreement(columns, [], reference)).toBe('0 rows instead of 2');
  });
});

describe('what was found', () => {
  it('is the rows and the sum of the counting column', () => {
    expect(found(columns, reference)).toEqual({ rows: 2, records: 17 });
  });
  it('is the first row where nothing counts', () => {
    expect(found([{ name: 'clients', kind: 'distinct' }], [['402']])).toEqual({ rows: 1, first: '402' });
  });
});

describe('the CSV of peers', () => {
  it.each([
    [
      'plain rows',
      'a,1\nb,2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'no last newline',
      'a,1\nb,',
      [
        ['a', '1'],
        ['b', ''],
      ],
    ],
    ['quotes', '"a,""b""",1\r\n', [['a,"b"', '1']]],
    ['a newline in quotes', '"a\nb",1\n', [['a\nb', '1']]],
    ['nothing', '', []],
  ])('%s', (_name, text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });
  it('drops the header where there is one', () => {
    expect(parseCsv('key,hits\na,1\n', { header: true })).toEqual([['a', '1']]);
  });
});
