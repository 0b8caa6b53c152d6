import { describe, expect, it } from 'vitest';
import { bindQuery } from '../../src/query/bind.ts';
import { printValue } from '../../src/query/cast.ts';
import { functionTable } from '../../src/query/functions/table.ts';
import { parseQuery } from '../../src/query/parse.ts';
import { combined } from './sample-formats.ts';

/** Constant expressions are computed by the evaluator when they are bound. */
async function compute(expression: string): Promise<string> {
  const { plan } = bindQuery(await parseQuery(`SELECT ${expression}`), combined);
  const expr = plan.outputs[0]?.expr;
  if (expr?.kind !== 'literal') throw new Error(`Not folded: ${expression}`);
  return expr.value === null ? 'NULL' : `${printValue(expr.value, expr.type)}`;
}

// what DuckDB 1.5 gives for the same, but where a comment says otherwise
const cases: readonly (readonly [string, string])[] = [
  ['1 + 2', '3'],
  ['1 + 2.5', '3.5'],
  ['3 - 5', '-2'],
  ['1.5 - 1', '0.5'],
  ['3 * 5', '15'],
  ['0.1 * 3', '0.30000000000000004'],
  ['7 / 2', '3.5'],
  ['7 / 0', 'NULL'], // DuckDB: inf
  ['-7 // 2', '-3'],
  ['7 // 0', 'NULL'],
  ['-7 % 2', '-1'],
  ['7 % 0', 'NULL'],
  ['7.5 % 2', '1.5'],
  ['7.5 % 0', 'NULL'],
  ['-(1 + 1)', '-2'],
  ['-(1.5 + 1)', '-2.5'],
  ['abs(-5)', '5'],
  ['abs(-5.5)', '5.5'],
  ['round(5)', '5'],
  ['round(2.5)', '3.0'],
  ['round(-2.5)', '-3.0'],
  ['round(0.49999999999999994)', '0.0'],
  ['round(1.005, 2)', '1.0'],
  ['round(2.345, 1)', '2.3'],
  ['round(12345.678, -2)', '12300.0'],
  ['floor(5)', '5'],
  ['floor(-1.5)', '-2.0'],
  ['ceil(5)', '5'],
  ['ceiling(1.2)', '2.0'],
  ['1 = 1.0', 'true'],
  ['1 <> 2', 'true'],
  ['1 < 2 AND 2 <= 2 AND 3 > 2 AND 3 >= 3', 'true'],
  ["'a' = 'a'", 'true'],
  ["'a' < 'b'", 'true'],
  ["'\uffff' < '😀'", 'true'], // by bytes of UTF-8
  ['true > false', 'true'],
  ["'2015-05-17'::timestamp < '2015-05-18'", 'true'],
  ["'2015-05-17'::timestamp = '17/May/2015:00:00:00 +0000'", 'true'],
  ['NULL = NULL', 'NULL'],
  ['NULL IS DISTINCT FROM 1', 'true'],
  ['NULL IS NOT DISTINCT FROM NULL', 'true'],
  ['greatest(1, NULL, 3)', '3'],
  ['least(2, 1.5)', '1.5'],
  ["greatest('a', 'b')", 'b'],
  ['least(true, false)', 'false'],
  ["least('2015-05-18'::timestamp, '2015-05-17')", '2015-05-17 00:00:00'],
  ["'a' || 1 || true", 'a1true'],
  ["'a' || NULL", 'NULL'],
  ["concat('a', NULL, 1)", 'a1'],
  ["lower('ÄB')", 'äb'],
  ["upper('straße')", 'STRASSE'], // DuckDB: STRAẞE
  ["length('héllo👍')", '6'],
  ["substr('hello', 2)", 'ello'],
  ["substring('hello', 2, 3)", 'ell'],
  ["substring('hello' FROM 2 FOR 3)", 'ell'],
  ["substr('hello', 0, 3)", 'he'],
  ["substr('hello', -3, 2)", 'll'],
  ["substr('a👍b', 2, 1)", '👍'],
  ["substr('hello', 10)", ''],
  ["left('hello', 2)", 'he'],
  ["left('hello', -2)", 'hel'],
  ["right('hello', 2)", 'lo'],
  ["right('hello', -2)", 'llo'],
  ["split_part('a b c', ' ', 2)", 'b'],
  ["split_part('a b c', ' ', -1)", 'c'],
  ["split_part('a b', ' ', 5)", ''],
  ["split_part('a b', ' ', 0)", ''],
  ["split_part('abc', '', 1)", 'abc'], // DuckDB: a
  ["starts_with('abc', 'ab')", 'true'],
  ["ends_with('abc', 'bc')", 'true'],
  ["contains('abc', '')", 'true'],
  ["strpos('a👍bc', 'b')", '3'],
  ["position('z' IN 'abc')", '0'],
  ["replace('aXbX', 'X', '$&')", 'a$&b$&'],
  ["replace('aaa', '', 'b')", 'aaa'],
  ["trim('  a ')", 'a'],
  ["trim(BOTH 'x' FROM 'xax')", 'a'],
  ["ltrim('  a ')", 'a '],
  ["ltrim('abc', 'ba')", 'c'],
  ["rtrim('  a ')", '  a'],
  ["rtrim('a👍👍', '👍')", 'a'],
  ["nullif('a', 'a')", 'NULL'],
  ['nullif(1, 2)', '1'],
  ['coalesce(NULL, NULL, 3)', '3'],
  ["if(1 > 2, 'a', 'b')", 'b'],
  ["CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END", 'b'],
  ["'abc' LIKE 'a%'", 'true'],
  ["'ABC' ILIKE '_b_'", 'true'],
  ["'a%c' LIKE 'a\\%c'", 'true'],
  ["'axc' LIKE 'a#%c' ESCAPE '#'", 'false'],
  ['2 IN (1, NULL)', 'NULL'],
  ['1 IN (1, NULL)', 'true'],
  ['2 NOT BETWEEN 1 AND 3', 'false'],
  ['2 BETWEEN SYMMETRIC 3 AND 1', 'true'],
  ['NULL IS UNKNOWN', 'true'],
  ['(1 = 2) IS FALSE', 'true'],
  ["time_bucket('5 minutes', '2015-05-17 10:07:03'::timestamp)", '2015-05-17 10:05:00'],
  ["time_bucket(INTERVAL '1 week', TIMESTAMP '2015-05-17 10:05:03')", '2015-05-11 00:00:00'],
  ["time_bucket('1 month', '2015-05-17'::timestamp)", '2015-05-01 00:00:00'],
  ["time_bucket('3 months', '1969-05-17'::timestamp)", '1969-04-01 00:00:00'],
  ["time_bucket('5 minutes', '2015-05-17 10:07:03'::timestamp, '2015-05-17 10:01:00')", '2015-05-17 10:06:00'],
  ["time_bucket('1 month', '2015-05-10'::timestamp, '2015-01-15')", '2015-04-15 00:00:00'],
  ["date_trunc('hour', '2015-05-17 10:05:03'::timestamp)", '2015-05-17 10:00:00'],
  ["date_trunc('week', '2015-05-17'::timestamp)", '2015-05-11 00:00:00'],
  ["date_trunc('quarter', '2015-05-17'::timestamp)", '2015-04-01 00:00:00'],
  ["date_trunc('year', '1969-05-17'::timestamp)", '1969-01-01 00:00:00'],
  ["date_trunc('decade', '2015-05-17'::timestamp)", '2010-01-01 00:00:00'],
  ["'2015-05-17 10:05:03'::date", '2015-05-17 00:00:00'],
  ["extract(year FROM '2015-05-17'::timestamp)", '2015'],
  ["extract(quarter FROM '2015-05-17'::timestamp)", '2'],
  ["date_part('month', '2015-05-17'::timestamp)", '5'],
  ["day('2015-05-17'::timestamp)", '17'],
  ["hour('2015-05-17 10:05:03'::timestamp)", '10'],
  ["minute('2015-05-17 10:05:03'::timestamp)", '5'],
  ["second('2015-05-17 10:05:03.5'::timestamp)", '3'],
  ["extract(milliseconds FROM '2015-05-17 10:05:03.5'::timestamp)", '3500'],
  ["extract(microseconds FROM '2015-05-17 10:05:03.5'::timestamp)", '3500000'],
  ["extract(dow FROM '2015-05-17'::timestamp)", '0'],
  ["extract(isodow FROM '2015-05-17'::timestamp)", '7'],
  ["extract(doy FROM '2015-05-17'::timestamp)", '137'],
  ["extract(week FROM '2015-05-17'::timestamp)", '20'],
  ["week('2021-01-03'::timestamp)", '53'],
  ["extract(epoch FROM '2015-05-17 10:05:03.5'::timestamp)", '1431857103.5'],
  ["epoch_ms('1969-12-31 23:59:59.9995'::timestamp)", '-1'], // DuckDB: 0
  ["epoch_us('1970-01-01 00:00:01'::timestamp)", '1000000'],
  ['to_timestamp(1431857103)', '2015-05-17 10:05:03'],
  ["utc('17/May/2015:10:05:03 +0230')", '2015-05-17 07:35:03'],
  ["utc('2015-05-17 10:05:03')", '2015-05-17 10:05:03'],
  ['to_timestamp(1431857103.123456)', '2015-05-17 10:05:03.123456'],
  ["'2015-01-31'::timestamp + INTERVAL '1 month'", '2015-02-28 00:00:00'],
  ["'2015-03-31'::timestamp - INTERVAL '1 month 1 day'", '2015-02-27 00:00:00'],
  ["'2015-05-17'::timestamp - INTERVAL '90 minutes'", '2015-05-16 22:30:00'],
  [
    "strftime('2015-05-07 03:05:03.5'::timestamp, '%Y-%m-%d %H:%M:%S.%f %j %a %A %b %B %y %I %p %% %F %T %w %u')",
    '2015-05-07 03:05:03.500000 127 Thu Thursday May May 15 03 AM % 2015-05-07 03:05:03 4 4',
  ],
];

describe('functions and operators', () => {
  it.each(cases)('%s is %s', async (expression, expected) => {
    expect(await compute(expression)).toBe(expected);
  });

  it.each([
    ['9223372036854775807 + 1', '9223372036854775808 is outside 64 bits at 27'],
    ['-9223372036854775807 - 2', '-9223372036854775809 is outside 64 bits at 28'],
    ['(-9223372036854775807 - 1) // -1', '9223372036854775808 is outside 64 bits at 34'],
    ['abs(-9223372036854775807 - 1)', '9223372036854775808 is outside 64 bits at 7'],
    ['1e308 * 10', 'the number is too large at 13'],
    ["substr('hello', 2, -1)", 'the length of a substring is negative at 7'],
    ['to_timestamp(1e300)', 'the timestamp is outside 64 bits at 7'],
  ])('%s fails', async (expression, message) => {
    await expect(compute(expression)).rejects.toThrow(`Cannot bind query: ${message}`);
  });
});

describe('the table', () => {
  it('has one entry per id', () => {
    const ids = functionTable.map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a case for every name that can be called', () => {
    const text = cases
      .map(([expression]) => expression)
      .join(' ')
      .toLowerCase();
    const untried = functionTable
      .filter((entry) => entry.syntax === 'function')
      .map((entry) => entry.name)
      .filter((name) => !new RegExp(`\\b${name}`).test(text) && name !== 'substring');
    expect(untried).toEqual([]);
  });
});
