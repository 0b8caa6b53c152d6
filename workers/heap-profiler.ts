/**
 * `--heap-profile`: which functions allocated what this thread's heap holds, by V8's sampling profiler, and heap snapshots of
 * a heap that is full. Loaded in every worker, at work only where it was asked for.
 *
 * Invariant: the file of a life is whole at any moment, so that a worker that dies leaves the profile of its last look. A
 * look collects garbage first (what it shows is what is kept), which takes about a millisecond for each megabyte of heap:
 * looks follow one another so slowly that they take a twentieth of the time, and sooner only where the heap has grown.
 */
import { renameSync, writeFileSync } from 'node:fs';
import type { HeapProfiler as Profiling, Session } from 'node:inspector';
import { join } from 'node:path';
import { setHeapSnapshotNearHeapLimit, writeHeapSnapshot } from 'node:v8';
import { resourceLimits } from 'node:worker_threads';
import { monotonicMs } from '../src/core/monotonic.ts';
import {
  type HeapProfileSetup,
  lifeFileName,
  profileExtension,
  snapshotExtension,
  unfinishedExtension,
} from '../src/execute/heap-profile-setup.ts';
import { oldBytes } from './heap-watch.ts';

/** `boundary`: of a chunk or a batch; `spent`: the heap is full for good, and the worker is about to leave. */
export type Moment = 'boundary' | 'taskEnd' | 'spent';

const leastBetweenMs = 100;
/** How many times a look's cost must have passed before the next one. */
const patience = { boundary: 20, taskEnd: 4, grown: 3, spent: 0 } as const;
/** Of the heap's limit: growth that is worth a look of its own. */
const grownShare = 1 / 8;
/** Mean number of bytes between two samples; V8's own default is 32 KiB. A full heap has some two thousand. */
const leastInterval = 32 * 1024;
const samplesOfFullHeap = 2048;

export class HeapProfiler {
  readonly #session: Session;
  readonly #limitBytes = (resourceLimits.maxOldGenerationSizeMb ?? 64) * 1024 * 1024;
  readonly #path: string;
  readonly #snapshotsLeft: Int32Array | null;
  #lookedAtMs = monotonicMs();
  #costMs = 0;
  #keptBytes = 0;
  #isBroken = false;

  /** `life`: the how manieth in the slot. */
  constructor({ folder, prefix, snapshotsLeft }: HeapProfileSetup, worker: number, life: number) {
    this.#path = join(folder, lifeFileName(prefix, worker, life));
    const inspector = process.getBuiltinModule('node:inspector'); // not loaded where no profile is wanted
    this.#session = new inspector.Session();
    this.#session.connect();
    const samplingInterval = Math.max(leastInterval, this.#limitBytes / samplesOfFullHeap);
    this.#session.post('HeapProfiler.startSampling', { samplingInterval });
    this.#snapshotsLeft = snapshotsLeft === null ? null : new Int32Array(snapshotsLeft);
    if (this.#snapshotsLeft !== null && Atomics.load(this.#snapshotsLeft, 0) > 0) setHeapSnapshotNearHeapLimit(1);
  }

  look(moment: Moment): void {
    if (this.#isBroken || !this.#isWorthIt(moment, monotonicMs() - this.#lookedAtMs)) return;
    const beganMs = monotonicMs();
    this.#write();
    this.#lookedAtMs = monotonicMs();
    this.#costMs = this.#lookedAtMs - beganMs;
    if (moment === 'spent') this.#writeSnapshot();
    this.#keptBytes = oldBytes();
  }

  #isWorthIt(moment: Moment, passedMs: number): boolean {
    const least = moment === 'boundary' ? leastBetweenMs : 0;
    if (passedMs >= Math.max(least, this.#costMs * patience[moment])) return true;
    return passedMs >= this.#costMs * patience.grown && oldBytes() > this.#keptBytes + this.#limitBytes * grownShare;
  }

  #write(): void {
    const profile = this.#take();
    try {
      writeFileSync(this.#path + unfinishedExtension, JSON.stringify(profile));
      renameSync(this.#path + unfinishedExtension, this.#path + profileExtension);
    } catch {
      this.#isBroken = true; // a full disk costs no answer; the coordinator misses the file and says so
    }
  }

  /** The session is this thread's own, so it answers before `post` returns. */
  #take(): Profiling.SamplingHeapProfile | undefined {
    let profile: Profiling.SamplingHeapProfile | undefined;
    this.#session.post('HeapProfiler.getSamplingProfile', (error, answer) => {
      if (error !== null) throw new Error(`Cannot profile the heap: ${error.message}`);
      profile = answer.profile;
    });
    return profile;
  }

  /** V8 itself writes the snapshot of a worker that reaches its limit within a task. */
  #writeSnapshot(): void {
    if (this.#snapshotsLeft === null || Atomics.sub(this.#snapshotsLeft, 0, 1) <= 0) return;
    try {
      writeHeapSnapshot(this.#path + snapshotExtension);
    } catch {
      this.#isBroken = true; // as above
    }
  }
}
