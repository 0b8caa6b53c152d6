import { expect, it } from 'vitest';
import { suggest } from '../../src/query/suggest.ts';

const names = ['status', 'bytes', 'user_agent', 'p95', 'ip'];

it.each([
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['byte', 'bytes'],
  ['useragent', 'user_agent'],
  ['p95x', 'p95'],
  ['pi', 'ip'],
  ['xy', null],
  ['referrer', null],
  ['', null],
])('%j is near %j', (typed, expected) => {
  expect(suggest(typed, names)).toBe(expected);
});
