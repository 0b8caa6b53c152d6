/**
 * Text. A character is a Unicode code point, positions count from 1. lower and upper are JavaScript's, which are
 * Unicode's default mappings without a locale (`upper('straße')` is `STRASSE`).
 */
import { EvaluationFailure } from '../evaluation-failure.ts';
import { type ScalarFunction, strict } from './function.ts';

export const text: readonly ScalarFunction[] = [
  strict('concat', ['text', 'text'], 'text', (a, b) => a + b, { syntax: 'operator' }),
  strict('lower', ['text'], 'text', (a) => a.toLowerCase()),
  strict('upper', ['text'], 'text', (a) => a.toUpperCase()),
  strict('length', ['text'], 'integer', (a) => BigInt(countCharacters(a))),
  strict('substring', ['text', 'integer'], 'text', (a, start) => substring(a, start, null)),
  strict('substring', ['text', 'integer', 'integer'], 'text', (a, start, length) => substring(a, start, length)),
  strict('left', ['text', 'integer'], 'text', (a, count) => left(a, count)),
  strict('right', ['text', 'integer'], 'text', (a, count) => right(a, count)),
  strict('split_part', ['text', 'text', 'integer'], 'text', (a, delimiter, part) => splitPart(a, delimiter, part)),
  strict('starts_with', ['text', 'text'], 'boolean', (a, b) => a.startsWith(b)),
  strict('ends_with', ['text', 'text'], 'boolean', (a, b) => a.endsWith(b)),
  strict('contains', ['text', 'text'], 'boolean', (a, b) => a.includes(b)),
  strict('strpos', ['text', 'text'], 'integer', (a, b) => strpos(a, b)),
  strict('replace', ['text', 'text', 'text'], 'text', (a, from, to) =>
    from === '' ? a : a.replaceAll(from, () => to),
  ),
  strict('trim', ['text'], 'text', (a) => trimEnd(trimStart(a, ' '), ' ')),
  strict('trim', ['text', 'text'], 'text', (a, set) => trimEnd(trimStart(a, set), set)),
  strict('ltrim', ['text'], 'text', (a) => trimStart(a, ' ')),
  strict('ltrim', ['text', 'text'], 'text', (a, set) => trimStart(a, set)),
  strict('rtrim', ['text'], 'text', (a) => trimEnd(a, ' ')),
  strict('rtrim', ['text', 'text'], 'text', (a, set) => trimEnd(a, set)),
];

function countCharacters(value: string): number {
  let count = value.length;
  for (let index = 1; index < value.length; index++) if (isPair(value, index)) count--;
  return count;
}

/** Whether the unit at `index` is the second half of a surrogate pair. */
function isPair(value: string, index: number): boolean {
  const low = value.charCodeAt(index);
  if (low < 0xdc00 || low > 0xdfff) return false;
  const high = value.charCodeAt(index - 1);
  return high >= 0xd800 && high <= 0xdbff;
}

/** Half-open range of characters, clamped. */
function characters(value: string, from: number, to: number): string {
  if (to <= from) return '';
  const whole = Array.from(value);
  return whole.slice(Math.max(0, from), Math.max(0, to)).join('');
}

/** A negative start counts from the end (DuckDB); a start of 0 or before the text eats into the length (both). */
function substring(value: string, start: bigint, length: bigint | null): string {
  if (length !== null && length < 0n) throw new EvaluationFailure(9, 'the length of a substring is negative');
  const count = countCharacters(value);
  const from = start < 0n ? BigInt(count) + start : start - 1n;
  const to = length === null ? BigInt(count) : from + length;
  return characters(value, clamp(from, count), clamp(to, count));
}

function clamp(value: bigint, limit: number): number {
  return value < 0n ? 0 : value > BigInt(limit) ? limit : Number(value);
}

/** A negative count leaves that many characters out at the end. */
function left(value: string, count: bigint): string {
  const total = countCharacters(value);
  return characters(value, 0, clamp(count < 0n ? BigInt(total) + count : count, total));
}

/** A negative count leaves that many characters out at the start. */
function right(value: string, count: bigint): string {
  const total = countCharacters(value);
  return characters(value, clamp(count < 0n ? -count : BigInt(total) - count, total), total);
}

/**
 * Parts count from 1, negative ones from the end; a part that does not exist is the empty text. An empty delimiter
 * leaves the text whole (PostgreSQL).
 */
function splitPart(value: string, delimiter: string, part: bigint): string {
  const parts = delimiter === '' ? [value] : value.split(delimiter);
  if (part > BigInt(parts.length) || part < BigInt(-parts.length) || part === 0n) return '';
  return parts.at(part > 0n ? Number(part) - 1 : Number(part)) ?? '';
}

/** Position in characters of the first occurrence, 0 where there is none. */
function strpos(value: string, wanted: string): bigint {
  const index = value.indexOf(wanted);
  return index < 0 ? 0n : BigInt(countCharacters(value.slice(0, index)) + 1);
}

function trimStart(value: string, set: string): string {
  const trimmed = new Set(set);
  let index = 0;
  for (const character of value) {
    if (!trimmed.has(character)) break;
    index += character.length;
  }
  return value.slice(index);
}

function trimEnd(value: string, set: string): string {
  const trimmed = new Set(set);
  let end = value.length;
  while (end > 0) {
    const start = end > 1 && isPair(value, end - 1) ? end - 2 : end - 1;
    if (!trimmed.has(value.slice(start, end))) break;
    end = start;
  }
  return value.slice(0, end);
}
