/** Runs a tokenizer as a scan does, on bytes in chunks, and reads its batches back as plain records. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Arena } from '../../src/execute/arena.ts';
import { allocateBatch, createTokenizer, freeBatch, inputPadding } from '../../src/execute/tokenizer.ts';
import type { Format, FormatOptions, TokenizerSpec } from '../../src/formats/format.ts';

export interface TokenizedRecord {
  /** Offset of the record in the input. */
  readonly offset: number;
  readonly record: string;
  /** One per output, `null`: the record is malformed. Bytes as latin1, so that invalid UTF-8 shows. */
  readonly fields: readonly (string | null)[] | null;
}

export interface TokenizeOptions {
  /** Input bytes that the tokenizer sees at first; then as many more whenever it cannot go on. Default: all. */
  readonly chunkBytes?: number;
  /** Offset at or after which records do not count. */
  readonly startLimit?: number;
  readonly preamble?: boolean;
}

export function tokenize(
  arena: Arena,
  spec: TokenizerSpec,
  outputs: number,
  input: Uint8Array,
  { chunkBytes = input.length + 1, startLimit = Infinity, preamble = false }: TokenizeOptions = {},
): TokenizedRecord[] {
  const batch = allocateBatch(arena, outputs);
  const tokenizer = createTokenizer(arena, spec, batch);
  const room = input.length + inputPadding;
  const buffer = arena.alloc(room);
  // what lies after the bytes must not matter: fill it with what could be mistaken for input
  arena.u8.fill(0x22, buffer, buffer + room);
  const records: TokenizedRecord[] = [];
  let have = Math.min(chunkBytes, input.length);
  arena.u8.set(input.subarray(0, have), buffer);
  let next = buffer;
  const more = () => {
    const add = Math.min(chunkBytes, input.length - have);
    arena.u8.set(input.subarray(have, have + add), buffer + have);
    have += add;
  };
  const text = (address: number, length: number) =>
    Buffer.from(arena.u8.subarray(address, address + length)).toString('latin1');
  if (preamble) {
    for (;;) {
      const start = tokenizer.skipPreamble(buffer, buffer + have, have === input.length);
      if (start !== null) {
        next = start;
        break;
      }
      more();
    }
  }
  for (;;) {
    const final = have === input.length;
    const begin = next;
    const run = tokenizer.run(begin, buffer + have, Math.min(0xffffffff, buffer + startLimit), final);
    for (let row = 0; row < run.rows; row++) {
      const start = arena.u32[batch.recordStarts / 4 + row] ?? 0;
      const length = arena.u32[batch.recordLengths / 4 + row] ?? 0;
      const flag = arena.u8[batch.flags + row];
      expect(start).toBeGreaterThanOrEqual(begin);
      expect(start + length).toBeLessThanOrEqual(run.next);
      const field = (vector: number) => {
        const address = arena.u32[vector / 4 + row * 2] ?? 0;
        return address === 0 ? null : text(address, arena.u32[vector / 4 + row * 2 + 1] ?? 0);
      };
      records.push({
        offset: start - buffer,
        record: text(start, length),
        fields: flag === 0 ? batch.spans.map(field) : null,
      });
    }
    next = run.next;
    if (run.rows === 0 && next === begin) {
      if (final) break;
      more();
    }
  }
  expect(have === input.length && (next === buffer + have || next >= buffer + startLimit)).toBe(true);
  tokenizer.close();
  freeBatch(arena, batch);
  arena.free(buffer, room);
  return records;
}

/** Tokenizes with a format: columns by name, all of the format's own where not said. */
export function tokenizeFormat(
  arena: Arena,
  format: Format,
  input: Uint8Array,
  columns?: readonly string[],
  options: FormatOptions = {},
  tokenizeOptions: TokenizeOptions = {},
): { columns: readonly string[]; records: TokenizedRecord[] } {
  const spec = format.describe(input.subarray(0, 1 << 16), options);
  const names = columns ?? spec.columns.map((column) => column.name);
  const tokenizer = format.tokenizer(
    spec,
    names.map((name) => ({ name })),
  );
  return {
    columns: names,
    records: tokenize(arena, tokenizer, names.length, input, { preamble: true, ...tokenizeOptions }),
  };
}

/** A file below ../shared/data, or null where that folder is not there. */
export function realData(path: string): Buffer | null {
  try {
    return readFileSync(new URL(`../../../shared/data/${path}`, import.meta.url));
  } catch {
    return null;
  }
}
