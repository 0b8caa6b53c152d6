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

export function catchInterrupts(): Interrupts {
  const controller = new AbortController();
  let code: number | null = null;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (code !== null) process.exit(code);
    code = exitCodes[signal];
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    exitCode: () => code,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
