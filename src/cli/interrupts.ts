/**
 * Ctrl-C: the first stops the run cleanly, the second ends the process at once.
 */

export interface Interrupts {
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted, as shells expect it; null otherwise. */
  exitCode(): number | null;
  /** Gives the signals back. */
  release(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export function catchInterrupts(abort: AbortController): Interrupts {
  let code: number | null = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (code !== null) {
      // The system's own way of ending: process.exit() waits for threads, and one may be held by a read that never returns.
      release();
      process.kill(process.pid, signal);
      return;
    }
    code = exitCodes[signal];
    abort.abort();
  };
  const release = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: abort.signal, exitCode: () => code, release };
}
