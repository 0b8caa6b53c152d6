/** What the flags of recovery come to. */
import { describe, expect, test } from 'vitest';
import { stateOptions, wantsSupervision } from '../../src/cli/state-options.ts';

describe('a parent process watches', () => {
  test.each([
    ['nobody asked', {}, false],
    ['asked for', { supervise: true }, true],
    ['functions of the user', { functions: 'mine.js' }, true],
    ['functions, but not wanted', { functions: 'mine.js', supervise: false }, false],
    ['nothing is run', { supervise: true, explain: true }, false],
  ])('%s', (_, said, expected) => {
    expect(wantsSupervision({ supervise: undefined, explain: false, ...said })).toBe(expected);
  });
});

describe('state', () => {
  const first = { state: '/tmp/x', resume: false, blame: false, terminal: null };
  const second = { state: '/tmp/x', resume: true, blame: true, terminal: null };

  test('is kept where it was asked for, and gone on from by a second life', () => {
    const said = { state: 'mine', resume: false };
    expect(stateOptions(said, null)).toEqual({ state: 'mine', resume: false, supervised: null });
    expect(stateOptions(said, first)).toEqual({ state: 'mine', resume: false, supervised: { blame: false } });
    expect(stateOptions(said, second)).toEqual({ state: 'mine', resume: true, supervised: { blame: true } });
  });

  test('is temporary under supervision, where none was asked for', () => {
    const said = { state: undefined, resume: false };
    expect(stateOptions(said, null)).toEqual({});
    const temporary = { state: '/tmp/x', resume: true, durableState: false };
    expect(stateOptions(said, first)).toEqual({ ...temporary, supervised: { blame: false } });
  });
});
