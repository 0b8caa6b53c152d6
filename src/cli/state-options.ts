/** What the flags of recovery come to: whether a parent process watches, where state is kept, how to go on. Pure. */
import type { PreparedQuery, PrepareOptions } from '../coordinator/prepare-query.ts';
import { printable } from '../core/printable.ts';
import type { Settings } from './flags.ts';
import type { Supervision } from './supervised.ts';

/** Code of the user's can bring V8 down, and the process with it: then it is watched unless the user said no. */
export function wantsSupervision(
  settings: Pick<Settings, 'supervise' | 'explain'> & { readonly functions?: string | readonly string[] | undefined },
): boolean {
  const { supervise, functions = '', explain } = settings;
  return (supervise ?? functions.length > 0) && !explain;
}

/** A supervised engine keeps state in any case, and in its second life goes on from it. */
export function stateOptions(
  { state, resume }: Pick<Settings, 'state' | 'resume'>,
  supervision: Supervision | null,
): Pick<PrepareOptions, 'state' | 'resume' | 'durableState' | 'supervised'> {
  const supervised = supervision === null ? null : { blame: supervision.blame };
  const isSecondLife = supervision?.resume === true;
  if (state !== undefined) return { state, resume: resume || isSecondLife, supervised };
  if (resume) return { resume }; // refused below, with the remedy
  if (typeof supervision?.state !== 'string') return {};
  return { state: supervision.state, resume: true, durableState: false, supervised };
}

/** Behind `Interrupted`; empty where nothing was kept for another run. */
export function howToResume(
  { ledger }: { readonly ledger: Pick<NonNullable<PreparedQuery['ledger']>, 'kept' | 'splits'> | null },
  { state }: Pick<Settings, 'state'>,
): string {
  if (ledger === null || state === undefined) return '';
  return `: --resume goes on (${ledger.kept} of ${ledger.splits.length} splits are kept in "${printable(state)}")`;
}
