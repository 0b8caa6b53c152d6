// One run of a job on the whole input, as a user runs it: time from start to exit, peak memory as the engine's own process had it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../compare/process.mjs';

const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** `{ ms, peakRssBytes, records }`, or `{ failure }`. */
export async function runQuery(job, path, flags) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tune-bench-'));
  const statsFile = join(folder, 'stats.json');
  try {
    const args = [
      cli,
      'query',
      job.sql,
      path,
      ...functionFlags(job),
      ...flags,
      '-q',
      '-o',
      'csv',
      '--stats',
      statsFile,
    ];
    const { ms } = await runProcess(process.execPath, args);
    const { memory, records } = JSON.parse(readFileSync(statsFile, 'utf8'));
    return { ms, peakRssBytes: memory.peakRssBytes, records: records.read };
  } catch (error) {
    return { failure: error.message.split('\n').at(-1).slice(0, 200) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `millrace tune -o json` says, and how long it took. */
export async function runTune(job, path, { target, sampleBytes, maxSeconds }) {
  const args = [
    cli,
    'tune',
    job.sql,
    path,
    ...functionFlags(job),
    '--target',
    target,
    '--max-time',
    String(maxSeconds),
  ];
  const sized = ['--sample-size', `${Math.round(sampleBytes)}B`, '-o', 'json', '-q'];
  const { ms, stdout } = await runProcess(process.execPath, [...args, ...sized]);
  return { ms, told: JSON.parse(String(stdout)) };
}

function functionFlags({ functions }) {
  return functions.flatMap((file) => ['--functions', file]);
}
