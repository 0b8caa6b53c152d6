/** Opens the live view of a run, or its plain lines where nobody sees a terminal. Loaded only with `--watch`. */
import { readFileSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import type { PreparedQuery } from '../coordinator/prepare-query.ts';
import type { QueryRun } from '../coordinator/run-query.ts';
import type { Interrupts } from './interrupts.ts';
import { LiveView } from './live-view.ts';
import { PlainProgress } from './plain-progress.ts';
import { watchRun } from './watch-state.ts';

/** What may be on the screen while rows are written. */
export interface View {
  /** Makes room for other output. */
  clear(): void;
  end(): void;
}

/** A process in the background that asks for the keyboard is stopped by the terminal. */
function isInForeground(): boolean {
  try {
    // pid (name) state ppid pgrp session tty_nr tpgid: proc(5); a name may hold blanks and parentheses
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return true; // not Linux
  }
}

/** `isSupervised`: the process that started this one is asked to stop the run, and may have started one before. */
export async function openView(
  prepared: PreparedQuery,
  run: QueryRun,
  interrupts: Interrupts,
  isSupervised: boolean,
): Promise<View> {
  const pool = await prepared.pool();
  const screen = process.stderr instanceof WriteStream ? process.stderr : null;
  const keyboard = screen !== null && process.stdin instanceof ReadStream && isInForeground() ? process.stdin : null;
  const watcher = watchRun({
    pool,
    run,
    splits: prepared.run.splits,
    sources: prepared.sources,
    budgetBytes: prepared.run.budget.totalBytes,
    hasKeys: keyboard !== null,
  });
  if (screen === null) return new PlainProgress(process.stderr, watcher);
  const view = new LiveView({
    ...{ screen, keyboard, watcher },
    color: !process.env.NO_COLOR,
    pause: () => pool.pause(),
    resume: () => pool.resume(),
    isPaused: () => pool.isPaused,
    quit: (reach) => process.kill(reach === 'group' ? 0 : isSupervised ? process.ppid : process.pid, 'SIGINT'),
    mayBeLeftRaw: isSupervised,
  });
  interrupts.signal.addEventListener('abort', () => view.end(), { once: true });
  return view;
}
