/**
 * LIKE: `%` is any run of characters, `_` one character (a code point). A pattern is cut at its `%` into chunks; the first
 * and the last are anchored, those between match leftmost, so matching never backtracks: time is at most length of the
 * text times length of the pattern.
 */

export type LikeSegment =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'any' }
  | { readonly type: 'one' };

/** Segments in order; neighbouring literals are joined and repeated `%` are one. Null where the pattern ends in a lone escape. */
export function parseLike(pattern: string, escapeWith: string): readonly LikeSegment[] | null {
  const segments: LikeSegment[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') segments.push({ type: 'literal', text: literal });
    literal = '';
  };
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === escapeWith) {
      index++;
      const escaped = characters[index];
      if (escaped === undefined) return null;
      literal += escaped;
    } else if (character === '%') {
      flush();
      if (segments.at(-1)?.type !== 'any') segments.push({ type: 'any' });
    } else if (character === '_') {
      flush();
      segments.push({ type: 'one' });
    } else {
      literal += character;
    }
  }
  flush();
  return segments;
}

export type LikeMatcher = (text: string) => boolean;

/** `ignoreCase` compares both sides in lower case. Throws where the pattern is malformed: the binder refuses it first. */
export function compileLike(pattern: string, escapeWith: string, ignoreCase: boolean): LikeMatcher {
  const segments = parseLike(pattern, escapeWith);
  if (segments === null) throw new Error('Cannot compile LIKE: the pattern ends with its escape character');
  const chunks = cutAtAny(segments, ignoreCase);
  const [first = [], ...others] = chunks;
  const last = others.pop();
  return (given) => {
    const text = ignoreCase ? given.toLowerCase() : given;
    let position = matchForward(first, text, 0);
    if (position < 0) return false;
    if (last === undefined) return position === text.length;
    for (const chunk of others) {
      position = find(chunk, text, position);
      if (position < 0) return false;
    }
    return matchBackward(last, text, text.length) >= position;
  };
}

type Chunk = readonly (string | null)[]; // null: one character

function cutAtAny(segments: readonly LikeSegment[], ignoreCase: boolean): readonly Chunk[] {
  const chunks: (string | null)[][] = [[]];
  for (const segment of segments) {
    if (segment.type === 'any') chunks.push([]);
    else if (segment.type === 'one') chunks.at(-1)?.push(null);
    else chunks.at(-1)?.push(ignoreCase ? segment.text.toLowerCase() : segment.text);
  }
  return chunks;
}

/** End of the chunk's match at `start`, or -1. */
function matchForward(chunk: Chunk, text: string, start: number): number {
  let position = start;
  for (const piece of chunk) {
    if (piece === null) {
      const point = text.codePointAt(position);
      if (point === undefined) return -1;
      position += point > 0xffff ? 2 : 1;
    } else {
      if (!text.startsWith(piece, position)) return -1;
      position += piece.length;
    }
  }
  return position;
}

/** Start of the chunk's match that ends at `end`, or -1. */
function matchBackward(chunk: Chunk, text: string, end: number): number {
  let position = end;
  for (let index = chunk.length - 1; index >= 0; index--) {
    const piece = chunk[index];
    if (typeof piece === 'string') {
      if (!text.endsWith(piece, position)) return -1;
      position -= piece.length;
    } else {
      if (position <= 0) return -1;
      position -= position > 1 && (text.codePointAt(position - 2) ?? 0) > 0xffff ? 2 : 1;
    }
  }
  return position;
}

/** End of the leftmost match at or after `from`, or -1. */
function find(chunk: Chunk, text: string, from: number): number {
  const [head] = chunk;
  for (let start = from; start <= text.length; start++) {
    if (typeof head === 'string') {
      start = text.indexOf(head, start);
      if (start < 0) return -1;
    }
    const end = matchForward(chunk, text, start);
    if (end >= 0) return end;
  }
  return -1;
}
