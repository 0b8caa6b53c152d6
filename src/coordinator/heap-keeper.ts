/**
 * Keeps the garbage of this thread's heap small. Its limit is V8's own, gigabytes away, so V8 lets decoded rows pile up that
 * nobody uses any more, and a budget of 256 MiB cannot wait for it. A collection takes some 10 ms and is asked for only after
 * as many megabytes have come as would be missed.
 */
import { getHeapStatistics } from 'node:v8';
import { collector } from '../execute/collector.ts';

const mib = 1024 * 1024;

export class HeapKeeper {
  readonly #slackBytes: number;
  #line: number;
  #collect: (() => void) | null = null;

  /** `budgetBytes`: the whole process's. What is in use now is no garbage. */
  constructor(budgetBytes: number) {
    this.#slackBytes = Math.max(16 * mib, Math.min(256 * mib, budgetBytes / 16));
    this.#line = getHeapStatistics().used_heap_size + this.#slackBytes;
  }

  /** Called between blocks of rows. */
  look(): void {
    if (getHeapStatistics().used_heap_size < this.#line) return;
    this.#collect ??= collector();
    this.#collect();
    this.#line = getHeapStatistics().used_heap_size + this.#slackBytes;
  }
}
