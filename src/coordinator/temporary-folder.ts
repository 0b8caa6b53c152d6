/**
 * Temporary folders that say whose they are, so that what a killed process left behind is removed by a later one.
 *
 * Invariant: only folders whose owner has certainly ended are removed.
 */
import { mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { turn } from '../core/turn.ts';
import { type ProcessMark, processState, thisProcess } from './process-mark.ts';

export interface TemporaryFolder {
  readonly path: string;
  /** Also done when the process ends by itself. */
  remove(): void;
}

/** Throws what the system says. */
export function makeTemporaryFolder(parent: string): TemporaryFolder {
  const { machine, pid, started } = thisProcess();
  const path = mkdtempSync(join(parent, `millrace-${machine}-${pid}-${started || '0'}-`));
  const clear = () => {
    try {
      rmdirSync(path); // most are empty, and rmSync takes a millisecond to load
    } catch {
      rmSync(path, { recursive: true, force: true });
    }
  };
  process.once('exit', clear);
  return {
    path,
    remove() {
      process.removeListener('exit', clear);
      clear();
    },
  };
}

/** Removes the folders of processes that have ended. Never fails: what cannot be removed stays. */
export async function removeAbandonedFolders(parent: string): Promise<void> {
  await turn(); // what is about to start comes first
  for (const name of namesIn(parent)) {
    const owner = ownerOf(name);
    if (owner === null || processState(owner) !== 'ended') continue;
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ownerOf(name: string): ProcessMark | null {
  const [, machine, pid, started] = /^millrace-([0-9a-f]{8})-(\d+)-([0-9a-z]+)-\w{6}$/.exec(name) ?? [];
  if (machine === undefined || started === undefined) return null;
  return { machine, pid: Number(pid), started: started === '0' ? '' : started };
}
