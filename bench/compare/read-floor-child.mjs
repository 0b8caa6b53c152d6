// The read floor's process: `read-floor-child.mjs FILE THREADS` prints `{ ms, bytes }`. Threads take mebibytes from one
// shared counter, so that none waits for another.
import { closeSync, openSync, readSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const chunkBytes = 1 << 20;
const wasmPageBytes = 1 << 16;

if (isMainThread) {
  const [path, threads] = process.argv.slice(2);
  const shared = new SharedArrayBuffer(8);
  const workers = Array.from(
    { length: Number(threads) },
    () => new Worker(new URL(import.meta.url), { workerData: { path, shared } }),
  );
  await Promise.all(workers.map((worker) => nextMessage(worker)));
  const started = performance.now();
  for (const worker of workers) worker.postMessage('read');
  const counts = await Promise.all(workers.map((worker) => nextMessage(worker)));
  const ms = performance.now() - started;
  process.stdout.write(JSON.stringify({ ms, bytes: counts.reduce((sum, bytes) => sum + bytes, 0) }));
} else {
  const file = openSync(workerData.path, 'r');
  // at a page's beginning, as what is read: a few bytes further some processors copy at a sixth of the speed
  const chunk = new Uint8Array(new WebAssembly.Memory({ initial: chunkBytes / wasmPageBytes }).buffer).fill(1);
  const next = new Int32Array(workerData.shared);
  parentPort.once('message', () => {
    let bytes = 0;
    for (;;) {
      const read = readSync(file, chunk, 0, chunkBytes, Atomics.add(next, 0, 1) * chunkBytes);
      if (read === 0) break;
      bytes += read;
    }
    closeSync(file);
    parentPort.postMessage(bytes);
  });
  parentPort.postMessage('ready');
}

function nextMessage(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
