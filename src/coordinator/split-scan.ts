/**
 * Scans a split until it is done: in one go nearly always, in parts where its records kill workers (poison-policy.ts).
 *
 * Invariant: the parts come in order and each begins where the one before ended, so that they hold every record of the
 * split once, whatever its format and wherever they were cut; together they are one result like any other.
 */
import { RunError } from '../core/errors.ts';
import type { Split } from '../core/source.ts';
import type { ScanResult } from '../execute/messages.ts';
import { type Circumstances, nextStep, type Part, type Step, wholePart } from './poison-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { TaskError } from './task-error.ts';

export interface SplitScanOptions {
  readonly policy: RetryPolicy;
  /** One try at a part; throws TaskError. */
  readonly run: (part: Part, firstRecord: number | null) => Promise<ScanResult>;
  readonly circumstances: () => Circumstances;
  /** Told of every failure with what is done about it; throws where it is the end. */
  readonly onFailure: (error: TaskError, part: Part, step: Step) => void;
}

/** `firstRecord`: where the split's first record is, as far as a neighbour has established it. */
export async function scanSplit(
  split: Split,
  firstRecord: number | null,
  options: SplitScanOptions,
): Promise<ScanResult> {
  const parts: Part[] = [wholePart(split.start, split.end)];
  const results: ScanResult[] = [];
  let due = firstRecord;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    // a record that began before it may reach beyond a part
    if (due !== null && due >= part.end && results.length > 0) continue;
    let result: ScanResult;
    try {
      result = await options.run(part, due);
    } catch (error) {
      if (!(error instanceof TaskError) || error.kind === 'aborted') throw error;
      const step = nextStep(options.policy, error, part, due, options.circumstances());
      options.onFailure(error, part, step);
      if (step.type === 'retry') parts.unshift(step.part);
      if (step.type === 'cut') parts.unshift(...step.parts);
      if (step.type === 'fail') throw error;
      continue;
    }
    results.push(result);
    due = result.nextRecord;
    if (result.isCutShort) parts.unshift(wholePart(due, part.end));
    else if (due < part.end) break; // nothing further is wanted, or there
  }
  return joined(results);
}

function joined(results: readonly ScanResult[]): ScanResult {
  const [first, ...rest] = results;
  const last = results.at(-1);
  if (first === undefined || last === undefined) throw new RunError('Cannot scan a split without bytes');
  if (rest.length === 0) return first;
  const sum = (figure: (result: ScanResult) => number) => results.reduce((total, result) => total + figure(result), 0);
  return {
    ...last,
    partials: results.flatMap(({ partials }) => partials),
    rows: results.flatMap(({ rows }) => rows),
    rowCount: sum(({ rowCount }) => rowCount),
    records: {
      read: sum(({ records }) => records.read),
      matched: sum(({ records }) => records.matched),
      filtered: sum(({ records }) => records.filtered),
      rejected: sum(({ records }) => records.rejected),
    },
    bytesRead: sum(({ bytesRead }) => bytesRead),
    firstRecord: first.firstRecord,
    rejects: results.flatMap(({ rejects }) => rejects),
    rejectsPaths: results.flatMap(({ rejectsPaths }) => rejectsPaths ?? []),
    elapsedMs: sum(({ elapsedMs }) => elapsedMs),
  };
}
