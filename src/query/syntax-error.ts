/** Turns the parser's complaint into a message with a position and, where a keyword is misspelt, the word that was meant. */
import { QueryError } from '../core/errors.ts';
import { stackExceeded } from './parser-module.ts';
import { editDistance } from './suggest.ts';
import type { Token } from './tokens.ts';

/** Words that shape a query; a misspelling of another keyword is more likely a name. */
const keywords = [
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP',
  'BY',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'DISTINCT',
  'BETWEEN',
  'LIKE',
  'ILIKE',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'FILTER',
  'AND',
  'NOT',
  'NULL',
  'DESC',
  'ASC',
];

export function syntaxError(sql: string, tokens: readonly Token[], message: string, at: number): QueryError {
  const index = tokens.findIndex((token) => token.start <= at && at < token.end);
  const token = tokens[index];
  const near = token === undefined ? message : `syntax error at or near "${shorten(token.text)}"`;
  const problem = message.startsWith('syntax error') ? near : isTooDeep(message) ? 'nested too deeply' : message;
  const end = token === undefined ? sql.trimEnd().length : at;
  const misspelt = nearestKeyword(tokens, index < 0 ? tokens.length : index);
  const remedy = misspelt === null ? '' : `: did you mean "${misspelt.keyword}"${misspelt.instead}?`;
  return new QueryError(`Cannot parse query: ${problem} at ${end}${remedy}`, sql, end);
}

/** What the grammar says of its own stack, and PostgreSQL of C's. */
function isTooDeep(message: string): boolean {
  return message.startsWith('memory exhausted') || message.startsWith(stackExceeded);
}

/** The parser stumbles at a misspelt keyword, or after it where the word can be taken for a name. */
function nearestKeyword(
  tokens: readonly Token[],
  index: number,
): { readonly keyword: string; readonly instead: string } | null {
  for (const candidate of [index, index - 1, index - 2]) {
    const token = tokens[candidate];
    if (token?.type !== 'name' || token.text.length < 3) continue;
    const word = token.text.toUpperCase();
    if (keywords.includes(word)) continue;
    const limit = word.length < 5 ? 2 : 3;
    const keyword = keywords.find((known) => known.length > 2 && editDistance(word, known, limit) < limit);
    if (keyword !== undefined) {
      return { keyword, instead: candidate === index ? '' : ` instead of "${token.text}"` };
    }
  }
  return null;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
