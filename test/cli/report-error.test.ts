import { expect, test } from 'vitest';
import { errorText } from '../../src/cli/report-error.ts';
import { QueryError, RunError, UsageError } from '../../src/core/errors.ts';

test('a mistake is one line', () => {
  expect(errorText(new UsageError('Cannot read "a.log": no such file'), false)).toBe(
    'millrace: Cannot read "a.log": no such file\n',
  );
});

test('a mistake in the query is underlined, on its own line of the query', () => {
  const query = 'SELECT status\nFROM logs WHERE statsu = 1';
  expect(errorText(new QueryError('Cannot bind query: unknown column "statsu"', query, 30), false)).toBe(
    'millrace: Cannot bind query: unknown column "statsu"\n  FROM logs WHERE statsu = 1\n                  ^\n',
  );
});

test('the caret stands under wide characters and escapes as they are displayed', () => {
  const query = "SELECT '日本\x1b' + x";
  expect(errorText(new QueryError('Wrong', query, query.indexOf('x')), false)).toBe(
    `millrace: Wrong\n  SELECT '日本\\x1b' + x\n${' '.repeat(2 + 20)}^\n`,
  );
});

test('escape sequences from file names are shown, not sent', () => {
  expect(errorText(new RunError('Cannot read "\x1b[2J"'), false)).toBe('millrace: Cannot read "\\x1b[2J"\n');
});

test('a bug says so and how to find it; debugging shows the stack and its cause', () => {
  expect(errorText(new TypeError('x is not a function'), false)).toBe(
    'millrace: Unexpected failure: x is not a function\nThis is a bug in millrace: MILLRACE_DEBUG=1 shows where it happened\n',
  );
  const text = errorText(new UsageError('No', { cause: new Error('why') }), true);
  expect(text).toMatch(/^millrace: No\nUsageError: No\n {4}at .*Caused by: Error: why\n {4}at /s);
});
