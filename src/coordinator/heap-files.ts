/**
 * The folder of `--heap-profile`: what workers are told of it, and what stays in it.
 *
 * Invariants: of lives that have ended the 32 profiles stay that tell most, deaths before full heaps before others; of heap
 * snapshots as many as were asked for; what a dead worker left unfinished goes.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import {
  type HeapProfileSetup,
  lifeFileName,
  profileExtension,
  snapshotExtension,
  unfinishedExtension,
} from '../execute/heap-profile-setup.ts';
import type { Retirement } from './pool-options.ts';

export interface HeapProfileOptions {
  readonly folder: string;
  /** At most so many snapshots of full heaps. */
  readonly snapshots: number;
}

/** A file of one life. */
export interface HeapFile {
  readonly path: string;
  readonly worker: number;
  /** The how manieth in the worker's slot, from 1. */
  readonly life: number;
}

const mostProfiles = 32;

export class HeapFiles {
  readonly folder: string;
  readonly #prefix: string;
  readonly #snapshotsLeft: SharedArrayBuffer | null;
  #ended: { readonly path: string; readonly rank: number }[] = [];
  #missing = 0;

  /** Makes the folder. Throws UsageError where nothing can be written there. */
  constructor({ folder, snapshots }: HeapProfileOptions) {
    this.folder = resolve(folder);
    try {
      // only the folder itself: for one below /proc Node.js 20 tries for ever to make those above
      if (!existsSync(this.folder)) mkdirSync(this.folder);
      accessSync(this.folder, constants.W_OK);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`Cannot write heap profiles to "${printable(folder)}": ${reason}`);
    }
    const [date = '', time = ''] = new Date()
      .toISOString()
      .replace(/[-:]|\..*/g, '')
      .split('T');
    this.#prefix = `${date}-${time}-${randomBytes(2).toString('hex')}`;
    this.#snapshotsLeft = snapshots > 0 ? new SharedArrayBuffer(4) : null;
    if (this.#snapshotsLeft !== null) new Int32Array(this.#snapshotsLeft)[0] = snapshots;
  }

  /** For the workers' data. */
  get setup(): { readonly heapProfile: HeapProfileSetup } {
    return { heapProfile: { folder: this.folder, prefix: this.#prefix, snapshotsLeft: this.#snapshotsLeft } };
  }

  /** Options of a thread: where V8 puts the snapshot of a heap that reaches its limit. */
  get threadOptions(): { readonly execArgv?: string[] } {
    return this.#snapshotsLeft === null ? {} : { execArgv: [`--diagnostic-dir=${this.folder}`] };
  }

  /** Lives that should have left a profile and did not, as where the disk is full. */
  get missing(): number {
    return this.#missing;
  }

  lifeEnded(threadId: number, { worker, life, reason, tasks, peakHeapBytes }: Retirement): void {
    const path = join(this.folder, lifeFileName(this.#prefix, worker, life));
    rmSync(path + unfinishedExtension, { force: true });
    this.#settleSnapshot(threadId, path + snapshotExtension);
    if (existsSync(path + profileExtension)) {
      this.#keep(path + profileExtension, reason === 'died' ? Number.POSITIVE_INFINITY : peakHeapBytes);
    } else if (tasks > 0) this.#missing++;
  }

  /** Profiles there are by now, those of living workers among them. */
  profiles(): HeapFile[] {
    return this.#list(profileExtension);
  }

  snapshots(): HeapFile[] {
    return this.#list(snapshotExtension);
  }

  #keep(path: string, rank: number): void {
    this.#ended = [...this.#ended, { path, rank }].sort((a, b) => b.rank - a.rank);
    for (const { path: dropped } of this.#ended.splice(mostProfiles)) rmSync(dropped, { force: true });
  }

  /** V8 names a snapshot by process and thread. One that a killed thread did not finish, or one too many, goes. */
  #settleSnapshot(threadId: number, path: string): void {
    if (this.#snapshotsLeft === null) return;
    const name = new RegExp(`^Heap\\.\\d+\\.\\d+\\.${process.pid}\\.${threadId}\\.\\d+\\.heapsnapshot$`);
    for (const found of readdirSync(this.folder).filter((entry) => name.test(entry))) {
      const from = join(this.folder, found);
      const isWanted = isWhole(from) && Atomics.sub(new Int32Array(this.#snapshotsLeft), 0, 1) > 0;
      if (isWanted) renameSync(from, path);
      else rmSync(from);
    }
  }

  #list(extension: string): HeapFile[] {
    return readdirSync(this.folder)
      .filter((name) => name.startsWith(this.#prefix) && name.endsWith(extension))
      .map((name) => {
        const [, worker, life] = /-worker-(\d+)-life-(\d+)\./.exec(name) ?? [];
        return { path: join(this.folder, name), worker: Number(worker), life: Number(life) };
      })
      .sort((a, b) => a.worker - b.worker || a.life - b.life);
  }
}

/** A snapshot is JSON, and its last character closes it. */
function isWhole(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const end = Buffer.alloc(8);
    const { size } = fstatSync(file);
    const bytes = readSync(file, end, 0, end.length, Math.max(0, size - end.length));
    return end.subarray(0, bytes).toString('latin1').trimEnd().endsWith('}');
  } finally {
    closeSync(file);
  }
}
