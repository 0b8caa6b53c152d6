/**
 * Whether a run may go on from what a ledger holds: the same question about the same files, or about files that have only
 * grown. Says what is different otherwise.
 */
import { UsageError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { SourceFile } from '../../core/source.ts';
import type { LedgerRequest } from './ledger.ts';
import { questionDifference } from './question.ts';
import { bySourceKey, type LedgerContent, sourceKeys } from './replay.ts';
import { compareSource, type SourceIdentity } from './source-identity.ts';

/** Throws UsageError for sources that cannot be read a second time. */
export function refusePipes({ sources, folder }: LedgerRequest): void {
  const pipe = sources.find((source) => source.input === 'stdin' || source.path === '');
  if (pipe === undefined) return;
  const name = pipe.path === '' ? 'standard input' : `"${printable(pipe.name)}"`;
  throw new UsageError(
    `Cannot keep state in "${printable(folder)}": ${name} cannot be read a second time: save it to a file first, or run without --state`,
  );
}

/** Whether to go on; otherwise the ledger is replaced. Throws UsageError where that would lose finished work. */
export function isContinued({ resume, folder }: LedgerRequest, content: LedgerContent): boolean {
  if (resume) return true;
  const splits = content.entries.length;
  if (content.isFinished || splits === 0) return false;
  throw new UsageError(
    `Cannot start a run in "${printable(folder)}": it holds ${splits} finished ${splits === 1 ? 'split' : 'splits'} of a run that did not end: continue it with --resume, or remove the folder to start anew`,
  );
}

/** The limit for records that the ledger goes by. Throws UsageError where it answers something else. */
export function checkQuestion(request: LedgerRequest, content: LedgerContent): number {
  const { question, maxRecordSaid, mostRecordBytes, folder } = request;
  const before = content.question.maxRecordBytes;
  const maxRecordBytes = maxRecordSaid || before > mostRecordBytes ? question.maxRecordBytes : before;
  const difference = questionDifference(content.question, { ...question, maxRecordBytes });
  if (difference === null) return maxRecordBytes;
  throw new UsageError(
    `Cannot resume from "${printable(folder)}": the earlier run ${difference}: name another folder with --state, or remove this one`,
  );
}

/** Names of files that have grown or come along. Throws UsageError for files that have changed otherwise. */
export function checkSources(
  { sources, folder }: LedgerRequest,
  content: LedgerContent,
  now: readonly SourceIdentity[],
): string[] {
  const grown: string[] = [];
  const before = bySourceKey(content.sources);
  const keys = sourceKeys(now);
  const named = new Set(keys);
  for (const [key, { name }] of before) if (!named.has(key)) throw changed(folder, name, 'is none of its files now');
  now.forEach((identity, i) => {
    const was = before.get(keys[i] ?? '');
    const change = was === undefined ? 'grown' : changeOf(was, identity, sources[i]);
    if (change === 'grown') grown.push(identity.name);
    else if (change !== null) throw changed(folder, identity.name, change);
  });
  return grown;
}

/** null: the same; otherwise `grown`, or words for the message. */
function changeOf(was: SourceIdentity, is: SourceIdentity, source: SourceFile | undefined): string | null {
  if (source === undefined) return null;
  const change = compareSource(was, is, source);
  return change.type === 'changed' ? change.how : change.type === 'grown' ? 'grown' : null;
}

function changed(folder: string, name: string, how: string): UsageError {
  return new UsageError(
    `Cannot resume from "${printable(folder)}": "${printable(name)}" ${how}: name another folder with --state, or remove this one, to read everything again`,
  );
}
