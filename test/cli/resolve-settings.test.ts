import { describe, expect, test } from 'vitest';
import { flags, settingNames } from '../../src/cli/flags.ts';
import { type GivenText, resolveSettings } from '../../src/cli/resolve-settings.ts';
import { UsageError } from '../../src/core/errors.ts';

const file = new Map<'memory' | 'workers' | 'header', GivenText>([
  ['memory', { text: '1GiB', where: 'c.yaml: memory' }],
  ['workers', { text: '3', where: 'c.yaml: workers' }],
]);

test('a flag wins over the environment, that over the file, that over the default', () => {
  const fromFlags = new Map([['memory', '4GiB'] as const]);
  const environment = { MILLRACE_MEMORY: '2GiB', MILLRACE_WORKERS: '2', MILLRACE_SPLIT: '' };
  const { settings, given } = resolveSettings(fromFlags, environment, file);
  expect(settings.memory).toBe(4 * 1024 ** 3);
  expect(settings.workers).toBe(2);
  expect(settings.split).toBeUndefined();
  expect(settings.metricsHost).toBe('127.0.0.1');
  expect(Object.fromEntries(given)).toEqual({
    memory: { text: '4GiB', where: '--memory' },
    workers: { text: '2', where: 'MILLRACE_WORKERS' },
  });
});

test('without anything, every setting has its default', () => {
  const { settings } = resolveSettings(new Map(), {}, new Map());
  for (const name of settingNames) expect(settings[name]).toBe(flags[name].initial);
});

describe('values that cannot be used', () => {
  test.each([
    ['memory', '12x', 'Cannot use --memory "12x": write a number and a unit, as in "512MiB"'],
    ['memory', '1MiB', 'Cannot use --memory "1MiB": write 16MiB or more'],
    ['workers', '0', 'Cannot use --workers "0": write a whole number from 1 to 256'],
    ['workers', '1.5', 'Cannot use --workers "1.5": write a whole number from 1 to 256'],
    ['output', 'xml', 'Cannot use --output "xml": use one of table, csv, json, ndjson'],
    ['delimiter', ';;', 'Cannot use --delimiter ";;": write one ASCII character, or \\t for the tab'],
    ['metricsLinger', 'soon', 'Cannot use --metrics-linger "soon": write a number of seconds'],
    [
      'columns',
      'a:uuid',
      'Cannot use --columns "a:uuid": unknown type "uuid": use integer, double, text, boolean or timestamp',
    ],
    [
      'columns',
      'a,,b',
      'Cannot use --columns "a,,b": write names separated by commas, as in "time:timestamp,status:int,path"',
    ],
    ['columns', 'a,a', 'Cannot use --columns "a,a": the name "a" stands there twice'],
  ] as const)('--%s "%s"', (name, text, message) => {
    expect(() => resolveSettings(new Map([[name, text]]), {}, new Map())).toThrow(new UsageError(message));
  });

  test('the message names the variable or the file that holds the value', () => {
    expect(() => resolveSettings(new Map(), { MILLRACE_STRICT: 'perhaps' }, new Map())).toThrow(
      new UsageError('Cannot use MILLRACE_STRICT "perhaps": write "true" or "false"'),
    );
    const wrong = new Map([['header', { text: '7', where: 'c.yaml: header' }] as const]);
    expect(() => resolveSettings(new Map(), {}, wrong)).toThrow(
      new UsageError('Cannot use c.yaml: header "7": write "true" or "false"'),
    );
  });
});

test('columns and delimiters are read', () => {
  const given = new Map([
    ['columns', 'time:timestamp, n:int,path'],
    ['delimiter', '\\t'],
    ['quote', 'none'],
  ] as const);
  const { settings } = resolveSettings(given, {}, new Map());
  expect(settings.columns).toEqual([
    { name: 'time', type: 'timestamp' },
    { name: 'n', type: 'integer' },
    { name: 'path', type: null },
  ]);
  expect(settings.delimiter).toBe('\t');
  expect(settings.quote).toBe('');
});
