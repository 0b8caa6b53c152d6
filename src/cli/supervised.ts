/**
 * The engine's side of `--supervise`: what the parent process has told it, and the signs of life that it gives.
 *
 * Messages to the parent: `alive` every second, `written` when all rows are out, `ended` with the exit code as the last
 * thing. Messages from it: `passed` when it has handed on what was written, `interrupt`.
 */

/** Plain data, handed over in the environment. */
export interface Supervision {
  /** A folder for the ledger where the user named none; it goes when the parent ends. */
  readonly state: string | null;
  /** The process is a second life: its ledger is there. */
  readonly resume: boolean;
  /** The life before died of what it was doing, and was not ended from outside. */
  readonly blame: boolean;
  /** The parent's stdout where that is a terminal. */
  readonly terminal: { readonly width: number; readonly color: boolean } | null;
}

export type ToParent =
  | { readonly type: 'alive' }
  | { readonly type: 'opened'; readonly progress: string | null }
  | { readonly type: 'written'; readonly bytes: number }
  | { readonly type: 'ended'; readonly code: number };

export type FromParent =
  | { readonly type: 'passed' }
  | { readonly type: 'interrupt'; readonly signal: 'SIGINT' | 'SIGTERM' };

export const supervisionVariable = 'MILLRACE_SUPERVISED';
const aliveMs = 1000;
/** How long an engine whose parent has died may take to end cleanly. */
const orphanMs = 2000;

/** null in a process that nobody supervises. */
export function supervisionOf(environment: Readonly<Record<string, string | undefined>>): Supervision | null {
  const text = environment[supervisionVariable];
  if (text === undefined || process.send === undefined) return null;
  const told: Supervision = JSON.parse(text); // written by supervise.ts of the same version
  return told;
}

/** Begins with the signs of life; nothing where nobody supervises. */
export function showLife(): void {
  if (supervisionOf(process.env) === null) return;
  tell({ type: 'alive' });
  setInterval(() => tell({ type: 'alive' }), aliveMs).unref();
}

/** The last words. Calls back when they are out. */
export function tellEnd(code: number, then: () => void): void {
  if (supervisionOf(process.env) === null || !process.connected) then();
  else process.send?.({ type: 'ended', code } satisfies ToParent, undefined, undefined, then);
}

/** Waits until the parent has handed on all that was written, so that stderr's last lines come after it. */
export async function outputPassed(): Promise<void> {
  if (supervisionOf(process.env) === null || !process.connected) return;
  await new Promise<void>((resolve) => {
    process.on('message', (message: FromParent) => {
      if (message.type === 'passed') resolve();
    });
    process.once('disconnect', () => resolve());
    tell({ type: 'written', bytes: process.stdout.bytesWritten });
  });
}

/** Tells how far the ledger is; null: a second life could not go on, because what was read from a pipe is gone. */
export function tellProgress(progress: string | null): void {
  if (supervisionOf(process.env) !== null) tell({ type: 'opened', progress });
}

/** Calls back for the parent's interrupts, and when it has died; gives the means to stop listening. */
export function onParentInterrupt(interrupt: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  const onMessage = (message: FromParent) => {
    if (message.type === 'interrupt') interrupt(message.signal);
  };
  const onDisconnect = () => {
    interrupt('SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), orphanMs).unref();
  };
  process.on('message', onMessage);
  process.on('disconnect', onDisconnect);
  return () => {
    process.off('message', onMessage);
    process.off('disconnect', onDisconnect);
  };
}

function tell(message: ToParent): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined); // a parent that died needs nothing
}
