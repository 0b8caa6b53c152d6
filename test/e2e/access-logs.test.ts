/** Real access logs, whose answers were computed with independent tools (the collection's README says which). */
import { expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.ts';
import { ask } from './ask.ts';

/** Within the sketch's stated relative error of one per cent. */
function expectNear(found: unknown, exact: number): void {
  expect(Math.abs(Number(found) - exact)).toBeLessThanOrEqual(exact * 0.01);
}

const naive = 'access/apache-combined-157k.log';

it('a week of Apache: totals, whatever stands inside the quotes', async (context) => {
  const { rows, records } = await ask(
    `SELECT count(*) AS n, sum(bytes) AS bytes, count(DISTINCT client) AS clients, p99(bytes) AS p99,
       count(*) FILTER (WHERE status = 404) AS missing, count(*) FILTER (WHERE status = 304) AS unmodified,
       count(*) FILTER (WHERE status = 200) AS ok, sum(bytes) FILTER (WHERE status = 200) AS okBytes
     FROM logs`,
    [sharedData(context, naive)],
  );
  const { p99, ...exact } = rows[0] ?? {};
  expect(exact).toEqual({
    n: 157433,
    bytes: 591227193,
    clients: 3282,
    missing: 321,
    unmodified: 95054,
    ok: 50883,
    okBytes: 546202881,
  });
  expectNear(p99, 45038);
  expect(records).toEqual({ read: 157433, matched: 157433, filtered: 0, rejected: 0 });
});

it('a week of Apache: requests per day of the server', async (context) => {
  // the log is written at -0400, and a day is the day that the server wrote
  const { rows } = await ask(`SELECT date_trunc('day', time) AS day, count(*) AS n FROM logs GROUP BY day`, [
    sharedData(context, naive),
  ]);
  expect(rows.map(({ day, n }) => [day, n])).toEqual(
    [20694, 25553, 25617, 29356, 27911, 22361, 5941].map((n, i) => [`2015-08-0${i + 3} 00:00:00`, n]),
  );
});

it('a week of Apache: the most wanted path', async (context) => {
  const { rows } = await ask('SELECT path, count(*) AS n FROM logs GROUP BY path ORDER BY n DESC LIMIT 1', [
    sharedData(context, naive),
  ]);
  expect(rows[0]?.n).toBe(3528);
  expect(rows[0]?.path).toMatch(/^\/sites\/default\/files\/css\/css_I633/);
});

it('elastic: ten thousand lines, not sorted by time, sizes missing', async (context) => {
  const { rows } = await ask(
    `SELECT count(*) FILTER (WHERE status = 404) AS missing, sum(bytes) AS bytes, count(bytes) AS sized,
       p99(bytes) AS p99, count(*) FILTER (WHERE path = '/favicon.ico') AS icons,
       count(*) FILTER (WHERE date_trunc('hour', time) = '2015-05-19 19:00:00') AS evening
     FROM logs`,
    [sharedData(context, 'access/elastic-apache_logs.log')],
  );
  const { p99, ...exact } = rows[0] ?? {};
  expect(exact).toEqual({ missing: 213, bytes: 2747282740, sized: 9331, icons: 807, evening: 136 });
  expectNear(p99, 1199558);
});

it('NASA: the common format of 1995', async (context) => {
  const { rows, records } = await ask(
    `SELECT count(*) AS n, sum(bytes) AS bytes, count(*) FILTER (WHERE status = 404) AS missing,
       count(DISTINCT client) AS clients,
       count(*) FILTER (WHERE extract(hour FROM time) = 17) AS afternoon
     FROM logs`,
    [sharedData(context, 'access/nasa-50k.log')],
  );
  expect(rows[0]).toEqual({ n: 50000, bytes: 1246610351, missing: 239, clients: 4094, afternoon: 3671 });
  expect(records.read).toBe(50000);
});

it('Rootly: production traffic of 2025', async (context) => {
  const { rows, records } = await ask(
    'SELECT count(*) FILTER (WHERE status = 401) AS denied, count(*) AS n FROM logs',
    [sharedData(context, 'access/rootly/apache/apache_access.log')],
  );
  expect(rows[0]).toEqual({ denied: 1335, n: 4775 });
  expect(records.read).toBe(4775);
});
