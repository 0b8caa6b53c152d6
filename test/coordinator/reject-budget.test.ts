/** How many rejects are too many, and what is said then. */
import { expect, it } from 'vitest';
import {
  exceededMessage,
  isExceeded,
  parseRejectBudget,
  type RejectBudget,
} from '../../src/coordinator/reject-budget.ts';
import { UsageError } from '../../src/core/errors.ts';

const records = (read: number, rejected: number) => ({ read, matched: read - rejected, filtered: 0, rejected });
const three: RejectBudget = { type: 'count', most: 3 };
const onePercent: RejectBudget = { type: 'share', share: 0.01 };

it.each<[string, RejectBudget]>([
  ['0', { type: 'count', most: 0 }],
  ['100', { type: 'count', most: 100 }],
  ['0.5%', { type: 'share', share: 0.005 }],
  ['100%', { type: 'share', share: 1 }],
])('reads %s', (text, budget) => {
  expect(parseRejectBudget(text)).toEqual(budget);
});

it.each(['', '-1', '1.5', '101%', '%', 'many'])('refuses "%s"', (text) => {
  expect(() => parseRejectBudget(text)).toThrow(UsageError);
});

it.each<[RejectBudget, number, number, boolean, boolean]>([
  [three, 10, 3, false, false],
  [three, 10, 4, false, true],
  [onePercent, 100, 2, false, false], // too few records to tell
  [onePercent, 100, 2, true, true],
  [onePercent, 10_000, 100, false, false],
  [onePercent, 10_000, 101, false, true],
  [onePercent, 0, 0, true, false],
])('%o: of %i records %i rejected, at the end: %s, is too many: %s', (budget, read, rejected, isEnd, exceeded) => {
  expect(isExceeded(budget, records(read, rejected), isEnd)).toBe(exceeded);
});

it('says how many, and names the first', () => {
  const rejects = [1, 2, 3, 4].map((offset) => ({
    ...{ file: 'a.log', offset, reason: 'malformed record', record: new Uint8Array(0) },
  }));
  expect(exceededMessage(three, records(10, 4), rejects)).toBe(
    'Cannot go on: 4 of 10 records were rejected, more than the 3 allowed, among them a.log:1 (malformed record), a.log:2 (malformed record), a.log:3 (malformed record): raise --max-rejects, or keep them with --rejects to see what is wrong',
  );
});
