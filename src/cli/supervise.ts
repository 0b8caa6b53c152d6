/**
 * `--supervise`: runs the engine in a child process that can be killed and started again from the ledger, whatever has
 * become of it: a fatal abort of V8, the kernel's out-of-memory killer, a thread that nothing can stop.
 *
 * Invariant: every byte of the answer is passed on once. A second life writes the same bytes, because output is
 * deterministic; those that were passed on already are compared and dropped.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { makeTemporaryFolder, removeAbandonedFolders } from '../coordinator/temporary-folder.ts';
import { RunError } from '../core/errors.ts';
import type { Settings } from './flags.ts';
import { type FromParent, type Supervision, supervisionVariable, type ToParent } from './supervised.ts';
import { terminalWidth } from './terminal-width.ts';

/** Lives in a row that begin where the one before began. */
const mostFruitlessLives = 3;
/** An engine that says nothing for so long is killed. */
const defaultSilenceMs = 60_000;
/** How long an engine may take to end once it has said that it does, or was asked to. */
const endGraceMs = 2000;

/** What a process does to itself; SIGKILL comes from outside. */
const crashes: ReadonlySet<string> = new Set(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** How one life of the engine ended; `code` null: it died. */
interface Ending {
  readonly code: number | null;
  readonly how: string;
  /** It died of what it was doing, and was not ended from outside. */
  readonly blame: boolean;
}

/** Runs `millrace ARGS` under supervision; the exit code. Throws RunError when the engine keeps dying. */
export async function supervise(args: readonly string[], settings: Settings): Promise<number> {
  const parent = tmpdir();
  await removeAbandonedFolders(parent);
  const temporary = settings.state === undefined ? makeTemporaryFolder(parent) : null;
  const supervisor = new Supervisor(args, settings, temporary?.path ?? null);
  try {
    return await supervisor.run();
  } finally {
    supervisor.release();
    temporary?.remove();
    // an engine that was killed last has no later one to clear up behind it
    await removeAbandonedFolders(settings.spillDir ?? parent);
  }
}

class Supervisor {
  readonly #args: readonly string[];
  readonly #settings: Settings;
  readonly #temporaryState: string | null;
  readonly #silenceMs: number;
  #child: ChildProcess | null = null;
  #passedBytes = 0;
  #passedCrc = 0;
  /** What the living engine said of its ledger; null: it has none. */
  #progress: string | null | undefined;
  #interrupted: 'SIGINT' | 'SIGTERM' | null = null;
  #stdoutError: NodeJS.ErrnoException | null = null;
  readonly #onSignal = (signal: 'SIGINT' | 'SIGTERM') => this.#interrupt(signal);

  constructor(args: readonly string[], settings: Settings, temporaryState: string | null) {
    this.#args = args;
    this.#settings = settings;
    this.#temporaryState = temporaryState;
    this.#silenceMs = Number(process.env.MILLRACE_SILENCE_MS ?? defaultSilenceMs);
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
    process.stdout.on('error', (error) => {
      this.#stdoutError ??= error;
      this.#child?.stdout?.destroy(); // the engine finds its pipe closed, and ends as it would without us
    });
  }

  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
    this.#child?.kill('SIGKILL');
  }

  async run(): Promise<number> {
    let fruitless = 0;
    let before: string | null | undefined;
    let blame = false;
    for (let life = 1; ; life++) {
      this.#progress = undefined;
      const ending = await this.#live(life, blame);
      const { code, how } = ending;
      blame = ending.blame;
      if (this.#stdoutError !== null && this.#stdoutError.code !== 'EPIPE') {
        throw new RunError(`Cannot write the answer: ${this.#stdoutError.message}`, { cause: this.#stdoutError });
      }
      if (code !== null) return code;
      if (this.#interrupted !== null) return exitCodes[this.#interrupted];
      if (this.#progress === null) {
        throw new RunError(`Cannot finish the query: the engine ${how}, and standard input cannot be read again`);
      }
      fruitless = this.#progress !== undefined && this.#progress !== before ? 1 : fruitless + 1;
      before = this.#progress ?? before;
      if (fruitless >= mostFruitlessLives) {
        throw new RunError(
          `Cannot finish the query: the engine ${how}, for the third time without getting further: lower --split or raise --memory`,
        );
      }
      if (!this.#settings.quiet) process.stderr.write(`millrace: The engine ${how}: starting it again\n`);
    }
  }

  async #live(life: number, blame: boolean): Promise<Ending> {
    const child = this.#start(life, blame);
    this.#child = child;
    let ended: number | null = null;
    let how: string | null = null;
    let timer: NodeJS.Timeout | undefined;
    const killAfter = (ms: number, why: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        how ??= why;
        child.kill('SIGKILL');
      }, ms);
    };
    const silence = `said nothing for ${Math.round(this.#silenceMs / 1000)} s and was killed`;
    killAfter(this.#silenceMs, silence);
    child.on('message', (message: ToParent) => {
      if (message.type === 'opened') this.#progress = message.progress;
      if (message.type === 'ended') ended = message.code;
      if (message.type === 'written') void this.#whenPassed(child, message.bytes);
      if (ended !== null || this.#interrupted !== null) killAfter(endGraceMs, 'did not end');
      else killAfter(this.#silenceMs, silence);
    });
    const closed = new Promise<Ending>((resolve) => {
      child.on('error', (error) =>
        resolve({ code: null, how: `could not be started (${error.message})`, blame: false }),
      );
      child.on('close', (code, signal) => {
        const death = signal === null ? `exited with code ${code}` : `died of ${signal}`;
        const blame = how !== null || (signal === null ? (code ?? 0) > 128 : crashes.has(signal));
        resolve({ code: ended ?? asked(signal), how: how ?? death, blame });
      });
    });
    const passing = this.#pass(child);
    try {
      const [ending] = await Promise.all([closed, passing]);
      return ending;
    } finally {
      clearTimeout(timer);
      this.#child = null;
    }
  }

  #start(life: number, blame: boolean): ChildProcess {
    const { stdout } = process;
    const told: Supervision = {
      state: this.#temporaryState,
      resume: life > 1,
      blame,
      terminal: stdout.isTTY ? { width: terminalWidth(stdout), color: !process.env.NO_COLOR } : null,
    };
    const main = fileURLToPath(new URL('millrace.cjs', import.meta.url));
    return spawn(process.execPath, [...process.execArgv, main, ...this.#args], {
      stdio: ['inherit', 'pipe', 'inherit', 'ipc'],
      env: { ...process.env, [supervisionVariable]: JSON.stringify(told) },
    });
  }

  /** Hands the child's output on, at the speed of whoever reads it. */
  async #pass(child: ChildProcess): Promise<void> {
    if (child.stdout === null) return;
    let seenBytes = 0;
    let seenCrc = 0;
    const again = { bytes: this.#passedBytes, crc: this.#passedCrc };
    try {
      for await (const chunk of child.stdout) {
        const bytes: Buffer = chunk; // no encoding was set
        const repeated = bytes.subarray(0, Math.max(0, again.bytes - seenBytes));
        seenCrc = crc32(repeated, seenCrc);
        seenBytes += bytes.length;
        if (repeated.length > 0 && seenBytes >= again.bytes && seenCrc !== again.crc) {
          child.kill('SIGKILL');
          throw new RunError('Cannot go on with the answer: it began differently after the engine was started again');
        }
        const fresh = bytes.subarray(repeated.length);
        if (fresh.length === 0) continue;
        if (!process.stdout.write(fresh)) await Promise.race([once(process.stdout, 'drain'), once(child, 'exit')]);
        this.#passedCrc = crc32(fresh, this.#passedCrc);
        this.#passedBytes += fresh.length;
      }
    } catch (error) {
      if (this.#stdoutError === null) throw error;
    }
  }

  async #whenPassed(child: ChildProcess, bytes: number): Promise<void> {
    while (this.#passedBytes < bytes && this.#stdoutError === null && child.connected) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (child.connected) child.send({ type: 'passed' } satisfies FromParent, () => undefined);
  }

  #interrupt(signal: 'SIGINT' | 'SIGTERM'): void {
    const child = this.#child;
    if (this.#interrupted !== null || child === null) {
      child?.kill('SIGKILL');
      this.#interrupted ??= signal;
      return;
    }
    this.#interrupted = signal;
    if (child.connected) child.send({ type: 'interrupt', signal } satisfies FromParent, () => undefined);
    setTimeout(() => child.kill('SIGKILL'), endGraceMs).unref();
  }
}

/** Somebody ended the engine on purpose. */
function asked(signal: NodeJS.Signals | null): number | null {
  return signal === 'SIGINT' || signal === 'SIGTERM' ? exitCodes[signal] : null;
}
