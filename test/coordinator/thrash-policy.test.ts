import { describe, expect, it } from 'vitest';
import { thrashWarning } from '../../src/coordinator/thrash-policy.ts';

type Reason = Parameters<typeof thrashWarning>[0]['retirements'][number]['reason'];

const lives = (count: number, reason: Reason, tasks: number) =>
  Array.from({ length: count }, () => ({ reason, tasks, ms: 5 }));

describe('thrashWarning', () => {
  it.each([
    ['few replacements', lives(7, 'heap', 1), 10_000],
    ['a short run', lives(50, 'heap', 1), 1000],
    ['short lives that cost next to nothing', lives(10, 'arena', 1), 60_000],
    ['long lives', lives(50, 'tasks', 100), 60_000],
    ['deaths, which have words of their own', lives(50, 'died', 1), 10_000],
    ['tasks that were called off', lives(50, 'aborted', 0), 10_000],
  ])('says nothing after %s', (_, retirements, elapsedMs) => {
    expect(thrashWarning({ retirements, elapsedMs, workers: 2 })).toBeNull();
  });

  it('names what workers leave for, what it costs and what helps', () => {
    const retirements = [...lives(8, 'heap', 1), ...lives(2, 'arena', 2), ...lives(3, 'died', 0)];
    expect(thrashWarning({ retirements, elapsedMs: 5000, workers: 2 })).toBe(
      'Workers are replaced after 1.2 tasks on average (10 by now, mostly for their heap), which takes 6 % of their time: raise --worker-heap or --memory, or lower --split',
    );
  });

  it('counts the cost, however many tasks a life has', () => {
    const said = thrashWarning({ retirements: lives(100, 'tasks', 40), elapsedMs: 10_000, workers: 2 });
    expect(said).toBe(
      'Workers are replaced after 40.0 tasks on average (100 by now, mostly for their tasks), which takes 28 % of their time: raise --recycle-after',
    );
  });
});
