/**
 * Starts the process of a trial and waits for its end. The time is that of the whole process, as a user waits for it.
 *
 * Invariant: no process outlives the call, and what a killed one left behind is removed.
 */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { removeAbandonedFolders } from '../coordinator/temporary-folder.ts';
import { RunError } from '../core/errors.ts';
import type { TrialJob, TrialMessage, TrialReport } from './trial.ts';

export interface TrialTiming {
  /** From the process's start to its end. */
  readonly ms: number;
  readonly report: TrialReport;
}

/** A trial that has no figures: its process failed or died, or took longer than it was given. */
export interface TrialFailure {
  readonly failure: string;
}

/** How long a process may take to end once it was asked to. */
const graceMs = 2000;

/**
 * `command`: the program and its arguments. Rejects with the signal's reason when it is aborted; everything else that goes
 * wrong is a failure of the trial.
 */
export async function startTrial(
  [program, ...args]: readonly [string, ...string[]],
  job: TrialJob,
  limitMs: number,
  signal: AbortSignal,
): Promise<TrialTiming | TrialFailure> {
  signal.throwIfAborted();
  const startedAtMs = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  let told: TrialMessage | null = null;
  let killer: NodeJS.Timeout | undefined;
  let isKilled = false;
  const end = () => {
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  const limit = setTimeout(() => {
    isKilled = true;
    end();
  }, limitMs);
  signal.addEventListener('abort', end, { once: true });
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  child.on('message', (message: TrialMessage) => {
    if (message.type === 'ready') child.send(job, () => undefined);
    else told = message;
  });
  const { code, endedBy } = await new Promise<{ code: number | null; endedBy: string | null }>((resolve, reject) => {
    child.on('error', (error) => reject(new RunError(`Cannot start a trial: ${error.message}`, { cause: error })));
    child.on('exit', (exitCode, exitSignal) => resolve({ code: exitCode, endedBy: exitSignal }));
  }).finally(() => {
    clearTimeout(limit);
    clearTimeout(killer);
    signal.removeEventListener('abort', end);
  });
  const ms = performance.now() - startedAtMs;
  if (endedBy !== null) await removeAbandonedFolders(job.options.spillDir ?? tmpdir());
  signal.throwIfAborted();
  if (isKilled) return { failure: `took longer than ${Math.round(limitMs / 1000)} s` };
  return outcome(told, code, endedBy, ms, said);
}

function outcome(
  told: TrialMessage | null,
  code: number | null,
  endedBy: string | null,
  ms: number,
  said: string,
): TrialTiming | TrialFailure {
  if (told?.type === 'done' && code === 0) return { ms, report: told.report };
  if (told?.type === 'failed') return { failure: told.message };
  const lastLine = said.trim().split('\n').at(-1) ?? '';
  const how = endedBy === null ? `ended with code ${code}` : `died of ${endedBy}`;
  return { failure: lastLine === '' ? `its process ${how}` : `its process ${how}: ${lastLine}` };
}
