/** How many rejects a run may have before it fails: a number, or a share of the records read. Pure. */
import { UsageError } from '../core/errors.ts';
import type { RecordCounts, Reject } from '../core/reject.ts';

export type RejectBudget =
  | { readonly type: 'count'; readonly most: number }
  /** `share`: 0 to 1. */
  | { readonly type: 'share'; readonly share: number };

/** Of fewer records a share says little: a first line that is a title would end the run. */
const leastRecords = 10_000;
const shownRejects = 3;

/** `100` or `0.5%`. Throws UsageError. */
export function parseRejectBudget(text: string): RejectBudget {
  if (/^\d{1,15}$/.test(text)) return { type: 'count', most: Number(text) };
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return { type: 'share', share: Number(percent) / 100 };
  throw new UsageError(`Cannot use a reject budget of "${text}": write a number or a share, as in "100" or "0.5%"`);
}

/** `isEnd`: all records have been read. */
export function isExceeded(budget: RejectBudget, { read, rejected }: RecordCounts, isEnd: boolean): boolean {
  if (budget.type === 'count') return rejected > budget.most;
  return (isEnd || read >= leastRecords) && rejected > budget.share * read;
}

/** `rejects`: the first ones, as far as they are known. */
export function exceededMessage(budget: RejectBudget, records: RecordCounts, rejects: readonly Reject[]): string {
  const allowed = budget.type === 'count' ? String(budget.most) : `${budget.share * 100}%`;
  const shown = rejects.slice(0, shownRejects).map(({ file, offset, reason }) => `${file}:${offset} (${reason})`);
  const examples = shown.length === 0 ? '' : `, among them ${shown.join(', ')}`;
  return `Cannot go on: ${records.rejected} of ${records.read} records were rejected, more than the ${allowed} allowed${examples}: raise --max-rejects, or keep them with --rejects to see what is wrong`;
}
