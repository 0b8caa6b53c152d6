/** How far a sweep is, on stderr: one line that is drawn again on a terminal, a line for each trial elsewhere. */
import { formatDuration } from '../core/duration.ts';
import { formatSize } from '../core/size.ts';
import { fitWidth } from '../outputs/display-width.ts';
import { dimensions, flagOfDimension, type Setting, shownValue } from '../tune/setting.ts';
import type { TrialEvent } from '../tune/tune.ts';
import { formatSpeed } from './rates.ts';
import { terminalWidth } from './terminal-width.ts';

interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class TuneProgress {
  readonly #stream: ProgressStream;
  readonly #isShown: boolean;
  readonly #isTerminal: boolean;
  readonly #maxTime: number;
  #last = '';
  #isDrawn = false;

  constructor(
    stream: ProgressStream,
    { quiet, progress, maxTime }: { quiet: boolean; progress: boolean | undefined; maxTime: number },
  ) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true;
    this.#isShown = progress ?? !quiet;
    this.#maxTime = maxTime;
  }

  show(event: TrialEvent): void {
    if (!this.#isShown) return;
    if (this.#isTerminal) {
      if (event.type === 'ended') this.#last = ` · last ${outcomeText(event)}`;
      const title = event.count === 0 ? '' : `trial ${event.count} · `;
      const line = `${title}${clock(event.elapsedMs, this.#maxTime)} · ${subject(event)}${this.#last}`;
      this.#isDrawn = true;
      this.#stream.write(`\r${fitWidth(line, terminalWidth(this.#stream) - 1)}\x1b[K`);
    } else if (event.type === 'ended') {
      this.#stream.write(`trial ${event.count}: ${subject(event)}: ${outcomeText(event)}\n`);
    }
  }

  end(): void {
    if (this.#isDrawn) this.#stream.write('\r\x1b[K');
    this.#isDrawn = false;
  }
}

function clock(elapsedMs: number, maxTime: number): string {
  return `${Math.round(elapsedMs / 1000)} of ${Math.round(maxTime)} s`;
}

function subject(event: TrialEvent): string {
  if (event.type === 'ended') return settingText(event.trial.setting);
  return event.request === null ? 'a first look' : settingText(event.request.resolved.setting);
}

function settingText(setting: Setting): string {
  return dimensions
    .map((dimension) => `${flagOfDimension[dimension]} ${shownValue(dimension, setting[dimension])}`)
    .join(', ');
}

function outcomeText({ trial: { result } }: Extract<TrialEvent, { type: 'ended' }>): string {
  if ('failure' in result) return `failed: ${result.failure}`;
  const { ms, bytes, peakRssBytes } = result;
  return `${formatSpeed(bytes, ms / 1000)}, peak ${formatSize(peakRssBytes)}, ${formatDuration(ms)}`;
}
