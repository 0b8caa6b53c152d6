// pandas and Dask from one Python program; the query's time alone, without the import of the libraries.
import { fileURLToPath } from 'node:url';
import { firstLineOf, runProcess } from './process.mjs';

const program = fileURLToPath(new URL('./python-child.py', import.meta.url));
/** Debian installs the libraries for its own Python, which need not be the first one on the path. */
const interpreters = ['python3', '/usr/bin/python3'];

function pythonPeer(library, title, threads, unanswered = []) {
  const importLine = `import ${library}; print(${library}.__version__)`;
  const interpreter = interpreters.find((candidate) => firstLineOf(candidate, ['-c', importLine]) !== undefined);
  return {
    name: library,
    title,
    timing: 'query',
    threads,
    slow: true,
    version: () => firstLineOf(interpreter, ['-c', importLine]),
    available: () =>
      interpreter === undefined
        ? { available: false, reason: `Python's ${library} is not installed` }
        : { available: true },
    answers: (question) => question.python !== undefined && !unanswered.includes(question.id),
    async run(question, corpus, threadCount) {
      const args = [program, library, question.python, corpus.path, String(threadCount)];
      const { stdout, cpuMs, peakRssBytes } = await runProcess(interpreter, args);
      const { ms, rows } = JSON.parse(stdout);
      return { ms, cpuMs, peakRssBytes, answer: rows };
    },
  };
}

export const pandas = pythonPeer('pandas', 'pandas', [1]);
/** Dask's quantiles per group need a custom aggregation, which is no longer its own speed. */
export const dask = pythonPeer('dask', 'Dask', [1, 2], ['hourly-p99', 'json-services']);
