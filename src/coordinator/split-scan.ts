/**
 * Scans a split until it is done: in one go nearly always, in parts where its records kill workers (poison-policy.ts).
 *
 * Invariant: the parts come in order and each begins where the one before ended, so that they hold every record of the
 * split once, whatever its format and wherever they were cut; together they are one result like any other.
 */
import { RunError } from '../core/errors.ts';
import type { Split } from '../core/source.ts';
import type { ScanResult } from '../execute/messages.ts';
import type { JoinedResult } from './join-results.ts';
import { type Circumstances, nextStep, type Part, type Step, wholePart } from './poison-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { TaskError } from './task-error.ts';

export interface SplitScanOptions {
  readonly policy: RetryPolicy;
  /** One try at a part; throws TaskError. */
  readonly run: (part: Part, firstRecord: number | null) => Promise<ScanResult>;
  readonly circumstances: () => Circumstances;
  /** Where the results of several parts come together. */
  readonly join: () => JoinedResult;
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
  let only: ScanResult | null = null;
  let joined: JoinedResult | null = null;
  let due = firstRecord;
  try {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      // a record that began before it may reach beyond a part
      if (only !== null && due !== null && due >= part.end) continue;
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
      if (only !== null && joined === null) {
        joined = options.join();
        joined.add(only);
      }
      joined?.add(result);
      only ??= result;
      due = result.nextRecord;
      if (result.isCutShort) parts.unshift(wholePart(due, part.end));
      else if (due < part.end) break; // nothing further is wanted, or there
    }
    if (only === null) throw new RunError('Cannot scan a split that has no parts');
    return joined?.finish() ?? only;
  } finally {
    joined?.close();
  }
}
