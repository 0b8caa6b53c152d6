/** What every part of the conversion needs to know of the text, and how it refuses what the language does not have. */
import { QueryError } from '../../core/errors.ts';
import type { Rewritten } from '../rewrite.ts';
import type { Token } from '../tokens.ts';

export interface Context {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly rewritten: Rewritten;
  /** How deep the expression is that is being converted. */
  readonly nesting: { levels: number };
  /** From PostgreSQL's byte offset, which the parse tree leaves out where it is 0. */
  unit(byte: number | undefined): number;
}

export function refuse(context: Context, problem: string, at: number, remedy = ''): never {
  const tail = remedy === '' ? '' : `: ${remedy}`;
  throw new QueryError(`Cannot parse query: ${problem} at ${at}${tail}`, context.sql, at);
}

export function tokenAt(context: Context, at: number): Token | undefined {
  return context.tokens.find((token) => token.start <= at && at < token.end);
}

/** Position in the list of the token that starts at `at`, or -1. */
export function tokenIndexAt(context: Context, at: number): number {
  return context.tokens.findIndex((token) => token.start === at);
}
