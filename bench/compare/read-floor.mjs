// The floor: N worker threads that read the file's bytes with fs.readSync, 1 MiB at a time, and do nothing with them.
// Nothing that reads the file through the page cache can be faster. Threads are started before the clock.
import { fileURLToPath } from 'node:url';
import { runProcess } from './process.mjs';

const child = fileURLToPath(new URL('./read-floor-child.mjs', import.meta.url));

export const readFloor = {
  name: 'read-floor',
  title: 'read floor',
  timing: 'query',
  floor: true,
  threads: [1, 2],
  version: () => `node ${process.version}`,
  available: () => ({ available: true }),
  answers: () => true,
  async run(_question, corpus, threads) {
    const { stdout, cpuMs, peakRssBytes } = await runProcess(process.execPath, [child, corpus.path, String(threads)]);
    const { ms, bytes } = JSON.parse(stdout);
    if (bytes !== corpus.bytes) throw new Error(`Read ${bytes} bytes of ${corpus.path} instead of ${corpus.bytes}`);
    return { ms, cpuMs, peakRssBytes, answer: [[String(bytes)]] };
  },
};
