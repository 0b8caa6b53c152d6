/** Real JSON lines: non-ASCII text, dozens of keys in any order, keys with dots, lines of 35 KB. */
import { expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.ts';
import { ask } from './ask.ts';

it('wikiticker: edits of a day', async (context) => {
  const { rows, records } = await ask(
    `SELECT sum(added) AS added, count(DISTINCT "user") AS users,
       count(*) FILTER (WHERE extract(hour FROM time::timestamp) = 17) AS afternoon,
       count(*) FILTER (WHERE channel = '#en.wikipedia') AS english
     FROM logs`,
    [sharedData(context, 'jsonl/wikiticker.jsonl')],
  );
  expect(rows[0]).toEqual({ added: 9385573, users: 10531, afternoon: 2300, english: 11549 });
  expect(records).toEqual({ read: 39244, matched: 39244, filtered: 0, rejected: 0 });
});

it('Windows events: 22 to 189 keys each', async (context) => {
  const { rows, records } = await ask(
    'SELECT EventID, count(*) AS n FROM logs GROUP BY EventID HAVING EventID IN (800, 4103, 12) ORDER BY n DESC',
    [sharedData(context, 'jsonl/windows-events.jsonl')],
  );
  expect(rows).toEqual([
    { EventID: 800, n: 3684 },
    { EventID: 4103, n: 3478 },
    { EventID: 12, n: 2369 },
  ]);
  expect(records.read).toBe(13199);
});

it('Zeek: DNS as JSON lines, keys that hold dots', async (context) => {
  const { rows, records } = await ask(
    `SELECT count(*) FILTER (WHERE rcode_name = 'NOERROR') AS ok, count(*) FILTER (WHERE rcode_name = 'NXDOMAIN') AS unknown,
       count(*) FILTER (WHERE query = 'ise.wrccdc.org') AS ise, p99(rtt) AS p99, count("id.orig_h") AS hosts
     FROM logs`,
    [sharedData(context, 'jsonl/zeek/dns.json')],
  );
  const { p99, ...exact } = rows[0] ?? {};
  expect(exact).toEqual({ ok: 42010, unknown: 2097, ise: 22160, hosts: 53615 });
  expect(Math.abs(Number(p99) - 0.1353)).toBeLessThanOrEqual(0.01 * 0.1353 + 0.00005);
  expect(records.read).toBe(53615);
});

it('GitHub events: nested objects, long lines', async (context) => {
  const { rows } = await ask(
    "SELECT count(*) FILTER (WHERE type = 'PushEvent') AS pushes, count(DISTINCT actor.id) AS actors FROM logs",
    [sharedData(context, 'jsonl/gharchive.jsonl')],
  );
  expect(rows[0]).toEqual({ pushes: 425, actors: 573 });
});
