/**
 * Tells when this thread's heap is full of what no collection gives back: then its task hands over what it has and the
 * worker leaves, which costs milliseconds, before it dies, which costs the task.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { resourceLimits } from 'node:worker_threads';
import { monotonicMs } from '../src/core/monotonic.ts';

/** From here on it is worth a full collection to know. */
const lookShare = 0.6;
/** So much of the heap, or of what the user's modules left of it, in use after a collection: the heap is spent. */
const spentShare = 0.5;
const leastBetweenMs = 100;
/** Above this a collection cannot wait. */
const urgentShare = 0.85;

export class HeapWatch {
  #baseBytes = 0;
  #collectedAtMs = 0;
  #collect: (() => void) | null = null;

  /** What is in use now belongs to every life: a small heap with large modules in it is not spent. Once per life. */
  noteBase(): void {
    if (this.#baseBytes === 0) this.#baseBytes = oldBytes();
  }

  isSpent(): boolean {
    const limit = (resourceLimits.maxOldGenerationSizeMb ?? Number.POSITIVE_INFINITY) * 1024 * 1024;
    const used = oldBytes();
    if (used < limit * lookShare) return false;
    const now = monotonicMs();
    if (used < limit * urgentShare && now - this.#collectedAtMs < leastBetweenMs) return false;
    this.#collectedAtMs = now;
    this.#collect ??= collector();
    this.#collect();
    const base = Math.min(this.#baseBytes, limit);
    return oldBytes() > base + (limit - base) * spentShare;
  }
}

/** What has grown old: the young generation has room of its own, and the old one's limit is what kills. */
export function oldBytes(): number {
  let bytes = 0;
  for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) {
    if (!name.startsWith('new_') && !name.startsWith('read_only')) bytes += used;
  }
  return bytes;
}

/** V8's full collection, which a flag shows to contexts that are made later. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => void collect() : () => undefined;
}
