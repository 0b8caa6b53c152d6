/**
 * What is done about a part of a split whose worker dies: once more on a fresh worker, record by record where the last
 * one was; then around the record that was at fault; then, if that one alone kills, quarantine. Pure.
 *
 * Invariant: every way through ends. A cut leaves smaller parts, a part of one record is quarantined, and the deaths are
 * counted against a limit.
 */
import type { Suspect } from '../execute/messages.ts';
import { type Failure, isRetried, type RetryPolicy } from './retry-policy.ts';

/** A part of a split: the records whose first byte is in [start, end). */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** How often it was tried, the last time included. */
  readonly attempt: number;
  /** On a worker that had no task before. */
  readonly fresh: boolean;
  /** Where records went one by one. */
  readonly careful: Pick<Suspect, 'start' | 'end'> | null;
  /** On a worker with a larger heap. */
  readonly larger: boolean;
  /** It is left of a cut that a full heap made: the next one halves. */
  readonly halve: boolean;
  /** Its records are rejected for this reason, unseen. */
  readonly quarantine: string | null;
}

/** What is true of the run at that moment. */
export interface Circumstances {
  /** False for what was read from a pipe and is gone. */
  readonly readable: boolean;
  /** Whether the budget holds a worker with a larger heap. */
  readonly canEnlarge: boolean;
  /** Deaths that a fresh worker did not prevent, and how many may be. */
  readonly deaths: number;
  readonly maxDeaths: number;
  readonly deadlineMs: number;
}

export type Step =
  | { readonly type: 'retry'; readonly part: Part }
  /** `isDeath`: it counts as one. */
  | { readonly type: 'cut'; readonly parts: readonly Part[]; readonly isDeath: boolean }
  | { readonly type: 'fail'; readonly reason: 'failure' | 'deaths' };

export type PartFailure = Failure & { readonly suspect: Suspect | null; readonly offset: number | null };

export function wholePart(start: number, end: number): Part {
  return { start, end, attempt: 1, fresh: false, careful: null, larger: false, halve: false, quarantine: null };
}

/** `firstRecord`: where the part's first record is; null where that is not known. */
export function nextStep(
  policy: RetryPolicy,
  failure: PartFailure,
  part: Part,
  firstRecord: number | null,
  run: Circumstances,
): Step {
  const { kind, suspect } = failure;
  if (kind === 'record' && failure.offset !== null && run.readable && part.quarantine === null) {
    return { type: 'cut', parts: aroundRecord(part, failure.offset, failure.message), isDeath: false };
  }
  const again: Part = { ...part, attempt: part.attempt + 1, fresh: true };
  const kills = kind === 'heap' || kind === 'died' || kind === 'deadline' || kind === 'arena';
  // What fills a heap little by little may fill it up between two records.
  if (kind === 'heap' && suspect === null && part.fresh && run.readable && part.quarantine === null) {
    if (run.deaths >= run.maxDeaths) return { type: 'fail', reason: 'deaths' };
    const halves = halved(part, Math.max(part.start, firstRecord ?? 0), part.end, true);
    if (halves !== null) return { type: 'cut', parts: halves, isDeath: true };
  }
  // Without a suspect it was not the records: the worker died before the first, after the last, or while it was reading.
  if (!kills || !run.readable || part.quarantine !== null || suspect === null) {
    const isOver = !run.readable || !isRetried(policy, failure, part.attempt);
    return isOver ? { type: 'fail', reason: 'failure' } : { type: 'retry', part: again };
  }
  const isAlone = part.end - Math.max(part.start, firstRecord ?? 0) <= 1;
  const isExact = suspect.records === 1 || isAlone;
  if (!part.fresh || !(isExact || part.careful !== null)) {
    return { type: 'retry', part: { ...again, careful: { start: suspect.start, end: suspect.end } } };
  }
  if (isAlone && kind === 'heap' && run.canEnlarge && !part.larger) {
    return { type: 'retry', part: { ...again, larger: true } };
  }
  if (run.deaths >= run.maxDeaths) return { type: 'fail', reason: 'deaths' };
  const parts = isAlone
    ? [{ ...wholePart(part.start, part.end), quarantine: quarantineReason(failure, run) }]
    : cut(part, failure, suspect, firstRecord, run);
  return parts === null ? { type: 'fail', reason: 'failure' } : { type: 'cut', parts, isDeath: true };
}

/** The part in pieces, in order; null where nothing tells where to cut. */
function cut(
  part: Part,
  failure: PartFailure,
  suspect: Suspect,
  firstRecord: number | null,
  run: Circumstances,
): readonly Part[] | null {
  const { kind } = failure;
  const from = Math.max(part.start, firstRecord ?? 0);
  const halve = kind === 'heap';
  const piece = (start: number, end: number) => ({ ...wholePart(start, end), halve });
  const isInside = suspect.start >= from && suspect.start < part.end;
  // A heap that fills up anywhere is full of what earlier records left: then fewer of them are what helps.
  if (isInside && !(part.halve && suspect.start > from)) {
    if (suspect.records <= 1) {
      const { start } = suspect;
      // it was waited for twice, so a third time would tell nothing new: waiting is what costs here
      const alone: Part =
        kind === 'deadline'
          ? { ...wholePart(start, start + 1), quarantine: quarantineReason(failure, run) }
          : { ...piece(start, start + 1), fresh: true, careful: { start, end: start + 1 } };
      return [piece(part.start, start), alone, piece(start + 1, part.end)].filter(isSome);
    }
    if (suspect.start > from || suspect.end < part.end) {
      const end = Math.min(suspect.end, part.end);
      const batch = { ...piece(suspect.start, end), fresh: true, careful: { start: suspect.start, end } };
      return [piece(part.start, suspect.start), batch, piece(end, part.end)].filter(isSome);
    }
  }
  return halved(part, from, Number.isFinite(part.end) ? part.end : suspect.end, halve);
}

/** The part cut in the middle of [from, to); null where there is nothing to cut. */
function halved(part: Part, from: number, to: number, halve: boolean): readonly Part[] | null {
  const middle = Math.floor((from + to) / 2);
  if (middle <= from || !Number.isFinite(middle)) return null;
  return [
    { ...wholePart(part.start, middle), halve },
    { ...wholePart(middle, part.end), halve },
  ];
}

function aroundRecord(part: Part, offset: number, reason: string): readonly Part[] {
  const left = wholePart(part.start, offset);
  const right = wholePart(offset + 1, part.end);
  return [left, { ...wholePart(offset, offset + 1), quarantine: reason }, right].filter(isSome);
}

function isSome({ start, end }: Part): boolean {
  return start < end;
}

const longestMessage = 200;

/** Why a record was put aside, as `--rejects` says it. */
export function quarantineReason(
  { kind, message }: Failure,
  { deadlineMs }: Pick<Circumstances, 'deadlineMs'>,
): string {
  switch (kind) {
    case 'heap':
      return 'worker died: heap limit';
    case 'deadline':
      return `worker died: deadline (no progress for ${deadlineMs / 1000} s)`;
    case 'arena':
      return 'record does not fit into the arena';
    default:
      return `worker died: ${message.slice(0, longestMessage)}`;
  }
}
