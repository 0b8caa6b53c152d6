import { describe, expect, it } from 'vitest';
import { QueryError } from '../../src/core/errors.ts';
import type { FormatSpec } from '../../src/formats/format.ts';
import { type BoundQuery, bindQuery } from '../../src/query/bind.ts';
import { describePlan } from '../../src/query/describe-plan.ts';
import { parseQuery } from '../../src/query/parse.ts';
import { combined, csv, json } from './sample-formats.ts';

async function bind(format: FormatSpec, sql: string): Promise<BoundQuery> {
  return bindQuery(await parseQuery(sql), format);
}

/** The query first, so that it names the test. */
function titled<Rest extends readonly unknown[]>(rows: readonly (readonly [FormatSpec, string, ...Rest])[]) {
  return rows.map(([format, sql, ...rest]) => [sql, format, ...rest] as const);
}

describe('whole plans', () => {
  it('groups, orders and limits', async () => {
    const sql = `SELECT status, count(*) AS hits FROM logs WHERE time >= '2015-05-17' GROUP BY 1 ORDER BY hits DESC LIMIT 3`;
    const { plan, warnings } = await bind(combined, sql);
    const status = { kind: 'column', type: 'integer', column: 1, at: 7 };
    expect(warnings).toEqual([]);
    expect(plan).toEqual({
      sql,
      format: combined,
      columns: [
        { name: 'time', source: 'field' },
        { name: 'status', source: 'field' },
      ],
      filter: {
        kind: 'call',
        type: 'boolean',
        fn: 'ge(timestamp,timestamp)',
        args: [
          { kind: 'column', type: 'timestamp', column: 0, at: 48 },
          { kind: 'literal', type: 'timestamp', value: 1431820800000000n, at: 56 },
        ],
        at: 53,
      },
      shape: 'grouped',
      keys: [status],
      aggregates: [
        {
          name: 'count',
          distinct: false,
          args: [],
          params: [],
          filter: null,
          type: 'integer',
          states: [{ kind: 'count', arg: -1 }],
        },
      ],
      outputs: [
        { name: 'status', type: 'integer', expr: { kind: 'key', type: 'integer', index: 0, at: 7 } },
        { name: 'hits', type: 'integer', expr: { kind: 'aggregate', type: 'integer', index: 0, at: 15 } },
      ],
      having: null,
      orderBy: [
        { expr: { kind: 'aggregate', type: 'integer', index: 0, at: 15 }, descending: true, nullsFirst: false },
      ],
      limit: 3,
      offset: 0,
    });
  });

  it('selects rows in file order', async () => {
    const sql = `SELECT "id.orig_h", req.path, _offset FROM 'a.json' LIMIT 2 OFFSET 1`;
    const { plan } = await bind(json, sql);
    expect(plan).toEqual({
      sql,
      format: json,
      columns: [
        { name: 'id.orig_h', source: 'field', literal: true },
        { name: 'req.path', source: 'field' },
        { name: '_offset', source: '_offset' },
      ],
      filter: null,
      shape: 'rows',
      keys: [],
      aggregates: [],
      outputs: [
        { name: 'id.orig_h', type: 'text', expr: { kind: 'column', type: 'text', column: 0, at: 7 } },
        { name: 'req.path', type: 'text', expr: { kind: 'column', type: 'text', column: 1, at: 20 } },
        { name: '_offset', type: 'integer', expr: { kind: 'column', type: 'integer', column: 2, at: 30 } },
      ],
      having: null,
      orderBy: [],
      limit: 2,
      offset: 1,
    });
  });
});

/** What a plan says of itself, without its format. */
async function described(format: FormatSpec, sql: string): Promise<Record<string, string>> {
  const lines = describePlan((await bind(format, sql)).plan).split('\n');
  return Object.fromEntries(lines.slice(1).map((line) => [line.slice(0, 10).trim(), line.slice(12)]));
}

describe('meaning', () => {
  it.each(
    titled<[Record<string, string>]>([
      [combined, 'SELECT STATUS, status FROM logs', { columns: 'status', output: 'status integer, status_1 integer' }],
      [combined, 'SELECT count(*)', { columns: '(none)', 'group by': '(everything)', aggregates: 'count(*) by count' }],
      [combined, 'SELECT count()', { aggregates: 'count(*) by count' }],
      [combined, 'SELECT path FROM logs WHERE 1 = 1', { columns: 'path', output: 'path text' }],
      [combined, 'SELECT path FROM logs WHERE false AND status = 1', { columns: 'path', filter: 'false' }],
      [combined, 'SELECT path FROM logs WHERE status = 1 AND false', { filter: '((status::integer = 1) and false)' }],
      [combined, "SELECT path WHERE status = '404'", { filter: '(status::integer = 404)' }],
      [combined, "SELECT path WHERE status = '1.5'", { filter: '(cast(status::integer as double) = 1.5)' }],
      [combined, 'SELECT path WHERE status IN (200, NULL)', { filter: 'status::integer in (200, null)' }],
      [
        combined,
        'SELECT path WHERE status NOT BETWEEN 1 AND 2',
        { filter: 'not ((status::integer >= 1) and (status::integer <= 2))' },
      ],
      [
        combined,
        'SELECT path WHERE status IN (bytes, 2)',
        { filter: '((status::integer = bytes::integer) or (status::integer = 2))' },
      ],
      [
        combined,
        "SELECT path WHERE time > '2015-05-17'::timestamp + INTERVAL '90' MINUTE",
        { filter: "(time::timestamp > '2015-05-17 01:30:00')" },
      ],
      [combined, "SELECT path || ':' || status AS x", { columns: 'path, status', output: 'x text' }],
      [
        combined,
        'SELECT time::date AS day, count(*) GROUP BY day',
        { 'group by': "time_bucket(interval '1 day', time::timestamp)" },
      ],
      [combined, 'SELECT extract(hour FROM time) AS h, count(*) GROUP BY ALL', { 'group by': 'hour(time::timestamp)' }],
      [combined, 'SELECT lower(path), lower(path) || 1 GROUP BY lower(path)', { 'group by': 'lower(path)' }],
      [combined, 'SELECT DISTINCT status, method', { 'group by': 'status::integer, method', aggregates: '(none)' }],
      [
        combined,
        'SELECT status GROUP BY status HAVING sum(bytes) > 5 ORDER BY max(time)',
        { having: '(sum(bytes::integer) > 5)', 'order by': 'max(time::timestamp)' },
      ],
      [
        combined,
        'SELECT status, count(*) c GROUP BY 1 HAVING c > 1 ORDER BY 2 DESC NULLS FIRST',
        { having: '(count(*) > 1)', 'order by': 'count(*) desc nulls first' },
      ],
      [
        combined,
        'SELECT sum(bytes) / count(*), sum(bytes)',
        { aggregates: 'sum(bytes::integer) by sumInteger, count(*) by count' },
      ],
      [
        combined,
        'SELECT count(*) FILTER (WHERE status >= 500)',
        { aggregates: 'count(*) filter (where (status::integer >= 500)) by count' },
      ],
      [
        combined,
        'SELECT count(DISTINCT path), min(DISTINCT path), min(path)',
        { aggregates: 'count(distinct path) by distinct, min(path) by minText' },
      ],
      [
        combined,
        'SELECT p999(bytes), quantile(bytes, 0.999)',
        { aggregates: 'quantile(cast(bytes::integer as double), 0.999) by ddsketch' },
      ],
      [
        combined,
        'SELECT bytes * 2 AS b, b + 1 AS c WHERE b > 3',
        { filter: '((bytes::integer * 2) > 3)', output: 'b integer, c integer' },
      ],
      [
        combined,
        'SELECT bytes / 2, bytes // 2, -bytes, bytes % 2',
        { output: 'bytes / 2 double, bytes // 2 integer, -bytes integer, bytes % 2 integer' },
      ],
      [
        combined,
        'SELECT nullif(status, 200), coalesce(bytes, 0), greatest(bytes, 1.5)',
        { output: 'nullif(status, 200) integer, coalesce(bytes, 0) integer, greatest(bytes, 1.5) double' },
      ],
      [combined, 'SELECT 1 WHERE ok IS NOT TRUE', { filter: 'not case when ok::boolean then true else false end' }],
      [
        combined,
        'SELECT 1 WHERE CASE status WHEN 1 THEN ok ELSE false END',
        { filter: 'case when (status::integer = 1) then ok::boolean else false end' },
      ],
      [combined, 'SELECT try_cast(bytes AS integer) x', { output: 'x integer', columns: 'bytes' }],
      [combined, 'SELECT sum(path::double)', { aggregates: 'sum(path::double) by sumDouble' }],
      [json, 'SELECT x + 1 AS y', { output: 'y double' }],
      [
        json,
        'SELECT sum(x), max(x), max(msg), count(x)',
        {
          aggregates:
            'sum(x::double) by sumDouble, max(x::double) by maxDouble, max(msg) by maxText, count(x) by countValid',
        },
      ],
      [
        json,
        'SELECT x WHERE x = 5 AND y = 9007199254740993',
        { filter: '((x::double = 5.0) and (y::integer = 9007199254740993))' },
      ],
      [json, "SELECT x WHERE ts > '2015-05-17'", { filter: "(ts::timestamp > '2015-05-17 00:00:00')" }],
      [json, "SELECT date_trunc('week', ts) w", { output: 'w timestamp' }],
      [json, 'SELECT eventid', { columns: 'EventID', output: 'EventID integer' }],
      [json, 'SELECT l.req.path FROM logs AS l', { columns: 'req.path' }],
      [json, 'SELECT x AS v, v + 1 AS w FROM logs', { columns: 'x', output: 'v text, w double' }],
      [json, 'SELECT x, x + 1 AS y FROM logs GROUP BY x', { 'group by': 'x', output: 'x text, y double' }],
      [csv, 'SELECT sum(Name), NAME FROM logs GROUP BY 2', { aggregates: 'sum(Name::double) by sumDouble' }],
    ]),
  )('%s', async (sql, format, expected) => {
    expect(await described(format, sql)).toMatchObject(expected);
  });

  it('warns of a key that no record of the sample has and that is near one that it has', async () => {
    const { warnings } = await bind(json, 'SELECT statsu, anything FROM logs');
    expect(warnings).toEqual(['No record in the sample has "statsu": did you mean "status"?']);
  });

  it('says that * is the keys of the sample', async () => {
    const { warnings, plan } = await bind(json, 'SELECT * FROM logs');
    expect(warnings).toEqual(['SELECT * shows the keys of the sample: name others to see them']);
    expect(plan.outputs.map((output) => output.name)).toEqual(['status', 'ts', 'msg', 'id.orig_h', 'EventID']);
  });
});

describe('mistakes', () => {
  it.each(
    titled<[number, string]>([
      [combined, 'select statsu from logs', 7, 'unknown column "statsu" at 7: did you mean "status"?'],
      [
        combined,
        'select a.b',
        7,
        'unknown column "a.b" at 7: columns are client, time, method, path, status, bytes, ok, score',
      ],
      [csv, 'select nAME, "name"', 13, 'unknown column "name" at 13: did you mean "Name"?'],
      [
        { ...csv, columns: csv.columns.map((c) => (c.name === 'n' ? { ...c, name: 'NAME' } : c)) },
        'select name',
        7,
        'ambiguous column "name" at 7: write one of "Name", "NAME"',
      ],
      [combined, 'select p95x(bytes)', 7, 'unknown function "p95x" at 7: did you mean "p95"?'],
      [combined, 'select lowr(path)', 7, 'unknown function "lowr" at 7: did you mean "lower"?'],
      [combined, 'select eq(1, 2)', 7, 'unknown function "eq" at 7'],
      [
        combined,
        'select path, count(*)',
        7,
        'column "path" is neither grouped nor aggregated at 7: add it to GROUP BY, or write min or max',
      ],
      [
        combined,
        'select *, count(*)',
        7,
        'column "client" is neither grouped nor aggregated at 7: add it to GROUP BY, or write min or max',
      ],
      [
        combined,
        'select path having count(*) > 1',
        7,
        'column "path" is neither grouped nor aggregated at 7: add it to GROUP BY, or write min or max',
      ],
      [combined, 'select count(*) where count(*) > 1', 22, 'count is an aggregate and cannot stand in WHERE at 22'],
      [combined, 'select count(*) c where c > 1', 7, 'count is an aggregate and cannot stand in WHERE at 7'],
      [combined, 'select count(*) c group by c', 7, 'count is an aggregate and cannot stand in GROUP BY at 7'],
      [combined, 'select count(*) c group by 1', 27, 'GROUP BY position 1 is an aggregate at 27'],
      [combined, 'select sum(sum(bytes))', 11, 'sum is an aggregate and cannot stand in the arguments of sum at 11'],
      [combined, 'select path group by 3', 21, 'GROUP BY position 3 is not in the select list at 21: it has 1 column'],
      [
        combined,
        'select path, bytes order by 0',
        28,
        'ORDER BY position 0 is not in the select list at 28: it has 2 columns',
      ],
      [
        combined,
        'select distinct method order by path',
        32,
        'column "path" is not selected, so DISTINCT has no value to sort by at 32',
      ],
      [
        combined,
        'select distinct count(*) group by path',
        16,
        'DISTINCT over groups whose keys are not all selected is not supported at 16: select every key',
      ],
      [combined, 'select sum(path)', 7, 'cannot use sum(text) at 7: cast the argument, like x::double'],
      [combined, 'select sum(time)', 7, 'cannot use sum(timestamp) at 7: write sum(x)'],
      [combined, 'select sum(*)', 7, 'cannot use sum(*) at 7: write sum(x)'],
      [combined, 'select sum(distinct bytes)', 7, 'sum(DISTINCT ...) is not supported at 7'],
      [
        combined,
        'select count(bytes, 1)',
        7,
        'cannot use count(integer, integer) at 7: write count(*), count(x), count(DISTINCT x)',
      ],
      [combined, 'select quantile(bytes)', 7, 'cannot use quantile(integer) at 7: write quantile(x, fraction)'],
      [combined, 'select quantile(bytes, 2)', 23, 'the fraction of a quantile is between 0 and 1, not 2 at 23'],
      [combined, 'select quantile(bytes, bytes)', 23, 'quantile needs a constant number at 23'],
      [
        combined,
        "select 1 where time > 'noon'",
        22,
        `"noon" is not a timestamp at 22: write it like '2026-10-01' or '2026-10-01 12:30:00'`,
      ],
      [combined, "select 1 where status = 'abc'", 24, '"abc" is not an integer at 24'],
      [combined, "select 1 where ok = 'abc'", 20, '"abc" is not a boolean at 20'],
      [combined, "select '12x'::integer", 7, '"12x" is not an integer at 7'],
      [combined, "select interval 'soon'", 16, `"soon" is not an interval at 16: write it like '5 minutes'`],
      [combined, "select interval '1 day'", 16, 'an interval cannot be a result at 16: add it to a time'],
      [combined, 'select status = path', 14, 'cannot compare integer and text at 14: cast one side, like x::text'],
      [
        combined,
        'select case when ok then 1 else path end',
        7,
        'cannot choose between integer and text at 7: cast one side, like x::text',
      ],
      [
        combined,
        'select status + path',
        14,
        'cannot compute integer + text at 14: cast the operands to numbers, like x::double',
      ],
      [combined, 'select -path', 7, 'cannot compute - text at 7: cast the operands to numbers, like x::double'],
      [
        combined,
        'select time - time',
        12,
        'cannot compute timestamp - timestamp at 12: write epoch(a) - epoch(b), in seconds',
      ],
      [
        combined,
        'select time + 1',
        12,
        "cannot compute timestamp + integer at 12: add or subtract an interval, like time - INTERVAL '1 hour'",
      ],
      [combined, 'select score // 2', 13, 'cannot compute double // integer at 13: write floor(a / b)'],
      [combined, 'select 9223372036854775807 + 1', 27, '9223372036854775808 is outside 64 bits at 27'],
      [combined, 'select length(status)', 7, 'there is no length(integer) at 7: there is length(text)'],
      [combined, 'select lower(*)', 7, 'lower(*) has no meaning at 7'],
      [combined, 'select lower(distinct path)', 7, 'DISTINCT is for aggregates, not for lower at 7'],
      [combined, 'select lower(path) filter (where ok)', 7, 'FILTER is for aggregates, not for lower at 7'],
      [combined, 'select nullif(1, 2), if(ok, 1)', 21, 'wrong number of arguments of if at 21'],
      [
        combined,
        'select lower(path.*)',
        13,
        '"*" is out of place at 13: it stands alone in the select list, or in count(*)',
      ],
      [
        combined,
        'select cast(time as integer)',
        7,
        'cannot cast timestamp to integer at 7: write epoch(x) for its seconds',
      ],
      [combined, "select 1 where status like '4%'", 15, 'LIKE needs text, not an integer at 15: cast it, like x::text'],
      [combined, 'select 1 where path like method', 25, 'LIKE needs a constant pattern at 25'],
      [
        combined,
        "select 1 where path ilike 'a\\'",
        26,
        'the pattern ends with its escape character "\\" at 26: double it',
      ],
      [combined, "select 1 where path like 'a' escape 'xy'", 36, 'ESCAPE needs one constant character at 36'],
      [combined, 'select 1 where path', 15, 'WHERE needs a condition, not text at 15'],
      [combined, 'select 1 where not status', 19, 'NOT needs a condition, not an integer at 19'],
      [combined, "select time_bucket('0 minutes', time)", 7, 'the width of a bucket must be positive at 7'],
      [
        combined,
        "select time_bucket('1 month 1 day', time)",
        7,
        'a bucket is either months or days and shorter, not both at 7',
      ],
      [combined, "select date_trunc('huor', time)", 18, 'unknown unit "huor" at 18: did you mean "hour"?'],
      [
        combined,
        'select date_trunc(path, time)',
        18,
        "date_trunc needs a constant unit at 18: write date_trunc('hour', time)",
      ],
      [combined, "select date_trunc('hour', path)", 26, 'text is not a timestamp at 26: cast it, like x::timestamp'],
      [
        combined,
        "select strftime(time, '%Q')",
        7,
        'unknown time directive "%Q": known are %Y %y %m %d %H %I %p %M %S %f %j %a %A %b %B %w %u %F %T %% at 7',
      ],
      [combined, 'select path limit bytes', 18, 'LIMIT needs a constant count at 18'],
      [combined, 'select path limit -1', 18, 'LIMIT needs a count of 0 or more at 18'],
      [combined, "select path offset 'x'", 19, '"x" is not an integer at 19'],
    ]),
  )('%s', async (sql, format, position, message) => {
    const error = await bind(format, sql).catch((caught: unknown) => caught);
    if (!(error instanceof QueryError)) throw new Error(`Not a QueryError: ${String(error)}`);
    expect(error.message).toBe(`Cannot bind query: ${message}`);
    expect(error.position).toBe(position);
  });
});
