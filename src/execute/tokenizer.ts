/**
 * Tokenizers: bytes in the arena -> batches of spans. The kernels do the work; here their programs and batches are laid
 * out, as workers/kernels/batch.ts and workers/kernels/tokenizers describe.
 *
 * Invariant: a tokenizer stops only where a record starts, so the caller may move what is left and go on.
 */
import type { TokenizerSpec } from '../formats/format.ts';
import type { Arena } from './arena.ts';
import { placeCsv } from './csv-program.ts';
import { placeJson } from './json-program.ts';
import type { Program } from './program.ts';
import { placeTemplate } from './template-program.ts';
import type { TokenizeKernel } from './tokenizer-kernels.ts';
import { type Batch, batchRows } from './vector.ts';

/** Bytes after the end of a tokenizer's input that it may read, and of which it may overwrite the first. */
export const inputPadding = 64;

const headerBytes = 32;
const field = {
  capacity: 0,
  recordStarts: 1,
  recordLengths: 2,
  flags: 3,
  next: 4,
  scratch: 5,
  scratchEnd: 6,
  columns: 7,
};
const scratchBytes = 1 << 20;
/** Made on first use. Its address is not 0, by which a kernel says that it needs more than there is. */
const noScratch: Program = { address: 1, bytes: 0 };

/**
 * Room for `rows` records of so many columns, for which every vector of the arena has room from here on: there is one batch
 * to an arena. Throws ArenaFullError.
 */
export function allocateBatch(arena: Arena, columnCount: number, rows = batchRows): Batch {
  arena.batchRows = rows;
  const header = arena.alloc(headerBytes + columnCount * 4);
  const batch = {
    header,
    recordStarts: arena.alloc(rows * 4),
    recordLengths: arena.alloc(rows * 4),
    flags: arena.alloc(rows),
    spans: Array.from({ length: columnCount }, () => arena.alloc(rows * 8)),
  };
  arena.u32.set(
    [rows, batch.recordStarts, batch.recordLengths, batch.flags, 0, 0, 0, columnCount, ...batch.spans],
    header / 4,
  );
  return batch;
}

/** Gives a batch back to the arena. */
export function freeBatch(arena: Arena, batch: Batch): void {
  const rows = arena.batchRows;
  for (const vector of batch.spans) arena.free(vector, rows * 8);
  arena.free(batch.flags, rows);
  arena.free(batch.recordLengths, rows * 4);
  arena.free(batch.recordStarts, rows * 4);
  arena.free(batch.header, headerBytes + batch.spans.length * 4);
}

/** A tokenizer as workers/kernels/batch-loop.ts calls it. */
export interface TokenizerCall {
  /** Its kernel's number there. */
  readonly kernel: number;
  readonly program: number;
  /** What the batch header is to say before each call. */
  readonly scratch: number;
  readonly scratchEnd: number;
}

export interface Tokenizer {
  /** The next call, as things stand: a run may move the scratch. */
  readonly call: TokenizerCall;
  /**
   * Tokenizes records of the arena's bytes [begin, end) into the batch, as many as fit: those that start before
   * `startLimit` and are complete before `end`, or with `final` (the end of the file) end there. `next` is the address of the
   * first byte not consumed: call again from there until nothing is consumed. Spans point into the bytes and into
   * memory that the next call overwrites. `inputPadding` bytes after `end` must belong to the caller's buffer.
   */
  run(begin: number, end: number, startLimit: number, final: boolean): { readonly rows: number; readonly next: number };
  /**
   * Where the first record of a file starts whose first bytes are [begin, end): after a byte order mark, and after the header
   * where the format has one. `null`: there is no telling without more bytes. With `final` there always is.
   */
  skipPreamble(begin: number, end: number, final: boolean): number | null;
  /** Gives the tokenizer's memory, not the batch, back to the arena. */
  close(): void;
}

export function createTokenizer(arena: Arena, spec: TokenizerSpec, batch: Batch): Tokenizer {
  const { kernel, program } = prepare(arena, spec, batch);
  const hasHeader = spec.type === 'csv' && spec.dialect.header;
  const header = batch.header / 4;
  let scratch: Program = noScratch;

  const growScratch = (bytes: number): void => {
    if (scratch.bytes > 0) arena.free(scratch.address, scratch.bytes);
    scratch = noScratch;
    scratch = { address: arena.alloc(bytes), bytes };
  };

  const run = (begin: number, end: number, startLimit: number, final: boolean) => {
    for (;;) {
      const before = arena.u32;
      before[header + field.scratch] = scratch.address;
      before[header + field.scratchEnd] = scratch.address + scratch.bytes;
      const rows = kernel(program.address, begin, end, startLimit, final ? 1 : 0, batch.header);
      const after = arena.u32; // the arena may have grown
      const next = after[header + field.next] ?? begin;
      // the kernel ran out of scratch before its first record was done: no text is longer than its record
      if (rows === 0 && after[header + field.scratch] === 0 && scratch.bytes < end - begin + inputPadding) {
        growScratch(Math.max(scratchBytes, end - begin + inputPadding));
        continue;
      }
      return { rows, next };
    }
  };

  return {
    get call() {
      const { address, bytes } = scratch;
      return {
        kernel: kernelNumbers[spec.type],
        program: program.address,
        scratch: address,
        scratchEnd: address + bytes,
      };
    },
    run,
    skipPreamble(begin, end, final) {
      if (end - begin < 3 && !final) return null;
      const start = startsWithByteOrderMark(arena.u8.subarray(begin, end)) ? begin + 3 : begin;
      if (!hasHeader) return start;
      arena.u32[header + field.capacity] = 1;
      const { rows, next } = run(start, end, end, final);
      arena.u32[header + field.capacity] = arena.batchRows;
      return rows === 1 || final ? next : null;
    },
    close() {
      if (program.bytes > 0) arena.free(program.address, program.bytes);
      if (scratch.bytes > 0) arena.free(scratch.address, scratch.bytes);
    },
  };
}

const kernelNumbers: Readonly<Record<TokenizerSpec['type'], number>> = { template: 0, csv: 1, json: 2, lines: 3 };

function prepare(arena: Arena, spec: TokenizerSpec, batch: Batch): { kernel: TokenizeKernel; program: Program } {
  switch (spec.type) {
    case 'template':
      return { kernel: arena.kernels.tokenizeTemplate, program: placeTemplate(arena, spec, batch) };
    case 'csv':
      return { kernel: arena.kernels.tokenizeCsv, program: placeCsv(arena, spec, batch) };
    case 'json':
      return { kernel: arena.kernels.tokenizeJson, program: placeJson(arena, spec.paths, batch) };
    case 'lines':
      return { kernel: arena.kernels.tokenizeLines, program: { address: 0, bytes: 0 } };
  }
}

function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
