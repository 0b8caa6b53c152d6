/**
 * `--watch`: draws the workers on the terminal at most ten times a second and reads two keys.
 *
 * Invariants: nothing is left behind on the terminal, however the run ends: the cursor is never hidden, the screen never
 * changed for another, and the keyboard is given back at the end, at a crash (Node.js does that itself) and before a stop
 * by Ctrl-Z. Pausing always ends: by the same key, by the end of the view, and when the keyboard is gone.
 */
import { spawnSync } from 'node:child_process';
import type { ReadStream, WriteStream } from 'node:tty';
import { terminalWidth } from './terminal-width.ts';
import { watchLines } from './watch-lines.ts';
import type { Watcher } from './watch-state.ts';

const redrawMs = 100;

export interface LiveViewOptions {
  readonly screen: WriteStream;
  /** Null where stdin is no terminal. */
  readonly keyboard: ReadStream | null;
  readonly watcher: Watcher;
  readonly color: boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly isPaused: () => boolean;
  /** Stops the run as Ctrl-C does: `group` for the key Ctrl-C itself, which reaches every process of the terminal. */
  readonly quit: (reach: 'run' | 'group') => void;
  /** Whether a process before this one may have been killed with the keyboard in its hands. */
  readonly mayBeLeftRaw: boolean;
}

export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #atExit = () => this.end();
  readonly #onKeys = (bytes: Buffer) => this.#keys(bytes.toString('latin1'));
  readonly #onKeyboardGone = () => this.#options.resume();
  readonly #onContinue = () => this.#takeKeyboard();
  #drawnLines = 0;
  #isOver = false;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    if (options.keyboard !== null && options.mayBeLeftRaw) {
      spawnSync('stty', ['icanon', 'echo', 'isig', 'icrnl', 'opost'], { stdio: 'inherit' });
    }
    this.#takeKeyboard();
    options.keyboard?.on('data', this.#onKeys);
    options.keyboard?.on('end', this.#onKeyboardGone);
    options.keyboard?.on('error', this.#onKeyboardGone);
    process.on('SIGCONT', this.#onContinue);
    process.once('exit', this.#atExit);
    this.#timer = setInterval(() => this.#draw(), redrawMs).unref();
    this.#draw();
  }

  /** Makes room for other output on the same terminal; the next drawing brings the view back. */
  clear(): void {
    if (this.#drawnLines > 0) this.#options.screen.write(`${this.#toTop()}\x1b[J`);
    this.#drawnLines = 0;
  }

  /** Takes the view away and gives the keyboard back. Safe to call twice. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.clear();
    const { keyboard, watcher, resume } = this.#options;
    process.off('exit', this.#atExit);
    process.off('SIGCONT', this.#onContinue);
    keyboard?.off('data', this.#onKeys);
    keyboard?.off('end', this.#onKeyboardGone);
    keyboard?.off('error', this.#onKeyboardGone);
    this.#giveKeyboardBack();
    keyboard?.pause();
    watcher.close();
    resume();
  }

  #draw(): void {
    const { screen, watcher, color } = this.#options;
    // The last column stays free: writing there would wrap the line on some terminals.
    const width = terminalWidth(screen) - 1;
    const lines = watchLines(watcher.look(), { width, height: Math.max(3, (screen.rows || 24) - 1), color });
    const text = lines.map((line) => `${line}\x1b[K`).join('\n');
    // one write, so that no half of it is seen; what an earlier, longer drawing left below goes
    screen.write(`${this.#toTop()}${text}\x1b[J`);
    this.#drawnLines = lines.length;
  }

  #toTop(): string {
    return this.#drawnLines > 1 ? `\r\x1b[${this.#drawnLines - 1}A` : '\r';
  }

  #keys(typed: string): void {
    const { quit, isPaused, pause, resume } = this.#options;
    for (const key of typed) {
      if (key === 'q' || key === 'Q') quit('run');
      else if (key === '\x03') quit('group');
      else if (key === '\x1a') this.#suspend();
      else if (key === 'p' || key === 'P' || key === ' ') {
        if (isPaused()) resume();
        else pause();
        this.#draw();
      }
    }
  }

  /** Ctrl-Z: the shell gets its terminal as it was; `fg` brings everything back. */
  #suspend(): void {
    this.clear();
    this.#giveKeyboardBack();
    process.kill(0, 'SIGTSTP');
  }

  #takeKeyboard(): void {
    if (!this.#isOver) this.#options.keyboard?.setRawMode(true);
  }

  #giveKeyboardBack(): void {
    const { keyboard } = this.#options;
    if (keyboard !== null && !keyboard.destroyed) keyboard.setRawMode(false);
  }
}
