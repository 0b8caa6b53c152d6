/** The kernels, compiled once for all workers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCached, wasmCacheFile } from '../core/cached-wasm.ts';

export function loadKernels(file = join(import.meta.dirname, '../../workers/kernels.wasm')): WebAssembly.Module {
  const bytes = readFileSync(file);
  // at one go, without the event loop: in the background it would end only after whatever the main thread does meanwhile,
  // with all threads waiting for it
  const cached = loadCached(wasmCacheFile(file), (content) => content.equals(bytes));
  return cached?.module ?? new WebAssembly.Module(bytes);
}
