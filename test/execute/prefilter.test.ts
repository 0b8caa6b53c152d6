import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prefilterOf } from '../../src/execute/prefilter.ts';
import type { Expr } from '../../src/query/plan.ts';
import { ask } from '../e2e/ask.ts';
import { tempFolder } from '../support/temp-folder.ts';

const agent: Expr = { kind: 'column', type: 'text', column: 0, at: 0 };
const status: Expr = { kind: 'column', type: 'integer', column: 1, at: 0 };
const isBot: Expr = {
  kind: 'like',
  type: 'boolean',
  value: agent,
  pattern: '%bot%',
  ignoreCase: false,
  escape: '',
  at: 0,
};
const isError: Expr = {
  kind: 'call',
  type: 'boolean',
  fn: 'ge(integer,integer)',
  args: [status, { kind: 'literal', type: 'integer', value: 500n, at: 0 }],
  at: 0,
};
const isHigh: Expr = { ...isError, fn: 'gt(integer,integer)' };
const and = (...args: Expr[]): Expr => ({ kind: 'and', type: 'boolean', args, at: 0 });

describe('What is asked first of a filter', () => {
  it('is a comparison behind a search that cannot fail', () => {
    expect(prefilterOf(and(isBot, isError))).toBe(isError);
    expect(prefilterOf(and({ kind: 'not', type: 'boolean', value: isBot, at: 0 }, isError))).toBe(isError);
    expect(prefilterOf(and(isBot, isBot, isError))).toBe(isError);
  });

  it('is nothing where no search stands in front, or where that may reject the record', () => {
    expect(prefilterOf(null)).toBeNull();
    expect(prefilterOf(isBot)).toBeNull();
    expect(prefilterOf(and(isError, isHigh))).toBeNull();
    expect(prefilterOf(and(isError, isBot))).toBeNull();
    const cast: Expr = { kind: 'cast', type: 'text', value: status, lenient: false, at: 0 };
    expect(prefilterOf(and({ ...isBot, value: cast }, isError))).toBeNull();
  });
});

describe('A filter of which a part is asked first', () => {
  it('rejects and filters the records that it would from left to right', async () => {
    const line = (status: string, agent: string) =>
      `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" ${status} 5 "-" ${agent}`;
    const lines = Array.from({ length: 5000 }, (_, i) => [
      line('200', '"a bot"'), // decided by the status
      line('503', '"a bot"'),
      line('503', '"a browser"'),
      line(i % 7 === 0 ? '50x' : '-', '"a bot"'), // no number: rejected; NULL: filtered
      line('50x', '"a browser"'), // not looked at: LIKE is FALSE
      line('50x', '"-"'), // LIKE is NULL, so it is
    ]).flat();
    const path = join(tempFolder(), 'access.log');
    writeFileSync(path, `${lines.join('\n')}\n`);
    const sql = "SELECT count(*) AS n FROM logs WHERE user_agent LIKE '%bot%' AND status >= 500";
    const { rows, records } = await ask(sql, [path]);
    expect(rows).toEqual([{ n: 5000 }]);
    expect(records).toEqual({ read: 30_000, matched: 5000, filtered: 19_285, rejected: 5715 });
  });
});
