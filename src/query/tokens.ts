/**
 * Cuts SQL text into tokens as PostgreSQL's scanner does, as far as telling names, strings, comments and signs apart
 * takes: enough to rewrite a few words without touching what stands in strings and comments. Never fails: an unclosed
 * string reaches to the end, and the parser says so.
 */

export interface Token {
  /** `name`: an unquoted word, also keywords; `quoted`: `"..."`; `string`: any string literal. */
  readonly type: 'name' | 'quoted' | 'string' | 'number' | 'sign';
  /** Half-open range in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const blank = /\s+/y;
const lineComment = /--[^\n]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const sign = /::|<>|!=|<=|>=|\|\||[\s\S]/y;

export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    return pattern.exec(sql)?.[0] ?? null;
  };
  const push = (type: Token['type'], end: number) => {
    tokens.push({ type, start: position, end, text: sql.slice(position, end) });
    position = end;
  };
  while (position < sql.length) {
    const skipped = take(blank) ?? take(lineComment);
    const character = sql[position] ?? '';
    if (skipped !== null) position += skipped.length;
    else if (sql.startsWith('/*', position)) position = endOfBlockComment(sql, position);
    else if (character === "'") push('string', endOfQuoted(sql, position, "'", false));
    else if (character === '"') push('quoted', endOfQuoted(sql, position, '"', false));
    else if (/^(?:[eEbBxXnN]|[uU]&)'/.test(sql.slice(position, position + 3))) {
      const quote = sql.indexOf("'", position);
      push('string', endOfQuoted(sql, quote, "'", character === 'e' || character === 'E'));
    } else if (take(dollarTag) !== null) {
      const tag = take(dollarTag) ?? '';
      const close = sql.indexOf(tag, position + tag.length);
      push('string', close < 0 ? sql.length : close + tag.length);
    } else {
      const matchedWord = take(word);
      const matchedNumber = matchedWord === null ? take(number) : null;
      if (matchedWord !== null) push('name', position + matchedWord.length);
      else if (matchedNumber !== null) push('number', position + matchedNumber.length);
      else push('sign', position + (take(sign)?.length ?? 1));
    }
  }
  return tokens;
}

/** Doubled quotes stay inside; with `backslash` so do escaped ones. */
function endOfQuoted(sql: string, open: number, quote: string, backslash: boolean): number {
  let index = open + 1;
  while (index < sql.length) {
    if (backslash && sql[index] === '\\') index += 2;
    else if (sql[index] !== quote) index++;
    else if (sql[index + 1] === quote) index += 2;
    else return index + 1;
  }
  return sql.length;
}

/** Block comments nest. */
function endOfBlockComment(sql: string, open: number): number {
  let depth = 0;
  let index = open;
  while (index < sql.length) {
    if (sql.startsWith('/*', index)) {
      depth++;
      index += 2;
    } else if (sql.startsWith('*/', index)) {
      depth--;
      index += 2;
      if (depth === 0) return index;
    } else index++;
  }
  return sql.length;
}

/** Whether the token is this keyword, unquoted and in any case. */
export function isWord(token: Token | undefined, keyword: string): boolean {
  return token?.type === 'name' && token.text.toUpperCase() === keyword;
}

/** What a name token spells: quotes removed. */
export function spelling(token: Token): string {
  return token.type === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
}
