// Starting, killing and waiting for the command, with a deadline that turns a hang into a failure.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const millrace = fileURLToPath(new URL('../../dist/src/cli/millrace.cjs', import.meta.url));
const deadlineMs = 120_000;

/** A process of its own: `millrace ARGS`, or another script. */
export function start(args, { environment = {}, script = millrace, input = null } = {}) {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const [stdout, stderr] = [[], []];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  child.stdin?.on('error', () => undefined); // it may end before it has read everything
  if (input !== null) void input(child.stdin);
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
  return { child, ended, written: () => stdout.length > 0 };
}

/** How it ended. Throws where it hangs. */
export async function finish({ child, ended }) {
  let timer;
  const hang = new Promise((_, reject) => {
    timer = setTimeout(() => {
      for (const pid of [...descendants(child.pid), child.pid]) kill(pid, 'SIGKILL');
      reject(new Error(`hangs: no end after ${deadlineMs / 1000} s`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([ended, hang]);
  } finally {
    clearTimeout(timer);
  }
}

/** 1 where there was something to kill. */
export function kill(pid, signal) {
  try {
    process.kill(pid, signal);
    return 1;
  } catch {
    return 0; // it has ended by itself
  }
}

/** Children, and theirs, as far as the system tells. */
export function descendants(pid) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it has ended in the meantime
    }
  }
  const found = [];
  for (let generation = [pid]; generation.length > 0; ) {
    generation = [...parents].filter(([, parent]) => generation.includes(parent)).map(([child]) => child);
    found.push(...generation);
  }
  return found;
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
