// Runs one command to its end and measures it from outside: wall time from spawn to exit, the processor time and the peak
// resident memory of the process with its children. The latter two come from GNU time where it is installed; else the
// peak comes from polling VmHWM, which misses what happens in the last milliseconds.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pollMs = 10;
/** A command that takes longer hangs: the bench goes on without it. */
const defaultTimeoutMs = 15 * 60_000;
const gnuTime = spawnSync('/usr/bin/time', ['-f', '%M', 'true'], { encoding: 'utf8' });
const hasGnuTime = gnuTime.status === 0 && /^\d+\s*$/.test(gnuTime.stderr);

/** Resolves to `{ ms, startedAt, cpuMs?, peakRssBytes?, stdout, stderr }` (`startedAt` in milliseconds since 1970); rejects when the command cannot start, fails or hangs. */
export async function runProcess(
  command,
  args,
  { env = {}, allowedExitCodes = [0], timeoutMs = defaultTimeoutMs } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const usageFile = join(folder, 'usage');
  const [file, fileArgs] = hasGnuTime
    ? ['/usr/bin/time', ['-q', '-o', usageFile, '-f', '%M %U %S', command, ...args]]
    : [command, args];
  try {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(file, fileArgs, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
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
    const { code, timedOut } = await ended(child, timeoutMs);
    const ms = performance.now() - started;
    clearInterval(polling);
    const text = { stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
    if (timedOut) throw new Error(`${command} was stopped after ${timeoutMs / 1000} s without an end`);
    if (!allowedExitCodes.includes(code))
      throw new Error(`${command} ended with code ${code}: ${text.stderr.trim().slice(-600)}`);
    return {
      ms,
      startedAt,
      ...text,
      ...(hasGnuTime ? parseUsage(readFileSync(usageFile, 'utf8')) : { peakRssBytes: polledPeak }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Waits for the end of `child`, which leads a process group of its own: the whole group is stopped when the time is up or
 * when somebody interrupts the bench.
 */
async function ended(child, timeoutMs) {
  const stopGroup = () => process.kill(-child.pid, 'SIGKILL');
  const interrupt = () => {
    stopGroup();
    process.exit(130);
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stopGroup();
  }, timeoutMs);
  process.once('SIGINT', interrupt);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, timedOut };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupt);
  }
}

/** GNU time's `kibibytes user-seconds system-seconds`. */
function parseUsage(text) {
  const [kibibytes, user, system] = text.trim().split(' ').map(Number);
  return { peakRssBytes: kibibytes * 1024, cpuMs: Math.round((user + system) * 1000) };
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
