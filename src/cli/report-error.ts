/**
 * The last words of a run that failed, on stderr, and its exit code. A user's mistake never shows a stack trace, unless
 * MILLRACE_DEBUG=1 asks for it.
 */
import { QueryError, RunError, StrictError, UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { displayWidth } from '../outputs/display-width.ts';

export function reportError(error: unknown): number {
  process.stderr.write(errorText(error, process.env.MILLRACE_DEBUG === '1'));
  return error instanceof StrictError ? 1 : 2;
}

export function errorText(error: unknown, isDebugging: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const isExpected = error instanceof UsageError || error instanceof RunError || error instanceof StrictError;
  let text = `millrace: ${printable(isExpected ? message : `Unexpected failure: ${message}`)}\n`;
  if (error instanceof QueryError) text += underlined(error.excerpt());
  if (isDebugging) text += `${stackOf(error)}\n`;
  else if (!isExpected) text += 'This is a bug in millrace: MILLRACE_DEBUG=1 shows where it happened\n';
  return text;
}

/** The excerpt, indented, its caret put under the character as it is displayed. */
function underlined(excerpt: string): string {
  const [line = '', caret = ''] = excerpt.split('\n');
  const before = displayWidth(printable(line.slice(0, caret.length - 1)));
  return `  ${printable(line)}\n  ${' '.repeat(before)}^\n`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}
