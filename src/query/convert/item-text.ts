/** The text of one item of the select list, from its tokens: the parse tree knows only where it begins. */
import { isWord, spelling, type Token } from '../tokens.ts';
import { type Context, tokenIndexAt } from './context.ts';

const clauseWords = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'WINDOW',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
  'UNION',
  'INTERSECT',
  'EXCEPT',
];

/** `parsedAlias`: the alias as the parser folded it; its token is the item's last and gives the spelling. */
export function itemText(
  context: Context,
  at: number,
  parsedAlias: string | null,
): { readonly text: string; readonly alias: string | null } {
  const tokens = itemTokens(context.tokens, tokenIndexAt(context, at));
  const last = tokens.at(-1);
  const start = tokens[0]?.start ?? at;
  const text = context.sql.slice(start, last?.end ?? at).replace(/\s+/g, ' ');
  if (parsedAlias === null) return { text, alias: null };
  const typed = last === undefined ? parsedAlias : spelling(last);
  return { text, alias: typed.toLowerCase() === parsedAlias.toLowerCase() ? typed : parsedAlias };
}

function itemTokens(tokens: readonly Token[], first: number): readonly Token[] {
  if (first < 0) return [];
  let depth = 0;
  for (let index = first; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.text === '(') depth++;
    else if (token?.text === ')') depth--;
    else if (depth === 0 && index > first && token !== undefined && endsItem(tokens, index)) {
      return tokens.slice(first, index);
    }
  }
  return tokens.slice(first);
}

function endsItem(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.text === ',' || token?.text === ';') return true;
  const before = tokens[index - 1];
  if (before?.text === '.' || isWord(before, 'DISTINCT')) return false; // l.order, IS DISTINCT FROM
  return clauseWords.some((keyword) => isWord(token, keyword));
}
