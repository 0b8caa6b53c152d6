/**
 * Makes PostgreSQL's grammar take what DuckDB's users type, by replacing words with others of the same length: every
 * position in the parse tree stays true, and what was meant is remembered by position.
 *
 *   FROM 'logs/*.log'   becomes  FROM "fffffffffffff"   (the name itself could be cut at 63 bytes, or hold quotes)
 *   try_cast(x AS int)  becomes  cast    (x AS int)
 *   GROUP BY ALL        becomes  GROUP BY "a"
 */
import { isWord, type Token } from './tokens.ts';

export interface Rewritten {
  readonly text: string;
  /** File names by the position of their literal. */
  readonly files: ReadonlyMap<number, string>;
  readonly tryCasts: ReadonlySet<number>;
  readonly groupByAll: ReadonlySet<number>;
}

export function rewrite(sql: string, tokens: readonly Token[]): Rewritten {
  const files = new Map<number, string>();
  const tryCasts = new Set<number>();
  const groupByAll = new Set<number>();
  let text = '';
  let copied = 0;
  const replace = (token: Token, replacement: string) => {
    text += sql.slice(copied, token.start) + replacement;
    copied = token.end;
  };
  const tables = tableLiterals(tokens);
  for (const [index, token] of tokens.entries()) {
    if (tables.has(token)) {
      files.set(token.start, token.text.slice(1, -1).replaceAll("''", "'"));
      // an empty name is refused later, with a better message than the parser's
      replace(token, token.text.length === 2 ? 'ff' : `"${'f'.repeat(token.text.length - 2)}"`);
    } else if (isWord(token, 'TRY_CAST') && tokens[index + 1]?.text === '(') {
      tryCasts.add(token.start);
      replace(token, 'cast    ');
    } else if (isGroupByAll(tokens, index)) {
      groupByAll.add(token.start);
      replace(token, '"a"');
    }
  }
  return { text: text + sql.slice(copied), files, tryCasts, groupByAll };
}

/** `GROUP BY ALL x` is PostgreSQL's own; ours is followed by the next clause or the end. */
function isGroupByAll(tokens: readonly Token[], index: number): boolean {
  if (!isWord(tokens[index], 'ALL') || !isWord(tokens[index - 1], 'BY') || !isWord(tokens[index - 2], 'GROUP')) {
    return false;
  }
  const next = tokens[index + 1];
  return (
    next === undefined ||
    next.type === 'sign' ||
    ['HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'WINDOW', 'UNION'].some((keyword) => isWord(next, keyword))
  );
}

/**
 * Plain string literals that stand where a table does: after FROM, JOIN, or a comma after such a literal. The FROM of
 * `extract(hour FROM '...')` stands in parentheses that no SELECT opened, the one of IS DISTINCT FROM after DISTINCT.
 */
function tableLiterals(tokens: readonly Token[]): ReadonlySet<Token> {
  const found = new Set<Token>();
  const opened: boolean[] = []; // per open parenthesis: does it hold a SELECT
  let previous: Token | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(') opened.push(isWord(tokens[index + 1], 'SELECT'));
    else if (token.text === ')') opened.pop();
    else if (token.type === 'string' && token.text.startsWith("'")) {
      const isClause = (opened.at(-1) ?? true) && !isWord(tokens[index - 2], 'DISTINCT');
      const follows =
        (isWord(previous, 'FROM') && isClause) ||
        isWord(previous, 'JOIN') ||
        (previous?.text === ',' && index > 1 && found.has(tokens[index - 2] ?? token));
      if (follows) found.add(token);
    }
    previous = token;
  }
  return found;
}
