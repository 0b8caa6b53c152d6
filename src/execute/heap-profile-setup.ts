/**
 * What a worker is told about profiling its heap, and how the files of one life are named: by slot and by the number of the
 * life in that slot, behind a prefix of the pool's own, so that runs may share a folder.
 */

export interface HeapProfileSetup {
  /** Absolute. */
  readonly folder: string;
  readonly prefix: string;
  /** One Int32: how many heap snapshots may still be written. Null: none are wanted. */
  readonly snapshotsLeft: SharedArrayBuffer | null;
}

/** `20261125-191042-a3f2-worker-0-life-3`: an extension makes it a file's name. */
export function lifeFileName(prefix: string, worker: number, life: number): string {
  return `${prefix}-worker-${worker}-life-${life}`;
}

export const profileExtension = '.heapprofile';
export const snapshotExtension = '.heapsnapshot';
/** A profile that is being written. */
export const unfinishedExtension = '.heapprofile.tmp';
