/**
 * One run at a time per state folder: a lock file that names its owner. A dead owner's lock is taken over.
 *
 * The owner touches the file every few seconds, because a process on another machine can tell life only by that.
 */
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunError, UsageError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { type ProcessMark, processState, thisProcess } from '../process-mark.ts';

const touchMs = 5_000;
const silentMs = 20_000;

export class StateLock {
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;
  readonly #release = () => this.release();

  /** Throws UsageError where another run holds the folder. */
  constructor(folder: string) {
    this.#path = join(folder, 'lock');
    const mine = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(mine, JSON.stringify(thisProcess()), { mode: 0o600 });
      while (!taken(mine, this.#path)) breakStale(this.#path, folder);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new RunError(`Cannot lock the state in "${printable(folder)}": ${reason}`, { cause: error });
    } finally {
      rmSync(mine, { force: true });
    }
    this.#timer = setInterval(() => this.#touch(), touchMs);
    this.#timer.unref();
    process.once('exit', this.#release);
  }

  release(): void {
    clearInterval(this.#timer);
    process.removeListener('exit', this.#release);
    rmSync(this.#path, { force: true });
  }

  #touch(): void {
    const now = new Date();
    try {
      utimesSync(this.#path, now, now);
    } catch {
      // somebody removed it; the ledger itself would notice a second writer only at the next resume
    }
  }
}

/** A link is made with its content or not at all. */
function taken(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  try {
    writeFileSync(path, readFileSync(mine), { flag: 'wx', mode: 0o600 }); // a file system without links
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function breakStale(path: string, folder: string): void {
  const before = read(path);
  if (before === null) return; // released in the meantime
  if (isHeld(before, path)) {
    const owner = markOf(before.text);
    throw new UsageError(
      `Cannot use the state in "${printable(folder)}": ${owner === null ? 'another run' : `process ${owner.pid}`} is using it: wait for its end, or remove "${printable(path)}" if it is gone`,
    );
  }
  // moved aside and looked at again: two runs may both have found it stale, and the first may have taken it by now
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside)?.text !== before.text) taken(aside, path);
  rmSync(aside, { force: true });
}

interface LockContent {
  readonly text: string;
  readonly touchedAtMs: number;
}

function isHeld({ text, touchedAtMs }: LockContent, path: string): boolean {
  const owner = markOf(text);
  const state = owner === null ? 'elsewhere' : processState(owner);
  if (state !== 'elsewhere') return state === 'running';
  const probe = `${path}.${process.pid}`; // just written: the file system's clock may not be ours
  return statSync(probe).mtimeMs - touchedAtMs < silentMs;
}

function read(path: string): LockContent | null {
  try {
    return { text: readFileSync(path, 'utf8'), touchedAtMs: statSync(path).mtimeMs };
  } catch {
    return null;
  }
}

function markOf(text: string): ProcessMark | null {
  try {
    const mark: unknown = JSON.parse(text);
    if (typeof mark !== 'object' || mark === null) return null;
    const { machine, pid, started }: Record<string, unknown> = { ...mark };
    if (typeof machine !== 'string' || typeof pid !== 'number' || typeof started !== 'string') return null;
    return { machine, pid, started };
  } catch {
    return null;
  }
}
