import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlType, Value } from '../../src/core/value.ts';
import { castValue } from '../../src/query/cast.ts';
import { EvaluationFailure } from '../../src/query/evaluation-failure.ts';
import { printTimestamp } from '../../src/query/timestamp.ts';

/** The value, or the code of the reject. */
function outcome(value: Value, from: SqlType, to: SqlType): Value | { code: number } {
  try {
    return castValue(value, from, to);
  } catch (error) {
    if (error instanceof EvaluationFailure) return { code: error.code };
    throw error;
  }
}

const [notInteger, notNumber, notTimestamp, notBoolean, overflow] = [4, 5, 6, 7, 8].map((code) => ({ code }));

describe('text to numbers', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['+12', 12n],
    ['0012', 12n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775808', overflow],
    ['', notInteger],
    ['-', notInteger],
    [' 1', notInteger],
    ['1 ', notInteger],
    ['1.0', notInteger],
    ['1e3', notInteger],
    ['0x10', notInteger],
    ['12x', notInteger],
    ['١', notInteger],
  ])('%j to integer', (text, expected) => {
    expect(outcome(text, 'text', 'integer')).toEqual(expected);
  });

  it.each([
    ['1', 1],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5e-3', -0.0005],
    ['+1E+2', 100],
    ['1e400', notNumber],
    ['1e-400', 0],
    ['.', notNumber],
    ['1e', notNumber],
    ['NaN', notNumber],
    ['Infinity', notNumber],
    ['0x10', notNumber],
    ['', notNumber],
    [' 1', notNumber],
    ['1_000', notNumber],
  ])('%j to double', (text, expected) => {
    expect(outcome(text, 'text', 'double')).toEqual(expected);
  });

  it.each([
    ['TRUE', true],
    ['t', true],
    ['1', true],
    ['False', false],
    ['F', false],
    ['0', false],
    ['yes', notBoolean],
    ['', notBoolean],
    ['2', notBoolean],
  ])('%j to boolean', (text, expected) => {
    expect(outcome(text, 'text', 'boolean')).toEqual(expected);
  });
});

describe('text to timestamp', () => {
  it.each([
    ['17/May/2015:10:05:03 +0000', '2015-05-17 10:05:03'],
    ['17/May/2015:10:05:03 +0230', '2015-05-17 10:05:03'],
    ['17/May/2015:10:05:03 -0800', '2015-05-17 10:05:03'],
    ['2015-05-17', '2015-05-17 00:00:00'],
    ['2015-05-17T10:05', '2015-05-17 10:05:00'],
    ['2015-05-17 10:05:03', '2015-05-17 10:05:03'],
    ['2015-05-17T10:05:03.5Z', '2015-05-17 10:05:03.5'],
    ['2015-05-17 10:05:03,123456789', '2015-05-17 10:05:03.123456'],
    ['2015-05-17 10:05:03 +02', '2015-05-17 10:05:03'],
    ['2015-05-17 10:05:03+0230', '2015-05-17 10:05:03'],
    ['2015-05-17 10:05:03-02:30', '2015-05-17 10:05:03'],
    ['2015-05-17 10:05Z', '2015-05-17 10:05:00'],
    ['2016-02-29', '2016-02-29 00:00:00'],
    ['0000-01-01', '0000-01-01 00:00:00'],
    ['1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999'],
    ['0', '1970-01-01 00:00:00'],
    ['-1.5', '1969-12-31 23:59:58.5'],
    ['1431857103', '2015-05-17 10:05:03'],
    ['1431857103.1234567', '2015-05-17 10:05:03.123456'],
    ['99999999999', '5138-11-16 09:46:39'],
    ['100000000000', '1973-03-03 09:46:40'],
    ['1431857103123', '2015-05-17 10:05:03.123'],
    ['1431857103123.4567', '2015-05-17 10:05:03.123456'],
    ['1431857103123456', '2015-05-17 10:05:03.123456'],
    ['1431857103123456789', '2015-05-17 10:05:03.123456'],
    ['-1431857103123456789', '1924-08-17 13:54:56.876544'],
  ])('%j is a timestamp', (text, printed) => {
    expect(castValue(castValue(text, 'text', 'timestamp'), 'timestamp', 'text')).toBe(printed);
  });

  it.each([
    '',
    ' 2015-05-17',
    '2015-05-17 ',
    '2015-5-17',
    '2015-13-01',
    '2015-00-01',
    '2015-02-29',
    '1900-02-29',
    '2015-04-31',
    '2015-05-17 24:00',
    '2015-05-17 10:60',
    '2015-05-17 10:05:60',
    '2015-05-17 10',
    '2015-05-17 10:05:03.',
    '2015-05-17 10:05:03.1234567890',
    '2015-05-17 10:05:03  Z',
    '2015-05-17 10:05:03 +24',
    '2015-05-17 10:05:03 +2',
    '2015-05-17Z',
    '2015-05-17t10:05',
    '17/may/2015:10:05:03 +0000',
    '17/May/2015:10:05:03',
    '17/May/2015:10:05:03 +0060',
    '31/Jun/2015:10:05:03 +0000',
    '[17/May/2015:10:05:03 +0000]',
    '+1431857103',
    '1431857103.',
    '1e9',
    '9223372036854775808',
  ])('%j is none', (text) => {
    expect(outcome(text, 'text', 'timestamp')).toEqual(notTimestamp);
  });
});

describe('between other types', () => {
  it.each<[Value, SqlType, SqlType, unknown]>([
    [2.5, 'double', 'integer', 2n],
    [3.5, 'double', 'integer', 4n],
    [-0.5, 'double', 'integer', 0n],
    [-1.5, 'double', 'integer', -2n],
    [0.49999999999999994, 'double', 'integer', 0n],
    [2 ** 63, 'double', 'integer', overflow],
    [-(2 ** 63), 'double', 'integer', -(2n ** 63n)],
    [7n, 'integer', 'double', 7],
    [7n, 'integer', 'boolean', true],
    [true, 'boolean', 'integer', 1n],
    [true, 'boolean', 'text', 'true'],
    [3, 'double', 'text', '3.0'],
    [-0, 'double', 'text', '-0.0'],
    [0.1, 'double', 'text', '0.1'],
    [1e21, 'double', 'text', '1e+21'],
    [-5n, 'integer', 'text', '-5'],
    [1431857103n, 'integer', 'timestamp', 1431857103000000n],
    [1431857103.25, 'double', 'timestamp', 1431857103250000n],
    [1e-9, 'double', 'timestamp', 0n],
    [1e25, 'double', 'timestamp', notTimestamp],
    [null, 'text', 'integer', null],
  ])('%s: %s to %s', (value, from, to, expected) => {
    expect(outcome(value, from, to)).toEqual(expected);
  });
});

describe('round trips through text', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

  it('integers', () => {
    fc.assert(
      fc.property(int64, (value) => castValue(castValue(value, 'integer', 'text'), 'text', 'integer') === value),
      { seed: 1 },
    );
  });

  it('doubles', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(castValue(castValue(value, 'double', 'text'), 'text', 'double'), value),
      ),
      { seed: 1 },
    );
  });

  it('timestamps from year 0 to 9999, which also agree with Date', () => {
    const range = { min: -62_167_219_200_000_000n, max: 253_402_300_799_999_999n };
    fc.assert(
      fc.property(fc.bigInt(range), (value) => {
        const text = printTimestamp(value);
        expect(castValue(text, 'text', 'timestamp')).toBe(value);
        const millis = (value - (((value % 1000n) + 1000n) % 1000n)) / 1000n;
        expect(text.slice(0, 19)).toBe(new Date(Number(millis)).toISOString().slice(0, 19).replace('T', ' '));
      }),
      { seed: 1 },
    );
  });

  it('a timestamp prints for every 64-bit count of microseconds', () => {
    fc.assert(
      fc.property(int64, (value) => /^-?\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/.test(printTimestamp(value))),
      { seed: 1 },
    );
  });
});
