/**
 * Ctrl-C: the first stops the run cleanly, the second ends the process at once.
 */
import { onParentInterrupt } from './supervised.ts';

export interface Interrupts {
  readonly signal: AbortSignal;
  /** 130 or 143 once interrupted, as shells expect it; null otherwise. */
  exitCode(): number | null;
  /** Gives the signals back. */
  release(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** `isSupervised`: the parent tells; a terminal's Ctrl-C reaches both processes, and would count twice. */
export function catchInterrupts(abort: AbortController, isSupervised = false): Interrupts {
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
  const ignore = () => undefined;
  const listener = isSupervised ? ignore : onSignal;
  const unsubscribe = isSupervised ? onParentInterrupt(onSignal) : ignore;
  const release = () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
    unsubscribe();
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return { signal: abort.signal, exitCode: () => code, release };
}
