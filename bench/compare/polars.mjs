// Polars by its Node.js package, lazily, in a process of its own; the query's time alone, the faster of two. It is no dependency of the
// project: install `nodejs-polars` in any folder and name that folder in MILLRACE_BENCH_POLARS.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLineOf, runProcess } from './process.mjs';

const child = fileURLToPath(new URL('./polars-child.mjs', import.meta.url));
const home = process.env.MILLRACE_BENCH_POLARS ?? fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(join(home, 'package.json'));

function installed() {
  try {
    const path = require.resolve('nodejs-polars');
    if (firstLineOf(process.execPath, ['-e', `require(${JSON.stringify(path)}); console.log(1)`]) !== undefined)
      return { available: true };
    // npm leaves a binary out whose package asks for a newer Node.js, even where it would work
    return { available: false, reason: 'nodejs-polars does not load: install nodejs-polars-linux-x64-gnu by name' };
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
