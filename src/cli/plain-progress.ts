/** `--watch` where stderr is no terminal: a line now and then, for a log or a pipe. */
import { formatSize } from '../core/size.ts';
import { progressLine } from './progress-line.ts';
import type { Watcher, WatchState } from './watch-state.ts';

const everyMs = 2000;

export class PlainProgress {
  readonly #timer: NodeJS.Timeout;
  readonly #watcher: Watcher;

  constructor(stream: { write(text: string): unknown }, watcher: Watcher) {
    this.#watcher = watcher;
    this.#timer = setInterval(() => stream.write(`${plainLine(watcher.look())}\n`), everyMs).unref();
  }

  /** Lines stay: there is nothing to make room for. */
  clear(): void {}

  end(): void {
    clearInterval(this.#timer);
    this.#watcher.close();
  }
}

export function plainLine({ progress, rssBytes, budgetBytes, recycled, workers }: WatchState): string {
  const each = workers
    .filter(({ state }) => state !== 'starting')
    .map(
      ({ worker, state, heapUsedBytes, arenaUsedBytes }) =>
        `${worker} ${state} heap ${formatSize(heapUsedBytes)} arena ${formatSize(arenaUsedBytes)}`,
    );
  const parts = [
    progressLine(progress, Number.POSITIVE_INFINITY).replace(/\s*[━╸][━╸ ]*/, '  '),
    `memory ${formatSize(rssBytes)} of ${formatSize(budgetBytes)}`,
    `${recycled} recycled`,
    ...each,
  ];
  return parts.join('; ').trim();
}
