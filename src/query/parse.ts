/**
 * SQL text to Ast, by PostgreSQL's own parser compiled to WebAssembly, which is loaded when first needed. Why this parser:
 * README.md beside this file.
 */
import { QueryError } from '../core/errors.ts';
import type { Ast, TableReference } from './ast.ts';
import { convert } from './convert.ts';
import { loadParser } from './parser-module.ts';
import { unitsFromBytes } from './positions.ts';
import { rewrite } from './rewrite.ts';
import { syntaxError } from './syntax-error.ts';
import { tokenize } from './tokens.ts';

/** Throws QueryError with the position of what is wrong or not supported. */
export async function parseQuery(sql: string): Promise<Ast> {
  if (sql.trim() === '') throw new QueryError('Cannot parse query: it is empty: write SELECT ... FROM ...', sql, 0);
  const zero = sql.indexOf('\0');
  if (zero >= 0) throw new QueryError(`Cannot parse query: a NUL character at ${zero}`, sql, zero);
  const tokens = tokenize(sql);
  const rewritten = rewrite(sql, tokens);
  const toUnits = unitsFromBytes(rewritten.text);
  const outcome = loadParser()(rewritten.text);
  if (outcome.type === 'error') {
    throw syntaxError(sql, tokens, outcome.message, cursorUnits(rewritten.text, outcome.position));
  }
  const context = { sql, tokens, rewritten, nesting: { levels: 0 }, unit: (byte?: number) => toUnits(byte ?? 0) };
  return convert(context, outcome.tree);
}

/** Errors, unlike the tree, are placed by characters. */
function cursorUnits(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join('').length;
}

/** Where the records come from. */
export function sourceOf(ast: Ast): TableReference['source'] {
  return ast.from.source;
}
