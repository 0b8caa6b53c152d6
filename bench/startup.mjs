// From process start to exit on a file of 10,000 lines: what start-up costs, where nothing else does. Beside it, in turn,
// the floor of any Node.js program and mawk. `node bench/startup.mjs [--runs 20]`
import { fileURLToPath } from 'node:url';
import { mawk } from './compare/awk.mjs';
import { millrace } from './compare/millrace.mjs';
import { runProcess } from './compare/process.mjs';
import { writeCombined } from './corpora/combined.mjs';
import './machine.mjs'; // for the environment
import { selectQuestions } from './questions.mjs';
import { median } from './statistics.mjs';

const lines = 10_000;
const path = fileURLToPath(new URL('./data/startup-10000-lines.log', import.meta.url));

/** Resolves to `{ lines, bytes, runs, results }`; a result is `{ name, ms, fastestMs, slowestMs, peakRssBytes }` or
 * `{ name, problem }`. */
export async function measureStartup({ runs = 20 } = {}) {
  const corpus = await writeCombined(path, { lines });
  const [question] = selectQuestions(['status']);
  const lanes = [
    { name: 'node -e 0', run: () => runProcess(process.execPath, ['-e', '0']) },
    ...[
      { peer: millrace, name: 'Millrace', threads: undefined },
      { peer: millrace, name: 'Millrace, `--workers 2`', threads: 2 },
      { peer: mawk, name: 'mawk', threads: 1 },
    ]
      .filter(({ peer }) => peer.available().available)
      .map(({ peer, name, threads }) => ({ name, run: () => peer.run(question, corpus, threads) })),
  ].map((lane) => ({ ...lane, times: [], peaks: [], problem: undefined }));
  for (let run = 0; run <= runs; run++) {
    for (const lane of lanes) {
      if (lane.problem !== undefined) continue;
      try {
        const { ms, peakRssBytes } = await lane.run();
        if (run === 0) continue;
        lane.times.push(ms);
        lane.peaks.push(peakRssBytes ?? 0);
      } catch (error) {
        lane.problem = error.message;
      }
    }
  }
  const results = lanes.map(({ name, times, peaks, problem }) => {
    if (problem !== undefined) return { name, problem };
    const [ms, fastestMs, slowestMs] = [median(times), Math.min(...times), Math.max(...times)];
    return { name, ms, fastestMs, slowestMs, peakRssBytes: Math.max(...peaks) };
  });
  return { lines: corpus.lines, bytes: corpus.bytes, runs, results };
}

/** The result as a Markdown table. */
export function renderStartup({ lines: count, bytes, runs, results }) {
  const rows = results.map(({ name, problem, ms, fastestMs, slowestMs, peakRssBytes }) =>
    problem === undefined
      ? `| ${name} | ${ms.toFixed(0)} | ${fastestMs.toFixed(0)} to ${slowestMs.toFixed(0)} | ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB |`
      : `| ${name} | failed: ${problem.replaceAll('|', '\\|').replaceAll('\n', ' ')} | | |`,
  );
  return [
    `Whole process on ${count} lines (${(bytes / 1e6).toFixed(1)} MB), medians of ${runs} alternating runs:`,
    '',
    '| who | median, ms | fastest to slowest | peak memory |',
    '|---|---:|---:|---:|',
    ...rows,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--runs');
  const runs = at < 0 ? 20 : Number(process.argv[at + 1]);
  process.stdout.write(`${renderStartup(await measureStartup({ runs }))}\n`);
}
