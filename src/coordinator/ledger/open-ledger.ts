/** The ledger of a planned run, where its settings ask for one. */
import { UsageError } from '../../core/errors.ts';
import { formatSize } from '../../core/size.ts';
import type { SourceFile } from '../../core/source.ts';
import { inputByName } from '../../inputs/table.ts';
import type { Plan } from '../../query/plan.ts';
import type { RunPlan } from '../plan-run.ts';
import type { WorkerPool } from '../pool.ts';
import { type QuestionSettings, sizeOf } from '../query-options.ts';
import { mostRecordBytes, recordLimit } from '../record-limit.ts';
import { Ledger, type LedgerRequest } from './ledger.ts';
import { questionOf } from './question.ts';

export interface LedgerSettings extends Pick<QuestionSettings, 'state' | 'resume' | 'maxRecord'> {
  readonly pool?: WorkerPool;
  readonly durableState?: boolean;
  readonly supervised?: LedgerRequest['supervised'];
}

/** null where no state was asked for. Throws as {@link Ledger.open} does. */
export function openLedger(
  plan: Plan,
  sources: readonly SourceFile[],
  run: RunPlan,
  { state, resume, maxRecord, pool, durableState = true, supervised = null }: LedgerSettings,
): Ledger | null {
  if (state === undefined) {
    if (resume === true) throw new UsageError('Cannot resume: no state was named: add --state DIR');
    return null;
  }
  if (!durableState && sources.some(({ input }) => input === 'stdin')) return null;
  const { arenaLimitBytes } = pool?.options ?? run.pool;
  const said = maxRecord === undefined ? undefined : sizeOf(maxRecord);
  return Ledger.open({
    ...{ folder: state, resume: resume === true, sources, durable: durableState, supervised },
    question: questionOf(plan, recordLimit(said, arenaLimitBytes)),
    maxRecordSaid: said !== undefined,
    mostRecordBytes: mostRecordBytes(arenaLimitBytes),
    cut: { splitBytes: run.splitBytes, isSplittable: ({ input }) => inputByName(input).splittable },
  });
}

/** What a person should know who resumes. */
export function resumeNotes(ledger: Ledger | null): string[] {
  if (ledger === null || ledger.found.splits === 0) return [];
  const { splits, bytes, grown } = ledger.found;
  const all = ledger.splits.length;
  const files =
    grown.length === 0 ? '' : `; grown or new since: ${grown.slice(0, 3).join(', ')}${grown.length > 3 ? ', ...' : ''}`;
  return [`Resumed: ${splits} of ${all} splits (${formatSize(bytes)}) are finished already${files}`];
}
