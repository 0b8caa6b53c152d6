/**
 * The process of one trial of `millrace tune`: takes its job from the process that started it, runs it, tells the figures.
 * Not for people: without such a process there is no such command.
 */
import { runLook, runTrial } from '../tune/run-trial.ts';
import type { LookJob, TrialJob, TrialMessage } from '../tune/trial.ts';
import { catchInterrupts } from './interrupts.ts';

export async function trialCommand(): Promise<number> {
  const abort = new AbortController();
  const interrupts = catchInterrupts(abort);
  const orphaned = () => process.kill(process.pid, 'SIGKILL'); // nobody is left to tell, and the next run removes what was spilled
  process.once('disconnect', orphaned);
  try {
    const received = new Promise<TrialJob | LookJob>((resolve) => process.once('message', resolve));
    await tell({ type: 'ready' });
    const job = await received;
    if ('type' in job) await tell({ type: 'looked', model: await runLook(job, abort.signal) });
    else await tell({ type: 'done', report: await runTrial(job, abort.signal) });
    return 0;
  } catch (error) {
    await tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    return interrupts.exitCode() ?? 2;
  } finally {
    interrupts.release();
    process.off('disconnect', orphaned);
    process.disconnect();
  }
}

function tell(message: TrialMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
