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
  readonly ledger: Pick<Ledger, 'has' | 'read' | 'isSuspect'>;
  readonly keepRejects: number;
  /** As the splits come; otherwise the ledger goes first, and what an earlier process died of last. */
  readonly ordered: boolean;
  readonly signal: AbortSignal;
  /** Runs what the ledger has not. */
  readonly scan: (splits: readonly Split[]) => AsyncIterable<Scanned>;
}

export async function* resumedScans(resumed: Resumed): AsyncGenerator<Scanned> {
  const { splits, ledger, keepRejects, ordered, signal, scan } = resumed;
  const kindOf = (split: Split): Kind => {
    if (ledger.has(split, keepRejects)) return 'kept';
    return ledger.isSuspect(split) ? 'suspect' : 'due';
  };
  for (const { kind, part } of ordered ? stretches(splits, kindOf) : groups(splits, kindOf)) {
    if (kind === 'due') yield* scan(part);
    else if (kind === 'suspect') for (const split of part) yield* scan([split]);
    else {
      for (const split of part) {
        await setImmediate(undefined, { signal }); // lets signals and progress in between
        yield { split, result: ledger.read(split) };
      }
    }
  }
}

type Kind = 'kept' | 'due' | 'suspect';
interface Part {
  readonly kind: Kind;
  readonly part: Split[];
}

function groups(splits: readonly Split[], kindOf: (split: Split) => Kind): Part[] {
  const kinds: readonly Kind[] = ['kept', 'due', 'suspect'];
  return kinds.map((kind) => ({ kind, part: splits.filter((split) => kindOf(split) === kind) }));
}

/** Cuts the list where the kind changes. */
function stretches(splits: readonly Split[], kindOf: (split: Split) => Kind): Part[] {
  const found: Part[] = [];
  for (const split of splits) {
    const kind = kindOf(split);
    const last = found.at(-1);
    if (last?.kind === kind) last.part.push(split);
    else found.push({ kind, part: [split] });
  }
  return found;
}
