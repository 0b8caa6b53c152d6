// Runs one command to its end and measures it from outside: wall time from spawn to exit, and the peak resident memory
// of the process with its children. The peak comes from GNU time where it is installed, else from polling VmHWM, which
// misses what happens in the last milliseconds.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pollMs = 10;
const gnuTime = spawnSync('/usr/bin/time', ['-f', '%M', 'true'], { encoding: 'utf8' });
const hasGnuTime = gnuTime.status === 0 && /^\d+\s*$/.test(gnuTime.stderr);

/** Resolves to `{ ms, stdout, stderr, peakRssBytes }`; rejects when the command cannot start or fails. */
export async function runProcess(command, args, { env = {}, allowedExitCodes = [0] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const peakFile = join(folder, 'peak');
  const [file, fileArgs] = hasGnuTime
    ? ['/usr/bin/time', ['-q', '-o', peakFile, '-f', '%M', command, ...args]]
    : [command, args];
  try {
    const started = performance.now();
    const child = spawn(file, fileArgs, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    let polledPeak;
    const polling = hasGnuTime
      ? undefined
      : setInterval(() => {
          polledPeak = peakOf(child.pid) ?? polledPeak;
        }, pollMs);
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const ms = performance.now() - started;
    clearInterval(polling);
    const text = { stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
    if (!allowedExitCodes.includes(code))
      throw new Error(`${command} ended with code ${code}: ${text.stderr.trim().slice(-600)}`);
    const peakRssBytes = hasGnuTime ? Number(readFileSync(peakFile, 'utf8').trim()) * 1024 : polledPeak;
    return { ms, ...text, peakRssBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peakOf(pid) {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? undefined : Number(line[1]) * 1024;
  } catch {
    return undefined; // The process has ended, or this is no Linux.
  }
}

/** The first line that `command args` prints, or undefined when there is no such command. */
export function firstLineOf(command, args) {
  const run = spawnSync(command, args, { encoding: 'utf8' });
  if (run.error !== undefined || run.status !== 0) return undefined;
  return `${run.stdout}${run.stderr}`.trim().split('\n')[0];
}
