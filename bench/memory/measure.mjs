// Runs one engine on one cell in a process of its own: checks the answer while it comes, and tells how much memory the whole
// process took at most, as the kernel counted it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/src/cli/millrace.cjs', import.meta.url));
const gnuTime = '/usr/bin/time';

/** `{ ok, problem, ms, peakRssBytes, stats }`. `memory` as the flag takes it. */
export async function measureMillrace(cell, path, memory, extra = []) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-matrix-'));
  try {
    const statsFile = join(folder, 'stats.json');
    const args = [cli, 'query', cell.sql(path), '--memory', memory, '--quiet', '--output', 'csv', '--stats', statsFile];
    const run = await measure(process.execPath, [...args, ...extra], cell.check(cell.rows, path), true);
    const stats = existsSync(statsFile) ? JSON.parse(readFileSync(statsFile, 'utf8')) : null;
    return { ...run, peakRssBytes: Math.max(run.peakRssBytes, stats?.memory.peakRssBytes ?? 0), stats };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `--explain --sample` says of the peak, in bytes; null where it says nothing. */
export async function foretoldPeak(cell, path, memory) {
  let said = '';
  const check = {
    line: (text) => {
      said += `${text}\n`;
    },
    end: () => null,
  };
  await measure(
    process.execPath,
    [cli, 'query', cell.sql(path), '--memory', memory, '--explain', '--sample'],
    check,
    false,
  );
  const [, amount, unit] = /peak memory +about ([\d.]+) (MiB|GiB)/.exec(said) ?? [];
  return amount === undefined ? null : Math.round(Number(amount) * (unit === 'GiB' ? 2 ** 30 : 2 ** 20));
}

/** The least budget that is accepted, in bytes, as the refusal of a tiny one says. */
export async function leastMemory(path) {
  const lines = [];
  const check = { line: () => undefined, end: () => null };
  const args = [cli, 'query', `SELECT count(*) FROM '${path}'`, '--memory', '16MiB'];
  await measure(process.execPath, args, check, false, (text) => lines.push(text));
  const mebibytes = /the least that works is ([\d.]+) MiB/.exec(lines.join('\n'))?.[1];
  if (mebibytes === undefined) throw new Error(`No least budget in: ${lines.join('\n')}`);
  return Number(mebibytes) * 2 ** 20;
}

/** `check` reads the lines of standard output; the first one is a header where `hasHeader`. */
export async function measure(command, args, check, hasHeader, onError = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-matrix-'));
  const usageFile = join(folder, 'usage');
  const timed = existsSync(gnuTime);
  const [file, fileArgs] = timed ? [gnuTime, ['-q', '-o', usageFile, '-f', '%M', command, ...args]] : [command, args];
  try {
    const started = performance.now();
    const child = spawn(file, fileArgs, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-4000);
      onError(String(chunk));
    });
    const ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? signal));
    });
    let header = hasHeader;
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!header) check.line(line);
      header = false;
    }
    const code = await ended;
    const ms = Math.round(performance.now() - started);
    const problem = code === 0 ? await check.end() : `${lastLine(said)} (${code})`;
    const kibibytes = timed ? Number(/(\d+)\s*$/.exec(readFileSync(usageFile, 'utf8'))?.[1] ?? 0) : 0;
    return { ok: problem === null, problem, ms, peakRssBytes: kibibytes * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lastLine(text) {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 200);
}
