/** LIKE and ILIKE: the pattern as a program for workers/kernels/expressions/like.ts; src/query/like.ts is the reference. */
import { compileLike as compileMatcher, parseLike } from '../../query/like.ts';
import type { Expr } from '../../query/plan.ts';
import type { Program, Slot } from './program.ts';
import { computeRow, forEachValid, forListedRows, rowReader } from './rows.ts';

type Like = Expr & { kind: 'like' };

/** What stands between two `%`. */
interface Chunk {
  readonly bytes: number[];
  /** Beside each byte: 1 where it stands for any character. */
  readonly marks: number[];
}

export function compileLike(program: Program, expr: Like): Slot {
  const { kernels } = program;
  const value = program.compile(expr.value);
  const out = program.slot('boolean', program.strictFlags([value], false));
  const matches = compileMatcher(expr.pattern, expr.escape, expr.ignoreCase);
  const read = rowReader(program, value);
  const match = (row: number) => computeRow(program, out, row, false, () => matches(String(read(row))));

  if (!bytesDecide(expr)) {
    program.add((rows) => forEachValid(program, out.flags, rows, match));
    return out;
  }
  const chunks = cutAtAny(expr);
  const [first, second, third] = chunks;
  const plain = chunks.every((chunk) => !chunk.marks.includes(1)) && !expr.ignoreCase;
  if (plain && chunks.length === 1 && first !== undefined) {
    const address = program.place(Uint8Array.from(first.bytes));
    const { length } = first.bytes;
    program.add((rows) => kernels.equalOneText(value.data, out.flags, rows, address, length, out.data));
    return out;
  }
  if (plain && chunks.length === 2 && first !== undefined && first.bytes.length > 0 && second?.bytes.length === 0) {
    const address = program.place(Uint8Array.from(first.bytes));
    const { length } = first.bytes;
    program.add((rows) => kernels.startsWithOneText(value.data, out.flags, rows, address, length, out.data));
    return out;
  }
  const contained = second !== undefined && first?.bytes.length === 0 && third?.bytes.length === 0;
  if (plain && contained && chunks.length === 3) {
    const address = program.place(Uint8Array.from(second.bytes));
    const { length } = second.bytes;
    program.add((rows) => kernels.containsOneText(value.data, out.flags, rows, address, length, out.data));
    return out;
  }
  const pattern = placeProgram(program, chunks, expr.ignoreCase);
  program.add((rows) => {
    const left = kernels.likeText(value.data, out.flags, rows, pattern, out.data, program.rowList);
    forListedRows(program, left, match);
  });
  return out;
}

/** Folding case needs ASCII; U+FFFD in a pattern would also mean bytes that are no UTF-8. */
function bytesDecide(expr: Like): boolean {
  if (expr.pattern.includes('\ufffd')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  return !expr.ignoreCase || /^[\x00-\x7f]*$/.test(expr.pattern);
}

function cutAtAny(expr: Like): Chunk[] {
  const chunks: Chunk[] = [{ bytes: [], marks: [] }];
  for (const segment of parseLike(expr.pattern, expr.escape) ?? []) {
    if (segment.type === 'any') {
      chunks.push({ bytes: [], marks: [] });
      continue;
    }
    const text = segment.type === 'one' ? '_' : expr.ignoreCase ? segment.text.toLowerCase() : segment.text;
    const bytes = new TextEncoder().encode(text);
    const mark = segment.type === 'one' ? 1 : 0;
    chunks.at(-1)?.bytes.push(...bytes);
    chunks.at(-1)?.marks.push(...Array.from(bytes, () => mark));
  }
  return chunks;
}

function placeProgram(program: Program, chunks: readonly Chunk[], ignoreCase: boolean): number {
  const isEmpty = (chunk: Chunk | undefined) => chunk === undefined || chunk.bytes.length === 0;
  // the one chunk of a pattern without % is anchored at both ends, even when it is empty
  const whole = chunks.length === 1;
  const segments = whole ? chunks : chunks.filter((chunk) => !isEmpty(chunk));
  const header = [
    segments.length,
    whole || !isEmpty(chunks[0]) ? 1 : 0,
    whole || !isEmpty(chunks.at(-1)) ? 1 : 0,
    segments.reduce((sum, { bytes }) => sum + bytes.length, 0),
    segments.some(({ marks }) => marks.includes(1)) ? 1 : 0,
    ignoreCase ? 1 : 0,
  ];
  const fields = segments.flatMap(({ bytes, marks }) => [
    program.place(Uint8Array.from(bytes)),
    bytes.length,
    program.place(Uint8Array.from(marks)),
  ]);
  return program.place(new Uint8Array(Uint32Array.from([...header, ...fields]).buffer));
}
