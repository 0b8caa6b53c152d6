/**
 * The folder in which a run spills; removed when the run ends, and when the process does. One that cannot be made is no
 * failure until something has to be spilled.
 */
import { tmpdir } from 'node:os';
import type { SpillPlace } from '../execute/spill.ts';
import { systemErrorCode, systemErrorWords } from '../inputs/system-error.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

export class SpillFolder {
  readonly place: SpillPlace;
  readonly #folder: TemporaryFolder | null;

  /** `parent`: where to put it; the system's temporary folder unless told. */
  constructor(parent: string = tmpdir()) {
    let problem = '';
    let folder: TemporaryFolder | null = null;
    try {
      folder = makeTemporaryFolder(parent);
    } catch (error) {
      const reason = systemErrorCode(error) === 'ENOENT' ? 'no such folder' : systemErrorWords(error);
      problem = `Cannot spill to "${parent}": ${reason}: name another folder with --spill-dir`;
    }
    this.#folder = folder;
    this.place = { folder: folder?.path ?? null, problem };
  }

  remove(): void {
    this.#folder?.remove();
  }
}
