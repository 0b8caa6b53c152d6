// `npm run demo`: asks the main question of a seeded access log of about 200 MB, with progress, and shows where the memory
// went. The log is made once and kept in bench/data for the next time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCombined } from './corpora/combined.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const log = join(root, 'bench/data/demo-access.log');
const bytes = 200_000_000;
const query = `SELECT status, count(*) AS hits, sum(bytes) AS bytes, p99(bytes) AS p99
FROM logs
GROUP BY status
ORDER BY hits DESC`;

const say = (text = '') => process.stderr.write(`${text}\n`);
const shownPath = relative(process.cwd(), log) || log;

mkdirSync(join(root, 'bench/data'), { recursive: true });
if (!existsSync(log)) say(`making ${shownPath}, 200 MB, once ...`);
await writeCombined(log, { bytes, seed: 1 });

say(`\n$ npx millrace query "${query.replaceAll('\n', ' ')}" ${shownPath}\n`);
const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
try {
  const statsFile = join(folder, 'stats.json');
  const cli = join(root, 'dist/src/cli/millrace.cjs');
  const args = [cli, 'query', query, log, '--output', 'table', '--stats', statsFile];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  // Ctrl-C reaches both; the query's own way of stopping is the one to wait for.
  process.on('SIGINT', () => undefined);
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exit(code ?? 1);
  showMemory(JSON.parse(readFileSync(statsFile, 'utf8')).memory);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say(`
Where to look next
  npx millrace help                    every flag, with its default
  npx millrace query ... --explain     plan, splits and the division of the memory budget
  README.md                            what it does and what it does not
  ARCHITECTURE.md                      the road of a query, with file names
  npm run bench                        against DuckDB, awk and the speed of reading
`);

/** Peaks per worker beside their caps. */
function showMemory(memory) {
  const mib = (size) => `${(size / 1024 ** 2).toFixed(0)} MiB`;
  say('\nMemory             peak        cap');
  const rows = memory.perWorker.flatMap(
    ({ worker, peakHeapBytes, heapLimitBytes, peakArenaBytes, arenaLimitBytes }) => [
      [`worker ${worker} heap`, peakHeapBytes, heapLimitBytes],
      [`worker ${worker} arena`, peakArenaBytes, arenaLimitBytes],
    ],
  );
  for (const [name, peak, cap] of [...rows, ['whole process', memory.peakRssBytes, memory.budgetBytes]]) {
    say(`${name.padEnd(14)} ${mib(peak).padStart(8)} ${mib(cap).padStart(10)}`);
  }
}
