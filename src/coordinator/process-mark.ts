/**
 * Tells one process from every other, also after its number was given to a new one: what locks and temporary folders
 * carry, so that whoever finds them knows whether their owner still lives.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessMark {
  /** Host and process namespace: process numbers mean something only within it. */
  readonly machine: string;
  readonly pid: number;
  /** When it was started, in words that only compare; empty where the system does not tell. */
  readonly started: string;
}

/** `elsewhere`: it belongs to another machine or container, so nothing can be said. */
export type ProcessState = 'running' | 'ended' | 'elsewhere';

let own: ProcessMark | null = null;

export function thisProcess(): ProcessMark {
  own ??= { machine: thisMachine(), pid: process.pid, started: startOf(process.pid) };
  return own;
}

export function processState(mark: ProcessMark): ProcessState {
  const { machine, pid, started: ownStart } = thisProcess();
  if (mark.machine !== machine) return 'elsewhere';
  if (!exists(mark.pid)) return 'ended';
  const started = mark.pid === pid ? ownStart : startOf(mark.pid);
  return started === '' || mark.started === '' || started === mark.started ? 'running' : 'ended';
}

function thisMachine(): string {
  const namespace = read(() => readlinkSync('/proc/self/ns/pid'));
  return fnv1a(`${hostname()} ${namespace}`).toString(16).padStart(8, '0');
}

/** http://www.isthe.com/chongo/tech/comp/fnv/: told apart, not kept secret; node:crypto takes milliseconds to load. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // somebody else's
  }
}

/** Clock ticks from boot to start, and which boot: field 22 of /proc/PID/stat, counted behind the name's parenthesis. */
function startOf(pid: number): string {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (ticks === undefined) return '';
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).slice(0, 8);
  return `${boot}${Number(ticks).toString(36)}`;
}

function read(get: () => string): string {
  try {
    return get();
  } catch {
    return ''; // not Linux, or hidden from us
  }
}
