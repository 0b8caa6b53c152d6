/**
 * How much memory this process may take when the user does not say: a quarter of the machine, because whoever runs a
 * query on a server shares it with what the server is for; half of a container's limit, because a container is the
 * query's own, but its page cache and its other processes live under the same limit.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { formatSize } from '../core/size.ts';

export interface MemoryDefault {
  readonly bytes: number;
  readonly from: 'machine' | 'container';
  readonly limitBytes: number;
}

/** For --explain: `a quarter of the machine's 16 GiB`. */
export function originOf({ from, limitBytes }: MemoryDefault): string {
  return `${from === 'container' ? "half of the container's" : "a quarter of the machine's"} ${formatSize(limitBytes)}`;
}

/** `read` returns a file's text, or null where there is none; replaced in tests. */
export function defaultMemory(
  machineBytes: number = totalmem(),
  read: (path: string) => string | null = readText,
): MemoryDefault {
  const containerBytes = cgroupLimit(read);
  if (containerBytes !== null && containerBytes < machineBytes) {
    return { bytes: Math.floor(containerBytes / 2), from: 'container', limitBytes: containerBytes };
  }
  return { bytes: Math.floor(machineBytes / 4), from: 'machine', limitBytes: machineBytes };
}

/** The tightest limit on the way from this process's control group to the root, or null. */
function cgroupLimit(read: (path: string) => string | null): number | null {
  let tightest: number | null = null;
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const unified = controllers === '';
    if (!unified && !controllers.split(',').includes('memory')) continue;
    const root = unified ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const file = unified ? 'memory.max' : 'memory.limit_in_bytes';
    for (const folder of ancestors(path)) {
      const bytes = Number((read(`${root}${folder}/${file}`) ?? 'max').trim()); // `max` is no number
      if (Number.isFinite(bytes) && bytes > 0) tightest = Math.min(tightest ?? bytes, bytes);
    }
  }
  return tightest;
}

/** `/a/b` gives `/a/b`, `/a` and the root as ''. */
function ancestors(path: string): string[] {
  const folders = [''];
  for (const name of path.split('/').filter((part) => part !== '')) folders.unshift(`${folders[0]}/${name}`);
  return folders;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // not Linux, or no such control group
  }
}
