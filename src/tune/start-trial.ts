/**
 * Starts the process of a trial and waits for its end. The time is that of the whole process, as a user waits for it.
 *
 * Invariant: no process outlives the call, and what a killed one left behind is removed.
 */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { removeAbandonedFolders } from '../coordinator/temporary-folder.ts';
import { RunError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { Model } from './predict.ts';
import type { LookJob, TrialJob, TrialMessage, TrialReport } from './trial.ts';

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

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
 * Rejects with the signal's reason when it is aborted; everything else that goes
 * wrong is a failure of the trial.
 */
export async function startTrial(
  command: Command,
  job: TrialJob,
  limitMs: number,
  signal: AbortSignal,
): Promise<TrialTiming | TrialFailure> {
  const { told, ms, ended } = await runProcess(command, job, limitMs, signal);
  return told?.type === 'done' ? { ms, report: told.report } : { failure: failureOf(told, ended) };
}

/** As `startTrial`, for the first look. */
export async function startLook(
  command: Command,
  job: LookJob,
  limitMs: number,
  signal: AbortSignal,
): Promise<{ readonly model: Model } | TrialFailure> {
  const { told, ended } = await runProcess(command, job, limitMs, signal);
  return told?.type === 'looked' ? { model: told.model } : { failure: failureOf(told, ended) };
}

interface Ended {
  readonly told: TrialMessage | null;
  readonly ms: number;
  /** How the process ended, in words. */
  readonly ended: string;
}

async function runProcess(
  [program, ...args]: Command,
  job: TrialJob | LookJob,
  limitMs: number,
  signal: AbortSignal,
): Promise<Ended> {
  signal.throwIfAborted();
  const startedAtMs = monotonicMs();
  // not JSON: what is read to its end, however far, ends at Infinity
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
  const child = spawn(program, args, { stdio: [...stdio], serialization: 'advanced' });
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
  const ms = monotonicMs() - startedAtMs;
  if (endedBy !== null) await removeAbandonedFolders(job.options.spillDir ?? tmpdir());
  signal.throwIfAborted();
  const lastLine = said.trim().split('\n').at(-1) ?? '';
  const how = endedBy === null ? `ended with code ${code}` : `died of ${endedBy}`;
  if (isKilled) return { told: null, ms, ended: `it took longer than ${Math.round(limitMs / 1000)} s` };
  return { told, ms, ended: lastLine === '' ? `its process ${how}` : `its process ${how}: ${lastLine}` };
}

function failureOf(told: TrialMessage | null, ended: string): string {
  return told?.type === 'failed' ? told.message : ended;
}
