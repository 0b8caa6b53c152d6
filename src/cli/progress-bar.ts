/**
 * Draws the progress bar on stderr, at most ten times a second, and takes it away at the end: what stays on the screen is
 * the answer.
 */
import { monotonicMs } from '../core/monotonic.ts';
import { type ProgressState, progressLine } from './progress-line.ts';
import { terminalWidth } from './terminal-width.ts';

const redrawMs = 100;
/** A question that is answered sooner than this shows no bar. */
const patienceMs = 300;

export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #look: () => ProgressState;
  #timer: NodeJS.Timeout | undefined;
  #isDrawn = false;

  /** `look` is called before each drawing. */
  constructor(stream: NodeJS.WriteStream, look: () => ProgressState) {
    this.#stream = stream;
    this.#look = look;
    const startedAtMs = monotonicMs();
    this.#timer = setInterval(() => {
      if (monotonicMs() - startedAtMs >= patienceMs) this.#draw();
    }, redrawMs);
    this.#timer.unref();
  }

  /** Makes room for other output on the same terminal; the next drawing brings the bar back. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write('\r\x1b[K');
    this.#isDrawn = false;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.clear();
  }

  #draw(): void {
    // The last column stays free: writing there would wrap the line on some terminals.
    this.#stream.write(`\r${progressLine(this.#look(), terminalWidth(this.#stream) - 1)}\x1b[K`);
    this.#isDrawn = true;
  }
}
