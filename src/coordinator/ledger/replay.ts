/**
 * Reads a ledger's frames in order and tells what holds at its end. Pure.
 *
 * Invariant: a result that depended on where a file ended is forgotten when the file has grown: the last record may go on.
 */
import { headOf, type RunHead, type SplitHead } from './entries.ts';
import type { Frame } from './frames.ts';
import type { Question } from './question.ts';
import type { SourceIdentity } from './source-identity.ts';
import { type Suspect, Suspects } from './suspects.ts';

export interface Entry {
  /** Of the source: places in lists change when files come along. */
  readonly source: string;
  readonly head: SplitHead;
  readonly bodyOffset: number;
}

export interface LedgerContent {
  readonly question: Question;
  /** As the last run found them. */
  readonly sources: readonly SourceIdentity[];
  readonly entries: readonly Entry[];
  readonly suspects: readonly Suspect[];
  readonly isFinished: boolean;
}

/** null where not even the first frame is whole: such a ledger holds nothing. `blamed`: see LifeHead, for the last life. */
export function replay(frames: readonly Frame[], blamed: boolean): LedgerContent | null {
  let run: RunHead | null = null;
  let keys: readonly string[] = [];
  let entries = new Map<string, Entry>();
  let suspects = new Suspects();
  let isFinished = false;
  for (const frame of frames) {
    const head = headOf(frame);
    if (head === null) continue;
    if (head.kind === 'run') {
      if (run !== null) {
        const kept = withoutOpenEnds([...entries.values()], run.sources, head.sources, run.question.isQuoted);
        entries = new Map(kept.map((entry) => [keyOf(entry), entry]));
      }
      run = head;
      keys = sourceKeys(head.sources);
      suspects = new Suspects();
      isFinished = false;
    } else if (run !== null && head.kind === 'split') {
      const entry = { source: keys[head.source] ?? '', head, bodyOffset: frame.bodyOffset };
      suspects.finish({ source: entry.source, start: head.start, end: head.end });
      entries.set(keyOf(entry), entry); // read a second time, the later one counts: the two are equal but for kept rejects
    } else if (head.kind === 'started') {
      suspects.start({ source: keys[head.source] ?? '', start: head.start, end: head.end }, head.alone);
    } else if (head.kind === 'life') {
      suspects.endLife(head.blamed);
    } else if (head.kind === 'finished') {
      isFinished = true;
    }
  }
  if (run === null) return null;
  suspects.endLife(blamed);
  return {
    ...{ question: run.question, sources: run.sources, isFinished },
    ...{ entries: [...entries.values()], suspects: suspects.list() },
  };
}

/** The entries that hold although files have grown from `before` to `now`. */
export function withoutOpenEnds(
  entries: readonly Entry[],
  before: readonly SourceIdentity[],
  now: readonly SourceIdentity[],
  isQuoted: boolean,
): Entry[] {
  const [were, are] = [bySourceKey(before), bySourceKey(now)];
  return entries.filter(({ source, head }) => {
    const [was, is] = [were.get(source), are.get(source)];
    if (was === undefined || is === undefined) return false;
    if (is.sizeBytes === was.sizeBytes) return true;
    const touchesEnd = head.result.nextRecord >= was.sizeBytes;
    return head.end !== null && !(touchesEnd && (isQuoted || !was.endsLine));
  });
}

/** Tells sources apart; the same file may be named twice. */
export function sourceKeys(sources: readonly Pick<SourceIdentity, 'name' | 'path'>[]): string[] {
  const seen = new Map<string, number>();
  return sources.map(({ name, path }) => {
    const key = JSON.stringify([name, path]);
    const earlier = seen.get(key) ?? 0;
    seen.set(key, earlier + 1);
    return `${key} ${earlier}`;
  });
}

export function bySourceKey(sources: readonly SourceIdentity[]): ReadonlyMap<string, SourceIdentity> {
  const keys = sourceKeys(sources);
  return new Map(sources.map((source, i) => [keys[i] ?? '', source]));
}

function keyOf({ source, head }: Entry): string {
  return `${head.start} ${head.end} ${source}`;
}
