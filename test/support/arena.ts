/** An arena with the built kernels, for tests on this thread. */
import { readFileSync } from 'node:fs';
import { Arena } from '../../src/execute/arena.ts';

const kernelsPath = process.env.MILLRACE_TEST_KERNELS ?? new URL('../../dist/workers/kernels.wasm', import.meta.url);
let module: WebAssembly.Module | null = null;

export function testArena(limitBytes = 64 * 1024 * 1024): Arena {
  module ??= new WebAssembly.Module(readFileSync(kernelsPath));
  return new Arena(module, limitBytes);
}
