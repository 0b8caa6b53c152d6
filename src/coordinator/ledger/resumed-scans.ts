/**
 * Results of finished splits from the ledger, the others from the pool.
 *
 * Invariant: one result of the ledger is in memory at a time, whoever takes them in whatever order.
 */
import { setImmediate } from 'node:timers/promises';
import type { Split } from '../../core/source.ts';
import type { Scanned } from '../scan-order.ts';
import type { Ledger } from './ledger.ts';

export interface Resumed {
  readonly splits: readonly Split[];
  readonly ledger: Pick<Ledger, 'has' | 'read'>;
  readonly keepRejects: number;
  /** As the splits come; otherwise the ledger goes first. */
  readonly ordered: boolean;
  readonly signal: AbortSignal;
  /** Runs what the ledger has not. */
  readonly scan: (splits: readonly Split[]) => AsyncIterable<Scanned>;
}

export async function* resumedScans(resumed: Resumed): AsyncGenerator<Scanned> {
  const { splits, ledger, keepRejects, ordered, signal, scan } = resumed;
  const isKept = (split: Split) => ledger.has(split, keepRejects);
  for (const stretch of ordered
    ? stretches(splits, isKept)
    : [splits.filter(isKept), splits.filter((s) => !isKept(s))]) {
    const [first] = stretch;
    if (first === undefined) continue;
    if (!isKept(first)) {
      yield* scan(stretch);
      continue;
    }
    for (const split of stretch) {
      await setImmediate(undefined, { signal }); // lets signals and progress in between
      yield { split, result: ledger.read(split) };
    }
  }
}

/** Cuts the list where kept splits and others meet. */
function stretches(splits: readonly Split[], isKept: (split: Split) => boolean): Split[][] {
  const found: Split[][] = [];
  let wasKept: boolean | null = null;
  for (const split of splits) {
    if (isKept(split) !== wasKept) found.push([]);
    wasKept = isKept(split);
    found.at(-1)?.push(split);
  }
  return found;
}
