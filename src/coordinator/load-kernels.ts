/** The kernels, compiled once for all workers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadCached, wasmCacheFile } from '../core/cached-wasm.ts';

export function loadKernels(url = new URL('../../workers/kernels.wasm', import.meta.url)): WebAssembly.Module {
  const file = fileURLToPath(url);
  const bytes = readFileSync(file);
  // at one go, without the event loop: in the background it would end only after whatever the main thread does meanwhile,
  // with all threads waiting for it
  return loadCached(wasmCacheFile(file), (cached) => cached.equals(bytes)) ?? new WebAssembly.Module(bytes);
}
