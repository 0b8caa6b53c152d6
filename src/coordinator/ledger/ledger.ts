/**
 * The ledger of a run: an append-only file of finished splits with their results, from which a run that died goes on.
 *
 * Invariants: a result is in the ledger only when the run has accepted it; a torn tail is dropped, never trusted; what is
 * taken from the ledger answers the same question about the same bytes. Results stay on disk until they are asked for.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { SourceFile, Split } from '../../core/source.ts';
import type { ScanResult } from '../../execute/messages.ts';
import type { SpillPlace } from '../../execute/spill.ts';
import { checkQuestion, checkSources, isContinued, refusePipes } from './check-ledger.ts';
import { encodeSplit, type RunHead } from './entries.ts';
import { LedgerFile } from './ledger-file.ts';
import type { Question } from './question.ts';
import { type Entry, type LedgerContent, replay, sourceKeys, withoutOpenEnds } from './replay.ts';
import { type Cut, type Range, resumeSplits } from './resume-splits.ts';
import { identify, type SourceIdentity } from './source-identity.ts';
import { SpilledResults } from './spilled-results.ts';
import { StateLock } from './state-lock.ts';
import type { Suspect } from './suspects.ts';

export interface LedgerRequest {
  readonly folder: string;
  /** Go on from what is there. */
  readonly resume: boolean;
  readonly question: Question;
  /** Whether the user said how long records may be; otherwise an earlier run's limit is kept where it can be. */
  readonly maxRecordSaid: boolean;
  readonly mostRecordBytes: number;
  readonly sources: readonly SourceFile[];
  readonly cut: Cut;
  /** False where only processes may die, and not the machine: then nothing is forced to the disk. */
  readonly durable: boolean;
  /** Told by a process that watches this one: starts are noted, and `blame` says that the last engine died of its work. */
  readonly supervised: { readonly blame: boolean } | null;
}

/** What the ledger held when it was opened. */
export interface LedgerFound {
  readonly splits: number;
  readonly bytes: number;
  /** Names of files that have grown or come along since. */
  readonly grown: readonly string[];
}

/** What the ledger has done for a run so far. */
export interface LedgerProgress {
  /** Finished splits of an earlier run that were found in it. */
  readonly foundSplits: number;
  readonly writtenSplits: number;
  /** Size of its file. */
  readonly bytes: number;
}

interface State {
  readonly lock: StateLock;
  readonly file: LedgerFile;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly splits: readonly Split[];
  readonly maxRecordBytes: number;
  readonly suspects: ReadonlyMap<string, Suspect>;
  readonly found: LedgerFound;
  readonly isFinished: boolean;
}

export class Ledger {
  readonly folder: string;
  /** What the run has to go through, in order: finished splits as they were cut, the rest cut anew. */
  readonly splits: readonly Split[];
  readonly maxRecordBytes: number;
  readonly found: LedgerFound;
  readonly #spilled: SpilledResults;
  readonly #lock: StateLock;
  readonly #file: LedgerFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #suspects: ReadonlyMap<string, Suspect>;
  readonly #isWatched: boolean;
  readonly #given = new Set<string>();
  #kept: number;
  #isFinished: boolean;
  #closing: Promise<void> | null = null;

  /**
   * Opens the folder's ledger or makes one. Throws UsageError where it belongs to another question or other files, or is
   * unfinished and `resume` was not said; RunError where the folder cannot be used.
   */
  static open(request: LedgerRequest): Ledger {
    refusePipes(request);
    const { folder } = request;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RunError(`Cannot keep state in "${printable(folder)}": ${reason}`, { cause: error });
    }
    const lock = new StateLock(folder);
    try {
      return new Ledger(request, openLocked(request, lock));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor({ folder, supervised, durable }: LedgerRequest, state: State) {
    this.folder = folder;
    this.#spilled = new SpilledResults(folder, durable);
    this.#spilled.keepOnly([...state.entries.values()].map(({ head }) => head.result));
    this.#isWatched = supervised !== null;
    this.#suspects = state.suspects;
    this.splits = state.splits;
    this.maxRecordBytes = state.maxRecordBytes;
    this.found = state.found;
    this.#lock = state.lock;
    this.#file = state.file;
    this.#entries = state.entries;
    this.#kept = state.entries.size;
    this.#isFinished = state.isFinished;
  }

  /** Where workers put results that are too large for memory: they stay as long as the ledger. */
  get spillPlace(): SpillPlace {
    return this.#spilled.place;
  }

  /** Splits that are in it by now. */
  get kept(): number {
    return this.#kept;
  }

  get soFar(): LedgerProgress {
    const foundSplits = this.found.splits;
    return { foundSplits, writtenSplits: this.#kept - foundSplits, bytes: this.#file.bytes };
  }

  /** Whether the split's result can be had from here, with at least so many of its rejects. */
  has(split: Split, keepRejects: number): boolean {
    const head = this.#entries.get(keyOf(split))?.head;
    return head !== undefined && head.keptRejects >= Math.min(head.result.records.rejected, keepRejects);
  }

  /** Throws RunError where the file was taken away from under the run. */
  read(split: Split): ScanResult {
    const key = keyOf(split);
    const entry = this.#entries.get(key);
    if (entry === undefined) throw new RunError(`Cannot take split ${split.index} from the ledger: it is not there`);
    this.#given.add(key);
    return this.#file.readSplit(entry.head, entry.bodyOffset);
  }

  /** Whether an earlier process died while it was read: then it has to be read with no other under way. */
  isSuspect(split: Split): boolean {
    return this.#suspects.has(keyOf(split));
  }

  /** Why the split's records are to be rejected unseen; null where they are not. */
  quarantine(split: Split): string | null {
    return this.#suspects.get(keyOf(split))?.isProven === true ? 'the engine died of it' : null;
  }

  /** Changes from one life to the next as long as there is any hope. */
  get progress(): string {
    const sizes = [...this.#suspects.values()].map(({ start, end }) => (end ?? Number.POSITIVE_INFINITY) - start);
    const proven = [...this.#suspects.values()].filter(({ isProven }) => isProven).length;
    return `${this.found.splits} ${sizes.length} ${Math.min(...sizes)} ${proven}`;
  }

  /** A worker gets the split. */
  started(split: Split): void {
    if (!this.#isWatched || this.#closing !== null) return;
    const { source, start, end } = split;
    const place = { source, start, end: end === Number.POSITIVE_INFINITY ? null : end };
    this.#file.append({ kind: 'started', ...place, alone: this.isSuspect(split) }, []);
  }

  /** Keeps an accepted result; nothing to do where it came from here. */
  append({ source, start, end }: Split, result: ScanResult): void {
    if (this.#given.has(keyOf({ source, start, end }))) return;
    this.#spilled.settle(result);
    const { head, body } = encodeSplit({ source, start, end: end === Number.POSITIVE_INFINITY ? null : end }, result);
    this.#file.append(head, body);
    this.#kept++;
  }

  /** The run has come to its end: a later one without `resume` may replace the ledger. */
  finish(): void {
    if (!this.#isFinished) this.#file.append({ kind: 'finished' }, []);
    this.#isFinished = true;
  }

  /** Forces what was written to the disk and lets the folder go. */
  close(): Promise<void> {
    this.#closing ??= this.#file.close().finally(() => this.#release());
    return this.#closing;
  }

  #release(): void {
    this.#spilled.close();
    this.#lock.release();
  }
}

function openLocked(request: LedgerRequest, lock: StateLock): State {
  const { folder, sources, durable } = request;
  const path = join(folder, 'ledger');
  const now = sources.map(identify);
  const opened = LedgerFile.open(path, durable);
  try {
    const content = opened === null ? null : replay(opened.frames, request.supervised?.blame === true);
    if (opened !== null && content !== null && isContinued(request, content)) {
      return continued(request, lock, opened.file, content, now);
    }
  } catch (error) {
    opened?.file.close().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  opened?.file.close().catch(() => undefined); // replaced
  const { question, cut } = request;
  const file = LedgerFile.create(path, { kind: 'run', question, sources: now }, durable);
  return {
    ...{ lock, file, entries: new Map(), suspects: new Map(), isFinished: false },
    splits: resumeSplits(sources, () => [], cut),
    maxRecordBytes: question.maxRecordBytes,
    found: { splits: 0, bytes: 0, grown: [] },
  };
}

function continued(
  request: LedgerRequest,
  lock: StateLock,
  file: LedgerFile,
  content: LedgerContent,
  now: readonly SourceIdentity[],
): State {
  const { sources, cut } = request;
  const maxRecordBytes = checkQuestion(request, content);
  const grown = checkSources(request, content, now);
  const held = withoutOpenEnds(content.entries, content.sources, now, content.question.isQuoted);
  const places = new Map(sourceKeys(now).map((key, i) => [key, i]));
  const entries = new Map<string, Entry>();
  const ranges: Range[][] = sources.map(() => []);
  for (const entry of held) {
    const source = places.get(entry.source) ?? -1;
    const range = { start: entry.head.start, end: entry.head.end ?? Number.POSITIVE_INFINITY };
    ranges[source]?.push(range);
    entries.set(keyOf({ source, ...range }), entry);
  }
  const suspects = new Map<string, Suspect>();
  for (const suspect of grown.length > 0 ? [] : content.suspects) {
    const source = places.get(suspect.source) ?? -1;
    const range = { start: suspect.start, end: suspect.end ?? Number.POSITIVE_INFINITY };
    ranges[source]?.push(range);
    suspects.set(keyOf({ source, ...range }), suspect);
  }
  const bytes = held.reduce((sum, { head }) => sum + head.result.bytesRead, 0);
  if (grown.length > 0) {
    const head: RunHead = { kind: 'run', question: { ...request.question, maxRecordBytes }, sources: now };
    file.append(head, []);
  } else {
    file.append({ kind: 'life', blamed: request.supervised?.blame === true }, []);
  }
  return {
    ...{ lock, file, entries, suspects, maxRecordBytes },
    splits: resumeSplits(sources, (source) => ranges[source] ?? [], cut),
    found: { splits: held.length, bytes, grown },
    isFinished: content.isFinished && grown.length === 0,
  };
}

function keyOf({ source, start, end }: Omit<Split, 'index'>): string {
  return `${source} ${start} ${end}`;
}
