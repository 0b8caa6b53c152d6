// Ours: the built command line, the whole process with its start-up, as a user would run it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '../answers.mjs';
import { runProcess } from './process.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = join(root, 'dist/src/cli/millrace.cjs');

export const millrace = {
  name: 'millrace',
  title: 'Millrace',
  timing: 'process',
  threads: [1, 2],
  version: () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
  available: () =>
    existsSync(entry) ? { available: true } : { available: false, reason: 'not built yet: run npm run build' },
  answers: (question) => question.millrace !== undefined,
  /** `threads`: as many workers as it sees fit where it is not said. */
  async run(question, corpus, threads) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    const statsFile = join(folder, 'stats.json');
    try {
      const { ms, startedAt, cpuMs, stdout, peakRssBytes } = await runProcess(process.execPath, [
        entry,
        'query',
        question.millrace,
        corpus.path,
        ...(question.millraceFlags ?? ['--format', 'combined']),
        ...(threads === undefined ? [] : ['--workers', String(threads)]),
        '--output',
        'csv',
        '--quiet',
        '--stats',
        statsFile,
      ]);
      const stats = JSON.parse(readFileSync(statsFile, 'utf8'));
      return {
        ms,
        startedAt,
        cpuMs,
        answer: parseCsv(stdout, { header: true }),
        peakRssBytes: peakRssBytes ?? stats.memory.peakRssBytes,
        recycled: Object.values(stats.recycles).reduce((sum, count) => sum + count, 0),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
