/**
 * What a ledger's frames say: which run wrote them, which splits are finished, whether the run came to its end.
 *
 * A run frame stands first, and again whenever files have grown or come along; the split frames behind it name sources by
 * their place in its list.
 */
import type { Reject } from '../../core/reject.ts';
import type { ScanResult } from '../../execute/messages.ts';
import { type Frame, readBytes } from './frames.ts';
import type { Question } from './question.ts';
import type { SourceIdentity } from './source-identity.ts';

export interface RunHead {
  readonly kind: 'run';
  readonly question: Question;
  readonly sources: readonly SourceIdentity[];
}

export interface SplitHead {
  readonly kind: 'split';
  readonly source: number;
  readonly start: number;
  /** null: to the end of what cannot be cut. */
  readonly end: number | null;
  /** The result without its bytes, which are the body: rejects as JSON, their records, partials, rows. */
  readonly result: Omit<ScanResult, 'partials' | 'rows' | 'rejects'>;
  readonly keptRejects: number;
  readonly rejectsBytes: number;
  readonly partials: readonly number[];
  readonly rows: readonly number[];
}

/** A worker got the split. `alone`: no other was under way, so that a death of the process is its own. */
export interface StartedHead {
  readonly kind: 'started';
  readonly source: number;
  readonly start: number;
  readonly end: number | null;
  readonly alone: boolean;
}

/** Another process goes on. `blamed`: the last one died of what it was doing, and was not ended from outside. */
export interface LifeHead {
  readonly kind: 'life';
  readonly blamed: boolean;
}

export interface FinishedHead {
  readonly kind: 'finished';
}

export type Head = RunHead | SplitHead | StartedHead | LifeHead | FinishedHead;

/** The checksum vouches that the head is one of ours; null: a kind that this version does not know. */
export function headOf({ head }: Frame): Head | null {
  if (typeof head !== 'object' || head === null || !('kind' in head)) return null;
  const known = ['run', 'split', 'started', 'life', 'finished'];
  return known.includes(String(head.kind)) ? (head as Head) : null; // see above
}

type StoredReject = Omit<Reject, 'record'> & { readonly recordBytes: number };

export function encodeSplit(
  place: { readonly source: number; readonly start: number; readonly end: number | null },
  result: ScanResult,
): { readonly head: SplitHead; readonly body: readonly Uint8Array[] } {
  const { partials, rows, rejects, ...rest } = result;
  const stored: StoredReject[] = rejects.map(({ record, ...said }) => ({ ...said, recordBytes: record.byteLength }));
  const rejectsJson = rejects.length === 0 ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(stored));
  const head: SplitHead = {
    kind: 'split',
    ...place,
    result: rest,
    keptRejects: rejects.length,
    rejectsBytes: rejectsJson.byteLength,
    partials: partials.map((partial) => partial.byteLength),
    rows: rows.map((block) => block.byteLength),
  };
  return { head, body: [rejectsJson, ...rejects.map(({ record }) => record), ...partials, ...rows] };
}

/** Every block in a buffer of its own, because blocks are released one by one. */
export function decodeSplit(descriptor: number, head: SplitHead, bodyOffset: number): ScanResult {
  let at = bodyOffset;
  const take = (length: number) => {
    const bytes = readBytes(descriptor, at, length);
    at += length;
    return bytes;
  };
  const json = take(head.rejectsBytes);
  // written by encodeSplit, and checked when the ledger was opened
  const stored: StoredReject[] = json.length === 0 ? [] : JSON.parse(new TextDecoder().decode(json));
  const rejects = stored.map(({ recordBytes, ...said }) => ({ ...said, record: take(recordBytes) }));
  const partials = head.partials.map(take);
  const rows = head.rows.map(take);
  // the worker was another run's
  return { ...head.result, partials, rows, rejects, memory: { ...head.result.memory, worker: -1 } };
}
