import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { UsageError } from '../../src/core/errors.ts';

test('flags and other arguments mix; `-` is an argument; after `--` everything is', () => {
  const { given, positionals } = parseArguments([
    ...['query', '--memory=1GiB', 'SELECT 1', '-o', 'json', 'a.log', '--no-progress', '-', '--', '--b.log'],
  ]);
  expect(Object.fromEntries(given)).toEqual({ memory: '1GiB', output: 'json', progress: 'false' });
  expect(positionals).toEqual(['query', 'SELECT 1', 'a.log', '-', '--b.log']);
});

test('the last of two equal flags wins, also of a switch and its opposite', () => {
  const { given } = parseArguments(['--workers', '1', '--workers', '2', '--strict', '--no-strict']);
  expect(Object.fromEntries(given)).toEqual({ workers: '2', strict: 'false' });
});

describe('mistakes', () => {
  test.each([
    [['--fromat', 'csv'], 'Unknown flag "--fromat": did you mean "--format"?'],
    [['--max-recrod=5'], 'Unknown flag "--max-recrod": did you mean "--max-record"?'],
    [['--zzzzzzz'], 'Unknown flag "--zzzzzzz": "millrace help" lists them'],
    [['-z'], 'Unknown flag "-z": "millrace help" lists them'],
    [['--no-memory'], 'Unknown flag "--no-memory": did you mean "--memory"?'],
    [['--memory'], 'Cannot use --memory: it needs a value: write --memory SIZE'],
    [['--memory', '--strict'], 'Cannot use --memory: it needs a value: write --memory SIZE'],
    [['--strict=yes'], 'Cannot use --strict=yes: the flag takes no value: write --strict'],
  ])('%j: %s', (args, message) => {
    expect(() => parseArguments(args)).toThrow(new UsageError(message));
  });
});
