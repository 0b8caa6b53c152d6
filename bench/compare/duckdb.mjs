// DuckDB by its Node.js client, in a process of its own with its threads set. The time is the query's alone, the faster
// of two in that process: neither the start of the process nor the opening of the database nor the first touch of its
// memory counts, which favours DuckDB against whole processes.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runProcess } from './process.mjs';

const require = createRequire(import.meta.url);
const child = fileURLToPath(new URL('./duckdb-child.mjs', import.meta.url));

function installed() {
  try {
    require.resolve('@duckdb/node-api');
    return { available: true };
  } catch {
    return { available: false, reason: 'npm package @duckdb/node-api is not installed' };
  }
}

/** Runs `sql`, in which `$file` stands for the quoted path; resolves to `{ ms, cpuMs, peakRssBytes, answer }`. */
export async function askDuckdb(sql, path, threads) {
  const request = JSON.stringify({ sql: sql.replaceAll('$file', () => `'${path.replaceAll("'", "''")}'`), threads });
  const { stdout, peakRssBytes } = await runProcess(process.execPath, [child, request]);
  const { ms, cpuMs, rows } = JSON.parse(stdout);
  return { ms, cpuMs, answer: rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))), peakRssBytes };
}

export const duckdb = {
  name: 'duckdb',
  title: 'DuckDB',
  timing: 'query',
  threads: [1, 2],
  version: () => require('@duckdb/node-api/package.json').version,
  available: installed,
  answers: (question) => question.duckdb !== undefined,
  run: (question, corpus, threads) => askDuckdb(question.duckdb, corpus.path, threads),
};

/** DuckDB over raw lines, where string functions on the whole line answer faster than parsing its fields. */
export const duckdbLines = {
  ...duckdb,
  name: 'duckdb-lines',
  title: 'DuckDB, raw lines',
  answers: (question) => question.duckdbLines !== undefined,
  run: (question, corpus, threads) => askDuckdb(question.duckdbLines, corpus.path, threads),
};
