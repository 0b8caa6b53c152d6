/**
 * Results that were too large for memory, in the state folder: the ledger's entries name them, so they stay as long as it.
 *
 * Invariants: what an entry names is on the disk before the entry is; what no entry names (a try that died) is removed when
 * the ledger is opened.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ScanResult } from '../../execute/messages.ts';
import type { SpillPlace } from '../../execute/spill.ts';

type Spilled = Pick<ScanResult, 'spilledPartials' | 'runs'>;

export class SpilledResults {
  readonly place: SpillPlace;
  readonly #folder: string;
  readonly #isDurable: boolean;

  /** Throws what the system says. */
  constructor(stateFolder: string, isDurable: boolean) {
    this.#folder = join(resolve(stateFolder), 'spilled');
    this.#isDurable = isDurable;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.place = { folder: this.#folder, problem: '' };
  }

  /** Removes the files of all other results. */
  keepOnly(results: readonly Spilled[]): void {
    const kept = new Set(results.flatMap(pathsOf));
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      if (!kept.has(path)) rmSync(path, { force: true });
    }
  }

  /** Forces a result's files to the disk. */
  settle(result: Spilled): void {
    if (!this.#isDurable) return;
    const paths = pathsOf(result);
    for (const path of paths) synchronize(path);
    if (paths.length > 0) synchronize(this.#folder);
  }

  /** Leaves no empty folder behind. */
  close(): void {
    if (readdirSync(this.#folder).length === 0) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function pathsOf({ spilledPartials, runs }: Spilled): string[] {
  return [...new Set([...spilledPartials, ...runs].map(({ path }) => path))];
}

function synchronize(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
