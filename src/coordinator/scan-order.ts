/**
 * Keeps a window of scans under way and hands their results on, as they come or in the order of the splits.
 *
 * Invariants: results that wait and scans that run take no more than the window's bytes (as far as the largest result so
 * far tells), but one scan may always run; a failure surfaces at its split's turn, so in order the lowest one wins.
 */
import { RunError } from '../core/errors.ts';
import type { Split } from '../core/source.ts';
import type { ScanResult } from '../execute/messages.ts';

export interface Scanned {
  readonly split: Split;
  readonly result: ScanResult;
}

export interface ScanWindow {
  /** Scans under way or finished and not taken. */
  readonly count: number;
  readonly bytes: number;
  /** What a result may take, until one is there. */
  readonly foreseenBytes?: number;
  readonly ordered: boolean;
}

type Outcome = { readonly result: ScanResult; readonly bytes: number } | { readonly error: unknown };

/** `end` tells how many of the splits are wanted; it may shrink while scans run. */
export async function* runScans(
  splits: readonly Split[],
  window: ScanWindow,
  scan: (split: Split) => Promise<ScanResult>,
  end: () => number = () => splits.length,
): AsyncGenerator<Scanned> {
  const running = new Map<number, Promise<number>>();
  const finished = new Map<number, Outcome>();
  let next = 0;
  let turn = 0;
  let waitingBytes = 0;
  let largestBytes = 0;
  let foreseen = window.foreseenBytes ?? 0;

  const launch = () => {
    for (; next < end() && running.size + finished.size < window.count; next++) {
      const foreseenBytes = waitingBytes + (running.size + 1) * Math.max(largestBytes, foreseen);
      if (running.size + finished.size > 0 && foreseenBytes > window.bytes) return;
      const split = splits[next];
      if (split === undefined) return;
      running.set(next, settle(scan(split), next, finished));
    }
  };

  for (;;) {
    launch();
    const ready = window.ordered ? (finished.has(turn) ? turn : undefined) : finished.keys().next().value;
    if (ready === undefined) {
      if (running.size === 0) return;
      const position = await Promise.race(running.values());
      running.delete(position);
      const outcome = finished.get(position);
      if (outcome !== undefined && 'bytes' in outcome) {
        waitingBytes += outcome.bytes;
        largestBytes = Math.max(largestBytes, outcome.bytes);
        foreseen = 0;
      }
      continue;
    }
    turn++;
    const outcome = finished.get(ready);
    const split = splits[ready];
    finished.delete(ready);
    if (outcome === undefined || split === undefined) throw new RunError('Cannot order splits: one is missing');
    if ('error' in outcome) throw outcome.error;
    waitingBytes -= outcome.bytes;
    if (ready < end()) yield { split, result: outcome.result };
  }
}

/**
 * For formats whose records may hold line ends inside quotes: a split that begins inside quotes has guessed its first
 * record wrongly, so each is compared with its left neighbour, which is known to be right, and scanned again where they
 * differ (speculative parsing: Ge et al., SIGMOD 2019). Takes the splits in order.
 */
export async function* checkBoundaries(
  scans: AsyncIterable<Scanned>,
  rescan: (split: Split, firstRecord: number) => Promise<ScanResult>,
): AsyncGenerator<Scanned> {
  let left: Split | null = null;
  let due = 0;
  for await (const scanned of scans) {
    const { split } = scanned;
    let { result } = scanned;
    if (left !== null && left.source === split.source) {
      if (!agrees(split, result, due)) {
        result = await rescan(split, due);
        if (!agrees(split, result, due)) {
          throw new RunError(
            `Cannot find the record that begins at ${due}: the file may have changed while it was read: run again`,
          );
        }
      }
      // a record that goes on beyond this split leaves nothing for it
      if (due < split.end) due = result.nextRecord;
    } else {
      due = result.nextRecord;
    }
    left = split;
    yield { split, result };
  }
}

/** Beyond its end a split need not know where the next record begins. */
function agrees(split: Split, result: ScanResult, due: number): boolean {
  return Math.min(result.firstRecord, split.end) === Math.min(due, split.end);
}

async function settle(scan: Promise<ScanResult>, position: number, finished: Map<number, Outcome>): Promise<number> {
  try {
    const result = await scan;
    finished.set(position, { result, bytes: resultBytes(result) });
  } catch (error) {
    finished.set(position, { error });
  }
  return position;
}

function resultBytes(result: ScanResult): number {
  let bytes = 0;
  for (const block of [...result.partials, ...result.rows]) bytes += block.byteLength;
  for (const reject of result.rejects) bytes += reject.record.byteLength + 200;
  return bytes;
}
