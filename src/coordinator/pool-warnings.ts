/** What a pool says about itself, each thing once: caps that are overridden, workers that are replaced too often. */
import type { MemorySample } from '../execute/messages.ts';
import { heapLimitWarning } from './heap-limit-warning.ts';
import type { PoolOptions, Retirement } from './pool-options.ts';
import { thrashWarning } from './thrash-policy.ts';
import type { WorkerLife } from './worker-lives.ts';

export class PoolWarnings {
  readonly #options: PoolOptions;
  readonly #say: (message: string) => void;
  readonly #openedAtMs = Date.now();
  #hasSaidLimit = false;
  #hasSaidThrash = false;

  constructor(options: PoolOptions, say: (message: string) => void) {
    this.#options = options;
    this.#say = say;
  }

  sampled(memory: MemorySample): void {
    const message = this.#hasSaidLimit ? null : heapLimitWarning(memory, this.#options);
    if (message === null) return;
    this.#hasSaidLimit = true;
    this.#say(message);
  }

  retired(retirements: readonly Retirement[]): void {
    if (this.#hasSaidThrash) return;
    const elapsedMs = Date.now() - this.#openedAtMs;
    const message = thrashWarning({ retirements, elapsedMs, workers: this.#options.workers });
    if (message === null) return;
    this.#hasSaidThrash = true;
    this.#say(message);
  }
}

/** Why there is no worker any more, and what helps. */
export function noWorkerMessage(lives: readonly Pick<WorkerLife, 'state'>[]): string {
  if (lives.every(({ state }) => state !== 'leaving'))
    return 'Cannot start a worker thread: none was ready after a minute';
  return 'Cannot go on: a worker thread does not end although it was terminated (a livelock of V8): run with --supervise, which starts the process again';
}
