/** An arena with the built kernels, for tests on this thread, and text in it as a tokenizer would leave it. */
import { readFileSync } from 'node:fs';
import { Arena } from '../../src/execute/arena.ts';

const kernelsPath = process.env.MILLRACE_TEST_KERNELS ?? new URL('../../dist/workers/kernels.wasm', import.meta.url);
let module: WebAssembly.Module | null = null;

export function testArena(limitBytes = 64 * 1024 * 1024): Arena {
  module ??= new WebAssembly.Module(readFileSync(kernelsPath));
  return new Arena(module, limitBytes);
}

/**
 * Places texts one after the other with the 64 bytes of padding that input buffers have, and returns the address of
 * their spans. Strings are written as UTF-8, bytes as they are; null is NULL.
 */
export function placeText(arena: Arena, texts: readonly (string | Uint8Array | null)[]): number {
  const pieces = texts.map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text));
  const size = pieces.reduce((sum, piece) => sum + (piece?.length ?? 0), 0);
  const spans = arena.alloc(8 * Math.max(1, texts.length));
  let address = arena.alloc(size + 64);
  const { u8, u32 } = arena;
  pieces.forEach((piece, row) => {
    u32[spans / 4 + 2 * row] = piece === null ? 0 : address;
    u32[spans / 4 + 2 * row + 1] = piece?.length ?? 0;
    if (piece === null) return;
    u8.set(piece, address);
    address += piece.length;
  });
  return spans;
}
