// Polars by its Node.js package, lazily, in a process of its own; the query's time alone. It is no dependency of the
// project: install `nodejs-polars` in any folder and name that folder in MILLRACE_BENCH_POLARS.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from './process.mjs';

const child = fileURLToPath(new URL('./polars-child.mjs', import.meta.url));
const home = process.env.MILLRACE_BENCH_POLARS ?? fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(join(home, 'package.json'));

function installed() {
  try {
    require.resolve('nodejs-polars');
    return { available: true };
  } catch {
    return { available: false, reason: 'nodejs-polars is not installed (name its folder in MILLRACE_BENCH_POLARS)' };
  }
}

export const polars = {
  name: 'polars',
  title: 'Polars',
  timing: 'query',
  threads: [1, 2],
  version: () => require('nodejs-polars/package.json').version,
  available: installed,
  answers: (question) => question.polars !== undefined,
  async run(question, corpus, threads) {
    const args = [child, require.resolve('nodejs-polars'), question.polars, corpus.path];
    const { stdout, cpuMs, peakRssBytes } = await runProcess(process.execPath, args, {
      env: { POLARS_MAX_THREADS: String(threads) },
    });
    const { ms, rows } = JSON.parse(stdout);
    return {
      ms,
      cpuMs,
      peakRssBytes,
      answer: rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))),
    };
  },
};
